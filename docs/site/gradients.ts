/** What is known of the gradient of an op: what the table of operations has found, and the rule in a primitive's row. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** By the name of an op, what docs/guide/operations.md says of its derivatives. */
function readFindings(): ReadonlyMap<string, string> {
  const page = readFileSync(join(root, "docs/guide/operations.md"), "utf8");
  const rows = page.matchAll(/^\| `(?<name>\w+)` \|(?<marks>(?:[^|\n]*\|){6})(?<reason>[^|\n]*)\|$/gm);
  return new Map(
    Array.from(rows, ({ groups: { name = "", marks = "", reason = "" } = {} }) => {
      const [, , gradient, , second] = marks.split("|").map((mark) => mark.trim());
      const order = second === "✓" ? "the first and the second derivative" : "the first derivative";
      const found =
        gradient === "✓"
          ? `${order} agree with finite differences, on both backends`
          : `none: ${reason.trim()}`;
      return [name, found] as const;
    }),
  );
}

/** By the name of a primitive, the text of its gradient rule. */
function readRules(): ReadonlyMap<string, string> {
  const folder = join(root, "packages/core/src/primitives");
  const rules = new Map<string, string>();
  for (const name of readdirSync(folder).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  )) {
    const file = ts.createSourceFile(
      name,
      readFileSync(join(folder, name), "utf8"),
      ts.ScriptTarget.Latest,
      true,
    );
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAssignment(node)) {
        const row = ts.isCallExpression(node.initializer) ? node.initializer.arguments[1] : undefined;
        if (row !== undefined && ts.isObjectLiteralExpression(row)) {
          const rule = row.properties.find((each) => each.name?.getText() === "gradient");
          if (rule !== undefined) rules.set(node.name.getText(), withoutIndentation(rule.getText()));
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return rules;
}

function withoutIndentation(text: string): string {
  const [first, ...rest] = text.split("\n");
  const depth = Math.min(...rest.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)), 80);
  return [first, ...rest.map((line) => line.slice(depth))].join("\n");
}

const findings = readFindings();
const rules = readRules();

/** What a test has found of the derivatives of an op, in a sentence. */
export function gradientFinding(op: string): string | undefined {
  return findings.get(op);
}

/** The rule in the row of the primitive of that name. */
export function gradientRule(op: string): string | undefined {
  return rules.get(op);
}
