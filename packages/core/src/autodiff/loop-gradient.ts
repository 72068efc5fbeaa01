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
import { type Deferred, type LoopRequests, sumOfIterations } from "./sum-of-iterations.ts";

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
  private readonly forward: ReadonlySet<GraphNode>;

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
    const { results, parameters } = this.region;
    this.forward = new Set([...topologicalOrder(results, () => false), ...parameters]);
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
    const backward: { loop: GraphNode | null } = { loop: null };
    const resultOf = (index: () => number, type: TensorType): Deferred => {
      return () => {
        if (backward.loop === null) throw new Error("the loop is still to be made");
        return resultNode(backward.loop, index(), type);
      };
    };
    const accumulated: GraphNode[] = [];
    const entries = stacked.map(({ gradient }) => gradient);
    const requests: LoopRequests = {
      count: this.count,
      stackedAlready: (node) => this.stackedAlready(node),
      isInvariant: (node) => !dependsOn(node, (each) => !this.isInvariant(each)),
      accumulate(node) {
        const position = accumulated.push(node) - 1;
        return resultOf(() => active.length + position, node);
      },
      stack: (node) => {
        const known = entries.indexOf(node);
        const position = known < 0 ? entries.push(node) - 1 : known;
        return resultOf(() => active.length + accumulated.length + position, this.stackedType(node));
      },
    };
    const summedUp = summed.map(({ gradient }) => sumOfIterations(gradient, requests));
    const sums = accumulated.map(standIn);
    const results = [
      ...next,
      ...accumulated.map((gradient, position) => build.add(sums[position], gradient)),
      ...entries,
    ];
    const kept = this.keptValues(results);
    const open = {
      parameters: [...carried, ...sums, ...ofStacked.map(({ entry }) => entry), ...kept.keys()],
      results,
      lastOutside: this.region.lastOutside,
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
        ...sums.map(zeros),
        ...ofStacked.map(({ gradient }) => gradient),
        ...kept.values(),
        ...captured,
      ],
      {
        carries: active.length + sums.length,
        windows: ofStacked.length + kept.size,
        count: this.count,
        reverse: !this.reverse,
      },
      regions,
    );
    backward.loop = loop;
    const answer = inputs.map<GraphNode | null>(() => null);
    active.forEach((index, position) => {
      answer[index] = resultNode(loop, position, inputs[index]);
    });
    stacked.forEach(({ index }, position) => {
      answer[index] = resultNode(loop, active.length + sums.length + position, inputs[index]);
    });
    summed.forEach(({ index }, position) => {
      answer[index] = summedUp[position]();
    });
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
    const kept = new Map<GraphNode, GraphNode>();
    for (const node of topologicalOrder(nodes, (each) => this.isKept(each))) {
      if (this.isKept(node) && !this.isInvariant(node)) kept.set(node, this.stack(node));
    }
    return kept;
  }

  private stackedAlready(node: GraphNode): GraphNode | undefined {
    return this.isKept(node) && !this.isInvariant(node) ? this.stack(node) : undefined;
  }

  /** Whether it is a value of the forward iterations that is to be kept, and not made again. */
  private isKept(node: GraphNode): boolean {
    const { forward } = this;
    const isForward = forward.has(node) || (isResult(node) && forward.has(node.inputs[0]));
    return isForward && !isMoved(node);
  }

  private isInvariant(node: GraphNode): boolean {
    return this.region.parameters.indexOf(node) >= this.carries + this.windows;
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

/** Whether a node from which it is computed, or itself, is such a leaf. */
function dependsOn(node: GraphNode, isSuch: (leaf: GraphNode) => boolean): boolean {
  return topologicalOrder([node], () => false).some(
    (each) => each.source.kind !== "operation" && isSuch(each),
  );
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
