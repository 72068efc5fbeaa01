/** The page of the guide that lists all ops and what is checked of them. */
import type { Family } from "./operation-cases.ts";
import { backends, type Finding, type Order, orders } from "./operation-check.ts";

const introduction = `---
title: Operations
---

# Operations

Every op of \`@strata/core\`, and what a test has just found of it: whether it computes on each backend, and whether its
gradient and the gradient of its gradient are right. This page is made by that test, \`operations.node.test.ts\`, which fails
where the page is another.

- **✓ forward**: \`cpu\`, in float32 and in float64, agrees with \`reference\`, which computes in float64.
- **✓ gradient**, **✓ second**: on \`reference\` the first and second derivative agree with finite differences to 10⁻⁶,
  and on \`cpu\`, in float32, with those of \`reference\`.
- **—**: there is none, and the last column says why: the result has no floats (integers or bools), or depends on none; it
  is constant between jumps, so that the gradient is 0; or it is a constant by definition. The gradient of a draw of \`gamma\`
  or \`beta\` is the slope of something else than the numbers that the random bits give: of the quantile that was drawn, by
  implicit reparameterization. It is checked against the quantile function; asking for a second one is an error.

A derivative that is 0 everywhere, as that of \`sign\`, is given as zeros and is no error. At a kink: \`abs\` and \`relu\` have
the derivative 0 at 0; of equal extrema \`max\`, \`min\`, \`maximum\`, \`minimum\`, and \`clip\` at its bounds, give each an equal
share; pooling gives all to the first, running extrema to the latest.
`;

/** The names of ops that are methods: at all times, and with the import that adds the others. */
export interface MethodNames {
  readonly common: readonly string[];
  readonly further: readonly string[];
}

const methodsSection = ({ common, further }: MethodNames): string => `## Methods

Of tensors and Variables, as \`x.add(y)\`: what works element by element, reductions, \`matmul\`, and rearrangements of one
tensor. These are ${listed(common)}.

\`import "@strata/core/methods"\` adds all others that take a tensor first, and with them every op to a bundle:
${listed(further)}.
`;

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

const headings = {
  forward: "forward",
  gradient: "gradient",
  secondDerivative: "second",
} as const satisfies Record<Order, string>;

export function operationsPage(
  families: readonly Family[],
  findings: ReadonlyMap<string, Finding>,
  methods: MethodNames,
): string {
  const columns = orders.flatMap((order) => backends.map((backend) => `${headings[order]}, ${backend}`));
  const head = [`| Op | ${columns.join(" | ")} | |`, `| --- |${" :-: |".repeat(columns.length)} --- |`];
  const sections = families.map(({ title, cases }) => {
    const rows = Object.keys(cases).map((name) => rowOf(name, findings.get(name)));
    return [`## ${title}`, "", ...head, ...rows, ""].join("\n");
  });
  return [introduction, ...sections, methodsSection(methods)].join("\n");
}

function rowOf(name: string, finding: Finding | undefined): string {
  const reasons = {
    forward: null,
    gradient: finding?.withoutGradient ?? null,
    secondDerivative: finding?.withoutSecondDerivative ?? null,
  } as const satisfies Record<Order, string | null>;
  const cells = orders.flatMap((order) =>
    backends.map((backend) => {
      if (finding === undefined) return "✗";
      if (reasons[order] !== null) return "—";
      return finding.backends[backend][order] === null ? "✓" : "✗";
    }),
  );
  return `| \`${name}\` | ${cells.join(" | ")} | ${reasons.secondDerivative ?? ""} |`;
}
