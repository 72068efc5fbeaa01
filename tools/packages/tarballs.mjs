// What is published: the files of the packages, and the fields by which registries and readers find their way.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const needed = ["README.md", "LICENSE", "package.json", "dist/index.js", "dist/index.d.ts"];

export async function checkTarballs() {
  for (const name of ["core", "layers"]) {
    const folder = join(import.meta.dirname, "../../packages", name);
    const { stdout } = await promisify(execFile)("npm", ["pack", "--dry-run", "--json"], {
      cwd: folder,
      maxBuffer: 2 ** 26,
    });
    const [{ files }] = JSON.parse(stdout);
    const paths = files.map(({ path }) => path);
    const missing = [...needed, `dist/browser/${name}.js`].filter((path) => !paths.includes(path));
    assert.deepEqual(missing, [], `${name}: the tarball lacks files`);
    const tests = paths.filter((path) => /\.test\.|\/testing\//.test(path));
    assert.deepEqual(tests, [], `${name}: the tarball has tests`);
    await checkFields(name, JSON.parse(await readFile(join(folder, "package.json"), "utf8")), paths);
  }
}

async function checkFields(name, manifest, paths) {
  for (const field of ["license", "homepage", "repository", "bugs", "description", "keywords"]) {
    assert.ok(manifest[field], `${name}: package.json has no ${field}`);
  }
  // `node --conditions=source` is what other projects use for their own sources, too.
  const conditions = conditionsOf({ ...manifest.exports, ...manifest.imports });
  const own = ["@strata/source", "types", "node", "default"];
  assert.deepEqual(
    [...conditions].filter((each) => !own.includes(each)),
    [],
    `${name}: conditions of exports`,
  );
  for (const path of [manifest.unpkg, manifest.jsdelivr]) {
    assert.ok(paths.includes(path.replace("./", "")), `${name}: ${path} is not in the tarball`);
  }
}

function conditionsOf(entry) {
  if (typeof entry === "string") return new Set();
  return new Set(
    Object.entries(entry).flatMap(([key, value]) => [
      ...(/^[.#]/.test(key) ? [] : [key]),
      ...conditionsOf(value),
    ]),
  );
}
