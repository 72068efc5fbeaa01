/** A graph that was traced several times, with sizes of the inputs that differ, seen as one with formulas for sizes. */
import type { DType } from "../dtype.ts";
import { EvaluationError } from "../errors.ts";
import type { Attributes, AttributeValue } from "../graph/attributes.ts";
import type { GraphNode, Source } from "../graph/node.ts";
import { topologicalOrder } from "../graph/order.ts";
import { sameShape } from "../shape.ts";
import { fitSize, type Size, type SymbolicAttributes, type SymbolicValue } from "./sizes.ts";

/** The form of a node in all traces. */
export interface TracedNode {
  /** The node in the first trace. */
  readonly node: GraphNode;
  readonly source: Source;
  readonly dtype: DType;
  readonly shape: readonly Size[];
  /** The attributes of an operation, with formulas in place of numbers that differ. */
  readonly attributes: SymbolicAttributes;
  readonly inputs: readonly TracedNode[];
  readonly regions: readonly TracedRegion[];
}

/** The graph that a control node runs. */
export interface TracedRegion {
  readonly parameters: readonly TracedNode[];
  readonly results: readonly TracedNode[];
  /** All nodes, inputs before users. */
  readonly order: readonly TracedNode[];
}

/** Says which part of the model a node belongs to: `the layer "dense"`. */
export type Locate = (node: GraphNode) => string;

/**
 * The graph that all traces are.
 *
 * @param traces For each trace its parameters and results.
 * @param unknowns How many sizes differ between the traces.
 * @param locate Names places in messages.
 * @throws EvaluationError if the traces compute different things.
 */
export function joinTraces(
  traces: readonly { readonly parameters: readonly GraphNode[]; readonly results: readonly GraphNode[] }[],
  unknowns: number,
  locate: Locate,
): TracedRegion {
  const orders = traces.map(({ parameters, results }) =>
    topologicalOrder([...parameters, ...results], isLeaf),
  );
  const [order] = orders;
  const places = orders.map((each) => new Map(each.map((node, place) => [node, place])));
  const joined: TracedNode[] = [];
  const at = (node: GraphNode): TracedNode => {
    const place = places[0].get(node);
    if (place === undefined) throw new EvaluationError("exportOnnx: a node was used before it was made");
    return joined[place];
  };
  for (const [place, node] of order.entries()) {
    const variants = orders.map((each) => each[place]);
    const isSame = variants.every(
      (variant, trace) =>
        variant !== undefined &&
        describe(variant, places[trace]) === describe(node, places[0]) &&
        holdsSame(variant, node),
    );
    if (!isSame) throw differs(locate(node));
    joined.push(joinNodes(variants, isLeaf(node) ? [] : node.inputs.map(at), unknowns, locate));
  }
  if (orders.some(({ length }) => length !== order.length)) throw differs("the model");
  return {
    parameters: traces[0].parameters.map(at),
    results: traces[0].results.map(at),
    order: joined,
  };
}

function isLeaf(node: GraphNode): boolean {
  return node.value !== null || node.source.kind !== "operation";
}

/** All that must be the same in each trace. */
function describe(node: GraphNode, places: ReadonlyMap<GraphNode, number>): string {
  const inputs = isLeaf(node) ? [] : node.inputs.map((input) => places.get(input));
  return [kindOf(node), node.dtype, node.shape.length, ...inputs].join(" ");
}

function kindOf({ value, source }: GraphNode): string {
  if (value !== null) return "data";
  return source.kind === "operation" ? source.primitive.name : source.kind;
}

/** Whether two nodes that hold values, or read Variables, have the same. */
function holdsSame(one: GraphNode, other: GraphNode): boolean {
  if (one === other) return true;
  if (one.source.kind === "cell" && other.source.kind === "cell")
    return one.source.cell === other.source.cell;
  const { value } = other;
  if (value === null || one.value === null) return true;
  return sameShape(one.shape, other.shape) && one.value.every((each, index) => Object.is(each, value[index]));
}

function joinNodes(
  variants: readonly GraphNode[],
  inputs: readonly TracedNode[],
  unknowns: number,
  locate: Locate,
): TracedNode {
  const [node] = variants;
  const fit = (values: readonly number[]): Size => {
    const size = fitSize(values, unknowns);
    if (size === null) {
      throw new EvaluationError(
        `exportOnnx: ${locate(node)} computes with a size that is no sum of products of the inputs' unknown sizes; ` +
          "give the model inputs of known sizes but for the batch",
      );
    }
    return size;
  };
  const sources = variants.map(({ source }) => source);
  const operations = sources.flatMap((source) => (source.kind === "operation" ? [source] : []));
  const regions = operations[0]?.regions ?? [];
  return {
    node,
    source: node.source,
    dtype: node.dtype,
    shape: node.shape.map((_, axis) => fit(variants.map(({ shape }) => shape[axis]))),
    attributes:
      isLeaf(node) || operations.length === 0
        ? {}
        : joinRecords(
            operations.map(({ attributes }) => attributes),
            fit,
          ),
    inputs,
    regions: isLeaf(node)
      ? []
      : regions.map((_, index) =>
          joinTraces(
            operations.map((operation) => {
              const region = operation.regions?.[index];
              if (region === undefined) throw differs(locate(node));
              return region;
            }),
            unknowns,
            locate,
          ),
        ),
  };
}

function joinRecords(
  records: readonly Attributes[],
  fit: (values: readonly number[]) => Size,
): SymbolicAttributes {
  const names = Object.keys(records[0]);
  return Object.fromEntries(
    names.map((name) => [
      name,
      joinAttributes(
        records.map((record) => record[name]),
        fit,
      ),
    ]),
  );
}

function joinAttributes(
  values: readonly AttributeValue[],
  fit: (values: readonly number[]) => Size,
): SymbolicValue {
  const [first] = values;
  if (typeof first === "number") return fit(values.filter((value) => typeof value === "number"));
  if (first === null || typeof first === "string" || typeof first === "boolean") return first;
  const lists = values.flatMap((value) => (isList(value) ? [value] : []));
  return first.map((_, index) =>
    joinAttributes(
      lists.map((list) => list[index]),
      fit,
    ),
  );
}

function isList(value: AttributeValue): value is readonly AttributeValue[] {
  return Array.isArray(value);
}

function differs(place: string): EvaluationError {
  return new EvaluationError(
    `exportOnnx: ${place} computes something else for inputs of another size; a file holds one computation`,
  );
}
