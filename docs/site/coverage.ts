/** What the docstrings lack: examples of what can be called, and texts of parameters. Counted, and not allowed to grow. */
import { readFileSync } from "node:fs";
import {
  type Comment,
  type DeclarationReflection,
  type ParameterReflection,
  type ProjectReflection,
  ReflectionKind,
} from "typedoc";
import { exportsOf } from "./converter.ts";
import { placeOf } from "./facts.ts";

/** Names without an example, and parameters without a text, as `name(parameter)`. */
export interface Lacks {
  readonly examples: readonly string[];
  readonly parameters: readonly string[];
}

export function lacksOf(project: ProjectReflection): Lacks {
  const examples: string[] = [];
  const parameters: string[] = [];
  for (const model of exportsOf(project)) {
    if (model.isReference() || !model.kindOf(ReflectionKind.Class | ReflectionKind.Function)) continue;
    const { folder, name } = placeOf(model);
    if (!commentsOf(model).some(hasExample)) examples.push(`${folder}/${name}`);
    const constructors = (model.children ?? []).filter(({ kind }) => kind === ReflectionKind.Constructor);
    const signatures = [model, ...constructors].flatMap((each) => each.signatures ?? []);
    // A parameter that one overload describes is described.
    const described = new Map<string, boolean>();
    for (const parameter of signatures.flatMap((signature) => signature.parameters ?? [])) {
      const hasText = (parameter.comment?.hasVisibleComponent() ?? false) || isTableOfOptions(parameter);
      described.set(parameter.name, hasText || described.get(parameter.name) === true);
    }
    for (const [parameter, hasText] of described) {
      if (!hasText) parameters.push(`${folder}/${name}(${parameter})`);
    }
  }
  return { examples, parameters };
}

/** Whether the parameter is options, whose names have texts of their own; constructors take them also by position. */
function isTableOfOptions({ name, type }: ParameterReflection): boolean {
  return name === "given" || (type?.type === "reference" && type.name.endsWith("Options"));
}

function commentsOf(model: DeclarationReflection): Comment[] {
  return [model.comment, ...(model.signatures ?? []).map(({ comment }) => comment)].filter(
    (comment) => comment !== undefined,
  );
}

function hasExample(comment: Comment): boolean {
  const summary = comment.summary.map(({ text }) => text).join("");
  return comment.getTag("@example") !== undefined || summary.includes("```ts");
}

/** Says how many there are beside how many there may be, and what is new where it is more; false if one is more. */
export function checkLacks(lacks: Lacks, write: (line: string) => void): boolean {
  const limits: Readonly<Record<keyof Lacks, number>> = JSON.parse(
    readFileSync(new URL("../undocumented.json", import.meta.url), "utf8"),
  );
  write(`exports without an example: ${lacks.examples.length} (at most ${limits.examples})`);
  write(`parameters without a text: ${lacks.parameters.length} (at most ${limits.parameters})`);
  const exceeded = (["examples", "parameters"] as const).filter((key) => lacks[key].length > limits[key]);
  for (const key of exceeded) write(`more ${key} are lacking than may: ${lacks[key].join(", ")}`);
  for (const key of ["examples", "parameters"] as const) {
    if (lacks[key].length < limits[key])
      write(`docs/undocumented.json can be lowered: ${key} to ${lacks[key].length}`);
  }
  return exceeded.length === 0;
}
