/**
 * Captures the needed part of a lazy graph and of the regions that its control nodes run: a loop carries, takes apart and
 * puts together only what something picks, or what it needs to compute that.
 */
import { dtypes } from "../dtype.ts";
import { EvaluationError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import type { GraphNode, TensorType } from "../graph/node.ts";
import { topologicalOrder } from "../graph/order.ts";
import type { Region } from "../graph/region.ts";
import { controlPrimitives } from "../primitives/control.ts";
import type { Primitive } from "../primitives/primitive.ts";
import { primitives } from "../primitives/table.ts";
import type { CellUpdate, FlatGraph, Operation } from "./flat-graph.ts";
import type { WordList } from "./structure-key.ts";

const primitiveNumbers = new Map(
  [...Object.values(primitives), ...Object.values(controlPrimitives)].map((primitive, number) => [
    primitive.name,
    number,
  ]),
);
const dtypeNumbers = new Map(dtypes.map((dtype, number) => [dtype, number]));
const parameterCode = -6;

/** A control node, reduced to what is needed of it. */
export interface CapturedControl {
  readonly inputs: readonly GraphNode[];
  readonly attributes: Attributes;
  readonly regions: readonly CapturedRegion[];
  /** The new number of each result that is left. */
  readonly numberOf: ReadonlyMap<number, number>;
}

interface CapturedApplication {
  readonly primitive: Primitive;
  readonly attributes: Attributes;
  readonly inputs: readonly GraphNode[];
  readonly regions: readonly CapturedRegion[];
}

interface Needed {
  /** In the order of creation, in which inputs come before users. */
  readonly nodes: readonly GraphNode[];
  readonly controls: ReadonlyMap<GraphNode, CapturedControl>;
}

export function findNeeded(roots: readonly GraphNode[], isLeaf: (node: GraphNode) => boolean): Needed {
  const found = new Set<GraphNode>();
  const picked = new Map<GraphNode, Set<number>>();
  const live = new Map<GraphNode, Live>();
  /** Control nodes of which something has been picked since they were last looked at. */
  const changed = new Set<GraphNode>();
  const stack = [...roots];
  const visit = (node: GraphNode): void => {
    if (found.has(node)) return;
    found.add(node);
    if (isLeaf(node)) return;
    const index = resultIndexOf(node);
    if (index === null) {
      for (const input of node.inputs) if (!found.has(input)) stack.push(input);
      return;
    }
    const [control] = node.inputs;
    found.add(control);
    const indices = picked.get(control) ?? new Set();
    picked.set(control, indices.add(index));
    changed.add(control);
  };
  for (;;) {
    for (let node = stack.pop(); node; node = stack.pop()) visit(node);
    // What a control node needs is found when everything that is known to be picked of it is.
    const control = newest(changed);
    if (control === null) break;
    changed.delete(control);
    const needed = findLive(control, picked.get(control) ?? new Set());
    live.set(control, needed);
    control.inputs.forEach((input, position) => {
      if (needed.inputs[position]) stack.push(input);
    });
  }
  const controls = new Map([...live].map(([control, needed]) => [control, captureControl(control, needed)]));
  return { nodes: [...found].sort((a, b) => a.id - b.id), controls };
}

/** Nothing that is older depends on it. */
function newest(nodes: ReadonlySet<GraphNode>): GraphNode | null {
  let last: GraphNode | null = null;
  for (const node of nodes) if (last === null || node.id > last.id) last = node;
  return last;
}

function resultIndexOf({ source, inputs }: GraphNode): number | null {
  if (source.kind !== "operation" || source.primitive.kind !== "result" || inputs.length === 0) return null;
  return source.primitive.resultIndex(source.attributes);
}

interface Live {
  /** The numbers of the results that are needed, in order. */
  readonly results: readonly number[];
  readonly inputs: readonly boolean[];
}

function controlOf(node: GraphNode) {
  const { source } = node;
  if (source.kind !== "operation" || source.primitive.kind !== "control") {
    throw new TypeError(`node ${node.id} has no regions`);
  }
  const { primitive, regions = [], attributes } = source;
  const carries = typeof attributes.carries === "number" ? attributes.carries : 0;
  return { primitive, regions, attributes, carries };
}

/** The results of a region that are needed if `results` of the control node are. */
function resultsOf(flow: "loop" | "branch", number: number, region: Region, results: readonly number[]) {
  if (flow === "loop" && number > 0) return region.results;
  return results.map((index) => region.results[index]);
}

function findLive(control: GraphNode, picked: ReadonlySet<number>): Live {
  const { primitive, regions, carries } = controlOf(control);
  const needed = new Set(picked);
  for (;;) {
    const results = [...needed].sort((a, b) => a - b);
    const parameters = new Set<number>();
    regions.forEach((region, number) => {
      const reached = new Set(
        topologicalOrder(resultsOf(primitive.flow, number, region, results), () => false),
      );
      region.parameters.forEach((parameter, index) => {
        if (reached.has(parameter)) parameters.add(index);
      });
    });
    const before = needed.size;
    for (let carry = 0; carry < carries; carry++) {
      if (parameters.has(carry)) needed.add(carry);
      if (needed.has(carry)) parameters.add(carry);
    }
    if (needed.size > before) continue;
    const { leadingInputs } = primitive;
    return {
      results,
      inputs: control.inputs.map(
        (_, index) => index < leadingInputs || parameters.has(index - leadingInputs),
      ),
    };
  }
}

function captureControl(control: GraphNode, { results, inputs }: Live): CapturedControl {
  const { primitive, regions, attributes, carries } = controlOf(control);
  const { leadingInputs } = primitive;
  const isKept = (parameter: number): boolean => inputs[parameter + leadingInputs];
  const kept = (from: number, count: number): number =>
    Array.from({ length: count }, (_, index) => from + index).filter(isKept).length;
  const keptCarries = kept(0, carries);
  const windows = typeof attributes.windows === "number" ? attributes.windows : 0;
  return {
    inputs: control.inputs.filter((_, index) => inputs[index]),
    attributes: { ...attributes, carries: keptCarries, windows: kept(carries, windows) },
    regions: regions.map((region, number) => {
      const isFirst = primitive.flow === "branch" || number === 0;
      return new CapturedRegion({
        parameters: region.parameters.filter((_, index) => isKept(index)),
        results: resultsOf(primitive.flow, number, region, results),
        carries: keptCarries,
        updates: isFirst ? keptCarries : 0,
      });
    }),
    numberOf: new Map(results.map((index, number) => [index, number])),
  };
}

interface RegionOptions {
  readonly parameters: readonly GraphNode[];
  readonly results: readonly GraphNode[];
  /** How many of the parameters are carries. */
  readonly carries: number;
  /** How many of the results are their next values. */
  readonly updates: number;
}

/** A region, reduced to what is needed of it. */
export class CapturedRegion {
  private readonly options: RegionOptions;
  private readonly needed: Needed;
  private readonly positions: ReadonlyMap<GraphNode, number>;
  private readonly slots: ReadonlyMap<GraphNode, number>;

  constructor(options: RegionOptions) {
    this.options = options;
    this.needed = findNeeded(options.results, () => false);
    this.positions = new Map(this.needed.nodes.map((node, position) => [node, position]));
    this.slots = new Map(options.parameters.map((node, slot) => [node, slot]));
  }

  encode(words: WordList): void {
    const { nodes, controls } = this.needed;
    const { carries, updates, results } = this.options;
    words.push(nodes.length, carries, updates, results.length);
    for (const node of nodes) {
      const slot = this.slots.get(node);
      if (slot !== undefined) words.push(parameterCode, slot);
      else encodeApplication(words, applicationOf(node, controls), this.position);
      typeWords(words, node);
    }
    for (const result of results) words.push(this.position(result));
  }

  flatten(): FlatGraph {
    const { nodes, controls } = this.needed;
    const { carries, updates, results } = this.options;
    const operations = nodes.map((node): Operation => {
      const { shape, dtype } = node;
      const slot = this.slots.get(node);
      if (slot !== undefined) return leafOf(slot, carries, { shape, dtype });
      const { regions, ...application } = applicationOf(node, controls);
      return {
        kind: "apply",
        ...application,
        inputs: application.inputs.map(this.position),
        shape,
        dtype,
        regions: regions.map((region) => region.flatten()),
      };
    });
    const positions = results.map(this.position);
    return {
      operations,
      outputs: positions.slice(updates),
      updates: positions.slice(0, updates).map((value, cell): CellUpdate => ({ cell, value })),
      scalarCount: 0,
    };
  }

  private readonly position = (node: GraphNode): number => {
    const position = this.positions.get(node);
    if (position === undefined) throw new Error(`node ${node.id} comes after a node that uses it`);
    return position;
  };
}

function leafOf(slot: number, carries: number, type: TensorType): Operation {
  return slot < carries ? { kind: "cell", slot, ...type } : { kind: "input", slot: slot - carries, ...type };
}

/** A node's operation with what is needed of it. */
export function applicationOf(
  node: GraphNode,
  controls: ReadonlyMap<GraphNode, CapturedControl>,
): CapturedApplication {
  const { source, inputs } = node;
  if (source.kind !== "operation") throw leaked(node);
  const { primitive, attributes } = source;
  const control = controls.get(node);
  if (control) return { primitive, ...control };
  const index = resultIndexOf(node);
  if (index === null) return { primitive, attributes, inputs, regions: [] };
  const number = controls.get(inputs[0])?.numberOf.get(index) ?? index;
  return { primitive, attributes: { ...attributes, index: number }, inputs, regions: [] };
}

function leaked({ source, trace, id }: GraphNode): Error {
  if (source.kind !== "parameter") return new Error(`node ${id} is a ${source.kind} without a value`);
  return new EvaluationError(
    `${trace?.operation ?? "jit"}: a tensor that was made while "${trace?.name ?? "a function"}" was being traced ` +
      "is used outside of it; return it from there, and use the result",
  );
}

export function encodeApplication(
  words: WordList,
  { primitive, attributes, inputs, regions }: CapturedApplication,
  position: (node: GraphNode) => number,
): void {
  words.push(primitiveNumbers.get(primitive.name) ?? -5, inputs.length);
  for (const input of inputs) words.push(position(input));
  words.pushAttribute(attributes);
  for (const region of regions) region.encode(words);
}

export function typeWords(words: WordList, { shape, dtype }: TensorType): void {
  words.push(dtypeNumbers.get(dtype) ?? -1, shape.length);
  for (const dimension of shape) words.push(dimension);
}
