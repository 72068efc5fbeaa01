/** From a graph for one example to the graph for many: each node by the batching rule of its row. */
import { EvaluationError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import { GraphCopy, onInputs } from "../graph/copy-graph.ts";
import { GraphNode } from "../graph/node.ts";
import { topologicalOrder } from "../graph/order.ts";
import { Region } from "../graph/region.ts";
import { build } from "../primitives/apply.ts";
import { branchNode, loopAttributes, loopNode, resultNode } from "../primitives/control.ts";
import { sameShape } from "../shape.ts";

/** A value of the graph for many examples. */
export interface Batched {
  readonly node: GraphNode;
  /** Whether the examples differ, and lie along a new first axis. */
  readonly varies: boolean;
}

/** The results of a control node in the batched graph, by number. */
type Results = (index: number) => GraphNode;

export class GraphBatcher {
  private readonly copy: GraphCopy;
  private readonly results = new Map<GraphNode, Results>();
  private readonly count: number;

  /**
   * @param lastOutside No node from outside has a number above it.
   * @param known What stands for some nodes; those that vary have an axis more, the first.
   */
  constructor(count: number, lastOutside: number, known: Iterable<readonly [GraphNode, GraphNode]>) {
    this.count = count;
    this.copy = new GraphCopy(known, {
      isOutside: ({ id }) => id <= lastOutside,
      make: (node, inputs) => this.make(node, inputs),
      // Where the examples differ, so do their gradients, whatever the rule made them of.
      given: (given, node, copy) => (varies(node, copy) ? this.stacked(given) : this.copy.of(given)),
    });
  }

  /** The node for many examples. */
  batched(node: GraphNode): Batched {
    return batchedAs(node, this.copy.of(node));
  }

  /** The node for many examples, with their axis first also where they do not differ. */
  stacked(node: GraphNode): GraphNode {
    return stack(this.batched(node), this.count);
  }

  private make(node: GraphNode, copies: readonly GraphNode[]): GraphNode {
    const { source } = node;
    if (source.kind !== "operation") return node;
    const { primitive, attributes } = source;
    const inputs = node.inputs.map((input, index) => batchedAs(input, copies[index]));
    if (primitive.kind === "control") {
      const batch = primitive.flow === "loop" ? this.loop : this.branch;
      this.results.set(node, batch.call(this, node, inputs));
      // Nothing but its results is asked for.
      return node;
    }
    if (primitive.kind === "result") {
      const results = this.results.get(node.inputs[0]);
      return results ? results(primitive.resultIndex(attributes)) : node;
    }
    const draws = primitive.kind === "routine" && primitive.drawsForEach === true;
    const anyVaries = inputs.some((input) => input.varies);
    if (draws && anyVaries) {
      throw new EvaluationError(
        "vmap: random numbers are drawn in or after a cond whose predicate differs between the examples; draw them before it",
      );
    }
    if (primitive.kind === "generator" || !(draws || anyVaries)) return onInputs(node, copies);
    return primitive.batch({
      inputs: copies,
      batched: inputs.map(({ varies }) => varies),
      attributes,
      count: this.count,
      apply: (operands: readonly GraphNode[], changed: Attributes) =>
        new GraphNode(
          { kind: "operation", primitive, attributes: changed },
          primitive.infer(operands, changed),
          operands,
          null,
        ),
      build,
    });
  }

  /** A carry varies if it does before the first iteration, or after one in which the others vary as they do. */
  private loop(node: GraphNode, inputs: readonly Batched[]): Results {
    const regions = regionsOf(node);
    const attributes = loopAttributes(attributesOf(node));
    const { carries, windows, count } = attributes;
    let varying = inputs.map(({ varies }) => varies);
    for (;;) {
      const [body, test] = regions.map((region) => this.region(region, varying));
      const next = varying.map((varies, index) => varies || (index < carries && body.results[index].varies));
      if (next.every((varies, index) => varies === varying[index])) {
        if (count === null && test.results[0].varies) {
          throw new EvaluationError(
            "vmap: the condition of a whileLoop differs between the examples; they cannot stop at different times. " +
              "Go on until all have, with any or all, and keep the values of those that have with where",
          );
        }
        const results = body.results.map((result, index) =>
          index < carries && varying[index] ? stack(result, this.count) : result.node,
        );
        const closed = [new Region(body.parameters, results)];
        if (test) closed.push(new Region(test.parameters, [test.results[0].node]));
        const operands = inputs.map((input, index) => {
          if (!varying[index]) return input.node;
          const stacked = stack(input, this.count);
          return index >= carries && index < carries + windows ? swapFirstAxes(stacked) : stacked;
        });
        const control = loopNode(operands, attributes, closed);
        return (index) => {
          const { shape, dtype } = results[index];
          if (index < carries) return resultNode(control, index, { shape, dtype });
          const stacked = resultNode(control, index, { shape: [count ?? 0, ...shape], dtype });
          return body.results[index].varies ? swapFirstAxes(stacked) : stacked;
        };
      }
      varying = next;
    }
  }

  private branch(node: GraphNode, [predicate, ...inputs]: readonly Batched[]): Results {
    const regions = regionsOf(node);
    if (predicate.varies) {
      // Both are computed, and each example takes its own.
      const branches = regions.map(
        ({ parameters }) =>
          new GraphBatcher(
            this.count,
            0,
            parameters.map((parameter, index) => [parameter, inputs[index].node] as const),
          ),
      );
      return (index) => {
        if (regions.some((region) => isRandomState(region.results[index], region))) {
          const [first, second] = regions.map(({ results }, side) => branches[side].batched(results[index]));
          // The next draws are as far on as in the branch that drew most, for all examples.
          if (!first.varies && !second.varies) {
            return build.where(build.less(first.node, second.node), second.node, first.node);
          }
        }
        const [whenTrue, whenFalse] = regions.map(({ results }, side) =>
          branches[side].stacked(results[index]),
        );
        const ones = new Array<number>(whenTrue.shape.length - 1).fill(1);
        const condition = build.reshape(predicate.node, [this.count, ...ones]);
        return build.where(condition, whenTrue, whenFalse);
      };
    }
    const varying = inputs.map(({ varies }) => varies);
    const sides = regions.map((region) => this.region(region, varying));
    const differ = sides[0].results.map((result, index) => result.varies || sides[1].results[index].varies);
    const closed = sides.map(
      ({ parameters, results }) =>
        new Region(
          parameters,
          results.map((result, index) => (differ[index] ? stack(result, this.count) : result.node)),
        ),
    );
    const control = branchNode([predicate.node, ...inputs.map((input) => input.node)], closed);
    return (index) => resultNode(control, index, closed[0].results[index]);
  }

  /** A region whose parameters vary as they are said to. */
  private region({ parameters, results }: Region, varying: readonly boolean[]) {
    const replaced = parameters.map(({ shape, dtype }, index) => {
      const type = { shape: varying[index] ? [this.count, ...shape] : shape, dtype };
      return new GraphNode({ kind: "parameter", index }, type, [], null);
    });
    const inner = new GraphBatcher(
      this.count,
      0,
      parameters.map((parameter, index) => [parameter, replaced[index]] as const),
    );
    return {
      parameters: replaced,
      results: results.map((result) => inner.batched(result)),
    };
  }
}

/** Whether a result of the region is what a generator of random numbers is left in, from which the region drew. */
function isRandomState(result: GraphNode, { results }: Region): boolean {
  const states = new Set(
    topologicalOrder(results, () => false).flatMap(({ source, inputs }) =>
      source.kind === "operation" && source.primitive.kind === "routine" && source.primitive.drawsForEach
        ? inputs
        : [],
    ),
  );
  const isState = (node: GraphNode): boolean => states.has(node);
  const [state] = topologicalOrder([result], isState).filter(isState);
  return state !== undefined && state.dtype === result.dtype && sameShape(state.shape, result.shape);
}

/** Whether what stands for a node has an axis of examples more. */
function varies(node: GraphNode, copy: GraphNode): boolean {
  return copy.shape.length > node.shape.length;
}

function batchedAs(node: GraphNode, copy: GraphNode): Batched {
  return { node: copy, varies: varies(node, copy) };
}

function stack({ node, varies }: Batched, count: number): GraphNode {
  return varies ? node : build.broadcastTo(node, [count, ...node.shape]);
}

function swapFirstAxes(node: GraphNode): GraphNode {
  return build.transpose(
    node,
    node.shape.map((_, axis) => (axis < 2 ? 1 - axis : axis)),
  );
}

function regionsOf({ source }: GraphNode): readonly Region[] {
  return source.kind === "operation" ? (source.regions ?? []) : [];
}

function attributesOf({ source }: GraphNode): Attributes {
  return source.kind === "operation" ? source.attributes : {};
}
