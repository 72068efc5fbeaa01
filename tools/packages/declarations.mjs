// The declarations, read whole (without skipLibCheck) by the oldest and the newest TypeScript that are supported, in a project of Node without
// the library "DOM" and in one of pages without the types of Node.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const oldest = "typescript@5.0.4";

const program = `
  import { Adam, type Tensor, tensor } from "@strata/core";
  import { callbacks, Dense, inWorker, Sequential } from "@strata/layers";
  import { ResNet50 } from "@strata/layers/applications";
  const x: Tensor = tensor([[1, 2]]).add(1);
  const model = new Sequential([new Dense(1, { inputShape: [2] })]);
  model.compile({ loss: "mse", optimizer: new Adam() });
  export const history = model.fit(x, [[1]], { callbacks: [new callbacks.EarlyStopping()] });
  export { inWorker, ResNet50 };`;

const projects = [
  { lib: ["ES2022"], types: ["node"] },
  { lib: ["ES2022", "DOM"], types: [] },
];

export async function checkDeclarations() {
  const folder = await mkdtemp(join(tmpdir(), "strata-declarations-"));
  try {
    const compilers = join(folder, "compilers");
    await mkdir(compilers);
    await run("npm", [
      "install",
      "--prefix",
      compilers,
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      oldest,
    ]);
    for (const name of ["@strata", "@types"])
      await mkdir(join(folder, "node_modules", name), { recursive: true });
    for (const name of ["core", "layers"]) {
      await symlink(join(root, "packages", name), join(folder, "node_modules/@strata", name));
    }
    await symlink(join(root, "node_modules/@types/node"), join(folder, "node_modules/@types/node"));
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    await writeFile(join(folder, "main.ts"), program);
    for (const [index, { lib, types }] of projects.entries()) {
      const config = join(folder, `tsconfig.${index}.json`);
      const compilerOptions = {
        target: "ES2022",
        lib,
        types,
        module: "nodenext",
        strict: true,
        noEmit: true,
      };
      await writeFile(config, JSON.stringify({ compilerOptions, files: ["main.ts"] }));
      await Promise.all([root, compilers].map((place) => compile(place, config)));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function compile(place, config) {
  const compiler = join(place, "node_modules/typescript/bin/tsc");
  try {
    await run(process.execPath, [compiler, "--project", config]);
  } catch (error) {
    throw new Error(`${compiler} refuses the declarations:\n${error.stdout.slice(0, 4000)}`);
  }
}
