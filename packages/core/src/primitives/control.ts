/** Rows that run regions, and the row that picks one of their results. */
import type { Attributes } from "../graph/attributes.ts";
import { GraphNode, type TensorType } from "../graph/node.ts";
import type { Region } from "../graph/region.ts";
import { resultOf } from "../graph/results.ts";
import type { ControlPrimitive, ResultPrimitive } from "./primitive.ts";

/**
 * Static properties of a loop. Its inputs are the initial carries, then what is taken apart along the first axis, then
 * what every iteration reads whole; the parameters of its regions are the same, as one iteration sees them. The
 * results of its first region are the next carries, then what is put together along a new first axis.
 */
export interface LoopAttributes extends Attributes {
  readonly carries: number;
  readonly windows: number;
  /** How often it runs; null: while the result of its second region is true. */
  readonly count: number | null;
  /** Whether it takes apart, and puts together, from the last entry to the first. */
  readonly reverse: boolean;
}

/** Static properties of a result: which of them it is, and its type. */
export interface ResultAttributes extends Attributes {
  readonly index: number;
  readonly shape: readonly number[];
  readonly dtype: TensorType["dtype"];
}

/** A control node has no value of its own. */
const noType: TensorType = { shape: [], dtype: "bool" };

const loop: ControlPrimitive<LoopAttributes> = {
  kind: "control",
  name: "loop",
  arity: null,
  flow: "loop",
  leadingInputs: 0,
  inputUse(index, { carries, windows }) {
    if (index < carries) return "copied";
    return index < carries + windows ? "entries" : "read";
  },
  infer: () => noType,
  vjp: null,
};

/** Runs its first region where its first input is true, and else its second. */
const branch: ControlPrimitive = {
  kind: "control",
  name: "branch",
  arity: null,
  flow: "branch",
  leadingInputs: 1,
  inputUse: () => "read",
  infer: () => noType,
  vjp: null,
};

const result: ResultPrimitive<ResultAttributes> = {
  kind: "result",
  name: "result",
  arity: 1,
  infer: (_inputs, { shape, dtype }) => ({ shape, dtype }),
  resultIndex: ({ index }) => index,
  vjp: null,
};

export const controlPrimitives = { loop, branch, result };

export function loopAttributes(attributes: Attributes): LoopAttributes {
  const { carries, windows, count, reverse } = attributes;
  if (
    typeof carries !== "number" ||
    typeof windows !== "number" ||
    typeof reverse !== "boolean" ||
    (typeof count !== "number" && count !== null)
  ) {
    throw new TypeError("a loop needs its attributes");
  }
  return { carries, windows, count, reverse };
}

export function loopNode(
  inputs: readonly GraphNode[],
  attributes: LoopAttributes,
  regions: readonly Region[],
): GraphNode {
  return new GraphNode({ kind: "operation", primitive: loop, attributes, regions }, noType, inputs, null);
}

export function branchNode(inputs: readonly GraphNode[], regions: readonly Region[]): GraphNode {
  return new GraphNode(
    { kind: "operation", primitive: branch, attributes: {}, regions },
    noType,
    inputs,
    null,
  );
}

/** The result number `index` of a control node. */
export function resultNode(control: GraphNode, index: number, { shape, dtype }: TensorType): GraphNode {
  const attributes: ResultAttributes = { index, shape, dtype };
  const source = { kind: "operation", primitive: result, attributes } as const;
  return resultOf(control, index, () => new GraphNode(source, { shape, dtype }, [control], null));
}
