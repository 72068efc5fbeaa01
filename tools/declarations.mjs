// Writes the declarations in the folder where it runs so that TypeScript 5.0 reads them: typed arrays have been generic since 5.7, and
// NoInfer is there since 5.4.
import { readdir, readFile, writeFile } from "node:fs/promises";

const uninferred = "\ntype Uninferred<T> = [T][T extends unknown ? 0 : never];\n";

for (const name of await readdir("dist", { recursive: true })) {
  if (!name.endsWith(".d.ts")) continue;
  const text = await readFile(`dist/${name}`, "utf8");
  const changed = text
    // In any version that is the type of arrays with memory of their own.
    .replaceAll(/\b((?:Uint8|Uint16|Float32)Array)<ArrayBuffer>/g, 'ReturnType<$1["slice"]>')
    .replaceAll(/\b((?:Uint8|Uint16|Float32)Array)<ArrayBufferLike>/g, "$1")
    .replaceAll(/\bNoInfer</g, "Uninferred<");
  if (changed === text) continue;
  await writeFile(`dist/${name}`, changed.includes("Uninferred<") ? changed + uninferred : changed);
}
