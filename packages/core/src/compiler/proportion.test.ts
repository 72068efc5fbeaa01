import { describe, expect, it } from "vitest";
import { newTrace, withTrace } from "../graph/trace.ts";
import { Adam, gradients, relu, slice, type Tensor, tensor, type Variable, variable } from "../index.ts";
import { capture } from "./capture.ts";
import type { FlatGraph } from "./flat-graph.ts";
import { fuse } from "./fuse.ts";
import { legalize } from "./legalize.ts";
import { lower } from "./lower.ts";
import { type Lifetime, planMemory } from "./memory-plan.ts";
import { simplify } from "./simplify.ts";

const filled = (...shape: number[]): Variable =>
  variable(tensor(new Float32Array(shape.reduce((size, each) => size * each, 1)), shape));

/** Graphs whose size grows in proportion to a number. */
const graphs: Readonly<Record<string, (count: number) => () => Tensor>> = {
  "a training step of many layers": (count) => {
    const variables = Array.from({ length: count }, () => [filled(4, 4), filled(4)]);
    const [x, optimizer] = [filled(2, 4), new Adam()];
    const layer = (y: Tensor, [kernel, bias]: Variable[]): Tensor => relu(y.matmul(kernel).add(bias));
    return () => optimizer.minimize(() => variables.reduce(layer, x.value).mean(), variables.flat());
  },
  "one operation after the other": (count) => {
    const x = filled(8);
    return () => Array.from({ length: 5 * count }).reduce<Tensor>((y) => y.mul(x).tanh(), x.value);
  },
  "one value that many read": (count) => {
    const x = filled(8);
    const branches = () => Array.from({ length: 5 * count }, (_, index) => x.mul(index + 3).exp());
    return () => branches().reduce((total, branch) => total.add(branch));
  },
  "an unrolled recurrence and its gradient": (count) => {
    const [weight, x] = [filled(4, 4), filled(2, 4)];
    const step = (state: Tensor): Tensor => state.matmul(weight).add(x).tanh();
    const last = () => Array.from({ length: 3 * count }).reduce<Tensor>(step, x.value);
    return () => gradients(last().sum(), [weight])[0];
  },
  "operations of which no two have the same shape": (count) => {
    const x = filled(16_384);
    const part = (length: number): Tensor =>
      slice(x, [[length, 2 * length]])
        .exp()
        .sum();
    return () => Array.from({ length: 5 * count }, (_, index) => part(index + 1)).reduce((a, b) => a.add(b));
  },
};

/** Counts how often elements of a list are looked at. */
class Looks {
  count = 0;

  in<T extends object>(list: T): T {
    return new Proxy(list, {
      get: (target, property) => {
        if (typeof property === "string" && property >= "0" && property <= ":") this.count++;
        return Reflect.get(target, property);
      },
    });
  }
}

/** For each pass how often it looks at operations. */
function looksOfPasses(build: () => Tensor): Record<string, number> {
  const trace = newTrace("jit", "test");
  const output = withTrace(trace, build).node;
  const updates = [...trace.assignments].map(([cell, value]) => ({ cell, value }));
  const options = { outputs: [output], updates, parameters: [], fixesValues: true, handsOverLiterals: false };
  const looks: Record<string, number> = {};
  const watch = <G extends FlatGraph, R>(name: string, graph: G, pass: (graph: G) => R): R => {
    const watched = new Looks();
    const result = pass({ ...graph, operations: watched.in(graph.operations) });
    looks[name] = watched.count;
    return result;
  };
  const simple = watch("simplify", capture(options).flatten(), simplify);
  const legal = watch("legalize", simple, legalize);
  const schedule = watch("fuse", legal, fuse);
  watch("lower", legal, (graph) => {
    return lower(graph, schedule, () => {
      throw new Error("there are no regions");
    });
  });
  return looks;
}

describe("the work of compiling grows in proportion to the graph", () => {
  it.each(Object.entries(graphs))("%s", (_title, graph) => {
    const [small, large] = [25, 100].map((count) => looksOfPasses(graph(count)));
    // Of four times as much; what is quadratic would take sixteen times as long, and groups must fill up first.
    for (const pass of Object.keys(small)) {
      expect(large[pass], pass).toBeLessThanOrEqual(5 * small[pass]);
    }
  });

  it("planning the memory of many buffers", () => {
    const looksAt = (count: number): number => {
      const looks = new Looks();
      const lifetimes = Array.from({ length: count }, (_, index): Lifetime => {
        return { dtype: "float32", length: 10 + (index % 7), first: index, last: 2 * count - index };
      });
      planMemory(looks.in(lifetimes));
      return looks.count;
    };
    // Sorting takes more than twice the looks for twice as many, but not four times.
    expect(looksAt(20_000)).toBeLessThanOrEqual(2.3 * looksAt(10_000));
  });
});
