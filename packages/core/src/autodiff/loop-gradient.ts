/**
 * The gradient of a loop: a loop in the other direction. It carries the gradients with respect to the carries, and the
 * sums of those with respect to what every iteration reads; values of the forward iterations that it needs are results
 * of the forward loop, stacked.
 */
import { isFloat } from "../dtype.ts";
import { EvaluationError } from "../errors.ts";
import { closeRegions } from "../graph/close-regions.ts";
import type { GraphNode, TensorType } from "../graph/node.ts";
import { topologicalOrder } from "../graph/order.ts";
import type { Region } from "../graph/region.ts";
import { build } from "../primitives/apply.ts";
import { loopAttributes, loopNode, resultNode } from "../primitives/control.ts";
import { standIn, zeros } from "./branch-gradient.ts";
import type { DifferentiatedControl } from "./control-gradients.ts";

export function loopGradient(call: DifferentiatedControl): readonly (GraphNode | null)[] {
  return new LoopGradient(call).nodes();
}

class LoopGradient {
  private readonly call: DifferentiatedControl;
  private readonly region: Region;
  private readonly carries: number;
  private readonly windows: number;
  private readonly count: number;
  private readonly reverse: boolean;

  constructor(call: DifferentiatedControl) {
    const { source } = call.node;
    if (source.kind !== "operation") throw new TypeError("a loop is an operation");
    const { carries, windows, count, reverse } = loopAttributes(source.attributes);
    if (count === null) {
      throw new EvaluationError(
        "gradients: a whileLoop has no gradient, since nobody knows beforehand how much to keep; use scan, which has",
      );
    }
    this.call = call;
    [this.region] = source.regions ?? [];
    this.carries = carries;
    this.windows = windows;
    this.count = count;
    this.reverse = reverse;
  }

  nodes(): (GraphNode | null)[] {
    const { carries, region, call } = this;
    const { inputs } = call.node;
    const { parameters } = region;
    const active = this.activeCarries();
    const carried = active.map((index) => standIn(parameters[index]));
    const ofStacked = call.gradients.flatMap((gradient, index) =>
      gradient && index >= carries ? [{ index, gradient, entry: standIn(region.results[index]) }] : [],
    );
    // What every iteration reads, and what is taken apart, where anyone wants to know.
    const others = parameters.flatMap((_, index) => (index >= carries && call.wants[index] ? [index] : []));
    const found = call.backpropagate(
      [...active, ...ofStacked.map(({ index }) => index)].map((index) => region.results[index]),
      [...active, ...others].map((index) => parameters[index]),
      [...carried, ...ofStacked.map(({ entry }) => entry)],
    );
    const next = active.map((index, position) => found[position] ?? zeros(parameters[index]));
    const received = others.flatMap((index, position) => {
      const gradient = found[active.length + position];
      return gradient ? [{ index, gradient }] : [];
    });
    const summed = received.filter(({ index }) => index >= carries + this.windows);
    const stacked = received.filter(({ index }) => index < carries + this.windows);
    const sums = summed.map(({ index }) => standIn(parameters[index]));

    const results = [
      ...next,
      ...summed.map(({ gradient }, position) => build.add(sums[position], gradient)),
      ...stacked.map(({ gradient }) => gradient),
    ];
    const kept = this.keptValues(results);
    const open = {
      parameters: [...carried, ...sums, ...ofStacked.map(({ entry }) => entry), ...kept.keys()],
      results,
      aliases: new Map(
        parameters.slice(carries + this.windows).map((parameter, index) => {
          return [parameter, inputs[carries + this.windows + index]];
        }),
      ),
    };
    const { regions, captured } = closeRegions([open], null);
    const loop = loopNode(
      [
        ...active.map((index) => call.gradients[index] ?? zeros(parameters[index])),
        ...summed.map(({ index }) => zeros(parameters[index])),
        ...ofStacked.map(({ gradient }) => gradient),
        ...kept.values(),
        ...captured,
      ],
      {
        carries: active.length + summed.length,
        windows: ofStacked.length + kept.size,
        count: this.count,
        reverse: !this.reverse,
      },
      regions,
    );
    const answer = inputs.map<GraphNode | null>(() => null);
    [...active, ...summed.map(({ index }) => index), ...stacked.map(({ index }) => index)].forEach(
      (index, position) => {
        answer[index] = resultNode(loop, position, inputs[index]);
      },
    );
    return answer;
  }

  /** The float carries on which a result with a gradient depends, at once or in later iterations. */
  private activeCarries(): number[] {
    const { region, carries, call } = this;
    const floats = region.parameters
      .slice(0, carries)
      .flatMap(({ dtype }, index) => (isFloat(dtype) ? [index] : []));
    const active = new Set(floats.filter((index) => call.gradients[index]));
    for (;;) {
      const results = region.results.filter((_, index) =>
        index < carries ? active.has(index) : call.gradients[index],
      );
      const reached = new Set(topologicalOrder(results, () => false));
      const before = active.size;
      for (const index of floats) if (reached.has(region.parameters[index])) active.add(index);
      if (active.size === before) return floats.filter((index) => active.has(index));
    }
  }

  /** The values of the forward iterations that the nodes read, and the nodes of all of them, stacked. */
  private keptValues(nodes: readonly GraphNode[]): Map<GraphNode, GraphNode> {
    const { region, carries, windows } = this;
    const forward = new Set([...topologicalOrder(region.results, () => false), ...region.parameters]);
    const invariant = new Set(region.parameters.slice(carries + windows));
    const isForward = (node: GraphNode): boolean =>
      forward.has(node) || (isResult(node) && forward.has(node.inputs[0]));
    const isKept = (node: GraphNode): boolean => isForward(node) && !isMoved(node);
    const kept = new Map<GraphNode, GraphNode>();
    for (const node of topologicalOrder(nodes, isKept)) {
      if (isKept(node) && !invariant.has(node)) kept.set(node, this.stack(node));
    }
    return kept;
  }

  private stack(node: GraphNode): GraphNode {
    const { region, carries, windows } = this;
    const parameter = region.parameters.indexOf(node);
    if (parameter >= carries && parameter < carries + windows) return this.call.node.inputs[parameter];
    return resultNode(this.call.node, region.resultNumber(node, carries), this.stackedType(node));
  }

  private stackedType({ shape, dtype }: TensorType): TensorType {
    return { shape: [this.count, ...shape], dtype };
  }
}

/** A result that was picked later is one of the forward values all the same. */
function isResult({ source }: GraphNode): boolean {
  return source.kind === "operation" && source.primitive.kind === "result";
}

/** Moved and generated elements are not kept, but made again. */
function isMoved({ source }: GraphNode): boolean {
  if (source.kind !== "operation") return false;
  return source.primitive.kind === "movement" || source.primitive.kind === "generator";
}
