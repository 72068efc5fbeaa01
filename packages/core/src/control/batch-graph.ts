/** From a graph for one example to the graph for many: each node by the batching rule of its row. */
import { EvaluationError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import { gradientRuleOf, setGradientRule } from "../graph/gradient-rule.ts";
import { GraphNode } from "../graph/node.ts";
import { topologicalOrder } from "../graph/order.ts";
import { Region } from "../graph/region.ts";
import { build } from "../primitives/apply.ts";
import { branchNode, loopAttributes, loopNode, resultNode } from "../primitives/control.ts";

/** A value of the graph for many examples. */
export interface Batched {
  readonly node: GraphNode;
  /** Whether the examples differ, and lie along a new first axis. */
  readonly varies: boolean;
}

/** What became of a control node: its results, by number. */
type Results = (index: number) => Batched;

export class GraphBatcher {
  private readonly known = new Map<GraphNode, Batched>();
  private readonly results = new Map<GraphNode, Results>();
  private readonly count: number;
  private readonly lastOutside: number;

  /** @param lastOutside No node from outside has a number above it. */
  constructor(count: number, lastOutside: number, known: Iterable<readonly [GraphNode, Batched]>) {
    this.count = count;
    this.lastOutside = lastOutside;
    for (const [node, batched] of known) this.known.set(node, batched);
  }

  /** What the node is for many examples. */
  batched(node: GraphNode): Batched {
    const isLeaf = (each: GraphNode): boolean =>
      this.known.has(each) || this.results.has(each) || each.id <= this.lastOutside;
    for (const each of topologicalOrder([node], isLeaf)) if (!isLeaf(each)) this.add(each);
    return this.known.get(node) ?? { node, varies: false };
  }

  /** The node for many examples, with their axis first also where they do not differ. */
  stacked(node: GraphNode): GraphNode {
    return stack(this.batched(node), this.count);
  }

  private add(node: GraphNode): void {
    const { source, shape, dtype } = node;
    if (source.kind !== "operation") return;
    const { primitive, attributes } = source;
    const inputs = node.inputs.map((input) => this.known.get(input) ?? { node: input, varies: false });
    if (primitive.kind === "control") {
      const batch = primitive.flow === "loop" ? this.loop : this.branch;
      this.results.set(node, batch.call(this, node, inputs));
      return;
    }
    if (primitive.kind === "result") {
      const results = this.results.get(node.inputs[0]);
      if (results) this.known.set(node, results(primitive.resultIndex(attributes)));
      return;
    }
    const draws = primitive.kind === "routine" && primitive.drawsForEach === true;
    const varies = inputs.some((input) => input.varies);
    if (draws && varies) {
      throw new EvaluationError(
        "vmap: random numbers are drawn in or after a cond whose predicate differs between the examples; draw them before it",
      );
    }
    if (primitive.kind !== "generator" && (draws || varies)) {
      const output = primitive.batch({
        inputs: inputs.map((input) => input.node),
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
      this.keepRule(node, output);
      this.known.set(node, { node: output, varies: true });
    } else if (inputs.some((input, index) => input.node !== node.inputs[index])) {
      const copy = new GraphNode(
        source,
        { shape, dtype },
        inputs.map((input) => input.node),
        null,
      );
      this.keepRule(node, copy);
      this.known.set(node, { node: copy, varies: false });
    }
  }

  /** A rule of the user's own is for one example: what it makes is batched in turn. */
  private keepRule(node: GraphNode, output: GraphNode): void {
    const rule = gradientRuleOf(node);
    if (!rule) return;
    const varies = output.shape.length > node.shape.length;
    setGradientRule(output, (gradient) => {
      const { shape, dtype } = node;
      const seed = new GraphNode({ kind: "parameter", index: 0 }, { shape, dtype }, [], node.trace);
      this.known.set(seed, { node: gradient, varies });
      return rule(seed).map((given) => {
        if (given === null) return null;
        return varies ? this.stacked(given) : this.batched(given).node;
      });
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
          const varies = index < carries ? varying[index] : body.results[index].varies;
          const { shape, dtype } = results[index];
          if (index < carries) return { node: resultNode(control, index, { shape, dtype }), varies };
          const stacked = resultNode(control, index, { shape: [count ?? 0, ...shape], dtype });
          return { node: varies ? swapFirstAxes(stacked) : stacked, varies };
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
            parameters.map((parameter, index) => [parameter, inputs[index]] as const),
          ),
      );
      return (index) => {
        const [whenTrue, whenFalse] = regions.map(({ results }, side) =>
          branches[side].stacked(results[index]),
        );
        const ones = new Array<number>(whenTrue.shape.length - 1).fill(1);
        const condition = build.reshape(predicate.node, [this.count, ...ones]);
        return { node: build.where(condition, whenTrue, whenFalse), varies: true };
      };
    }
    const varying = inputs.map(({ varies }) => varies);
    const sides = regions.map((region) => this.region(region, varying));
    const varies = sides[0].results.map((result, index) => result.varies || sides[1].results[index].varies);
    const closed = sides.map(
      ({ parameters, results }) =>
        new Region(
          parameters,
          results.map((result, index) => (varies[index] ? stack(result, this.count) : result.node)),
        ),
    );
    const control = branchNode([predicate.node, ...inputs.map((input) => input.node)], closed);
    return (index) => ({ node: resultNode(control, index, closed[0].results[index]), varies: varies[index] });
  }

  /** A region whose parameters vary as they are said to. */
  private region({ parameters, results }: Region, varying: readonly boolean[]) {
    const replaced = parameters.map(({ shape, dtype }, index) => {
      const type = { shape: varying[index] ? [this.count, ...shape] : shape, dtype };
      const node = new GraphNode({ kind: "parameter", index }, type, [], null);
      return { node, varies: varying[index] };
    });
    const inner = new GraphBatcher(
      this.count,
      0,
      parameters.map((parameter, index) => [parameter, replaced[index]] as const),
    );
    return {
      parameters: replaced.map(({ node }) => node),
      results: results.map((result) => inner.batched(result)),
    };
  }
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
