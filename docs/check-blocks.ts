/**
 * Compiles the code in the README, in the guides and in docstrings, as in a project made by `tsc --init`, and what
 * CONTRIBUTING.md adds to the sources; says what is wrong.
 */
import { basename, join } from "node:path";
import ts from "typescript";
import { modules, root, writeModules } from "./all-blocks.ts";
import { recipe } from "./recipe.ts";

/** Options that `tsc --init` of TypeScript 6 turns on beyond this project's. */
const template: ts.CompilerOptions = { noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true };

/** The files as the compiler reads them, some with another text than on disk, each parsed once. */
function sourcesOf(changed: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(baseOptions());
  const { readFile, fileExists, getSourceFile } = host;
  const parsed = new Map<string, ts.SourceFile | undefined>();
  host.readFile = (path) => changed.get(path) ?? readFile(path);
  host.fileExists = (path) => changed.has(path) || fileExists(path);
  host.getSourceFile = (path, ...rest) => {
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, ...rest));
    return parsed.get(path);
  };
  return host;
}

function baseOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile);
  return ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root).options;
}

/** The findings of the compiler in the files. */
function diagnose(
  files: readonly string[],
  host: ts.CompilerHost,
  further: ts.CompilerOptions = {},
): string[] {
  const program = ts.createProgram(files, { ...baseOptions(), ...further, noUnusedLocals: false }, host);
  return files
    .map((file) => program.getSourceFile(file))
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ file, start = 0, messageText }) => {
      const at = file
        ? `${basename(file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1}`
        : "";
      return `${at} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
}

writeModules();
const added = ["Add an elementwise op", "Add a layer", "Add a loss or a metric"].flatMap(recipe);
const changed = new Map(added.map(({ file, text }) => [file, text]));
const host = sourcesOf(changed);
const files = modules.map(({ file }) => file);
const findings = [...diagnose(files, host, template), ...diagnose([...changed.keys()], host)];
for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exitCode = 1;
else console.log(`${files.length} blocks compile.`);
