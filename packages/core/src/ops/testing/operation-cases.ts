/**
 * The case of every public op, by family. An op without one fails `tsc`, and the table of operations; ops that are rows
 * of the table of primitives have theirs made from the row.
 */
import * as core from "../../index.ts";
import { type ElementwiseName, elementwisePrimitives } from "../../primitives/table.ts";
import { caseOf } from "../../primitives/testing/row-cases.ts";
import { caseOfRow } from "./case-of-row.ts";
import { activationCases } from "./cases/activations.ts";
import { contractionCases, convolutionCases, poolingCases } from "./cases/contractions.ts";
import { controlCases } from "./cases/control.ts";
import { creationCases } from "./cases/creation.ts";
import { elementwiseCases, logicCases } from "./cases/elementwise.ts";
import { indexingCases } from "./cases/indexing.ts";
import { learningCases } from "./cases/learning.ts";
import { linearAlgebraCases } from "./cases/linear-algebra.ts";
import { randomCases } from "./cases/random.ts";
import { cumulationCases, reductionCases } from "./cases/reductions.ts";
import { shapeCases } from "./cases/shapes.ts";
import { signalCases } from "./cases/signals.ts";
import type { OperationCase } from "./operation-case.ts";

/**
 * Functions that map no tensors: they look at the library, set it, make it compute, convert numbers and bits, or read and
 * write files.
 */
const services = [
  "decodeHalf",
  "describeBackend",
  "describeGraph",
  "describeProfile",
  "describeProgram",
  "encodeHalf",
  "encodeNpy",
  "encodeNpz",
  "encodeSafetensors",
  "evaluate",
  "getBackend",
  "jit",
  "listFiles",
  "loadNpy",
  "loadNpz",
  "loadSafetensors",
  "loadSafetensorsHeader",
  "memoryUse",
  "nextTurn",
  "optimizerOptions",
  "profile",
  "removeFile",
  "saveNpy",
  "saveNpz",
  "saveSafetensors",
  "setBackend",
  "setSeed",
  "shuffledIndices",
] as const;

type FunctionName = {
  [Name in keyof typeof core]: (typeof core)[Name] extends (...operands: never) => unknown ? Name : never;
}[keyof typeof core];
type Written = Exclude<FunctionName, ElementwiseName | (typeof services)[number]>;

const writtenCases = {
  ...creationCases,
  ...elementwiseCases,
  ...logicCases,
  ...activationCases,
  ...reductionCases,
  ...cumulationCases,
  ...contractionCases,
  ...convolutionCases,
  ...poolingCases,
  ...learningCases,
  ...shapeCases,
  ...indexingCases,
  ...linearAlgebraCases,
  ...signalCases,
  ...randomCases,
  ...controlCases,
} satisfies Record<Written, OperationCase>;

/** Ops that belong together, by name. */
export interface Family {
  readonly title: string;
  readonly cases: Readonly<Record<string, OperationCase>>;
}

const rowCases = Object.keys(core)
  .filter(isElementwise)
  .filter((name) => !Object.hasOwn(writtenCases, name))
  .map((name) => [name, caseOfRow(name, Reflect.get(core, name))] as const);
const isComparison = ([name]: readonly [ElementwiseName, OperationCase]): boolean =>
  caseOf(name).withoutGradient === "no floats to differentiate";

/** All ops, in the order of the table. */
export const families: readonly Family[] = [
  { title: "Creation", cases: creationCases },
  {
    title: "Elementwise functions",
    cases: {
      ...Object.fromEntries(rowCases.filter((entry) => !isComparison(entry))),
      ...elementwiseCases,
    },
  },
  {
    title: "Comparisons, logic and bits",
    cases: { ...Object.fromEntries(rowCases.filter(isComparison)), ...logicCases },
  },
  { title: "Activations", cases: activationCases },
  { title: "Reductions", cases: reductionCases },
  { title: "Cumulative ops", cases: cumulationCases },
  { title: "Contractions", cases: contractionCases },
  { title: "Convolution", cases: convolutionCases },
  { title: "Pooling", cases: poolingCases },
  { title: "Normalization, losses and attention", cases: learningCases },
  { title: "Shapes", cases: shapeCases },
  { title: "Indexing, sorting and searching", cases: indexingCases },
  { title: "Linear algebra", cases: linearAlgebraCases },
  { title: "Signals and images", cases: signalCases },
  { title: "Random numbers", cases: randomCases },
  { title: "Control and derivatives", cases: controlCases },
];

/** The names that the index exports, of functions that map tensors. */
export const operationNames = Object.entries(core)
  .filter(([name, value]) => typeof value === "function" && /^[a-z]/.test(name))
  .map(([name]) => name)
  .filter((name) => !services.some((service) => service === name));

function isElementwise(name: string): name is ElementwiseName {
  return Object.hasOwn(elementwisePrimitives, name);
}
