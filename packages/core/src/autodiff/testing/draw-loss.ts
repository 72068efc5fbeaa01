/** Losses of Variables, drawn from a seed, that go through all the ways in which a function can be called. */
import {
  checkpoint,
  cond,
  customGradient,
  jit,
  map,
  scan,
  sigmoid,
  sin,
  sqrt,
  stack,
  Tensor,
  tanh,
  tensor,
  type Variable,
  variable,
  vmap,
  where,
} from "../../index.ts";
import type { Draw } from "../../testing/draw.ts";
import { backpropagate } from "../backpropagate.ts";

/** The elements of every value in a loss. */
const size = 2;

type Readable = Tensor | Variable;

/** A function of one vector and of Variables, which it is given so that others can stand for them. */
export interface DrawnFunction {
  readonly text: string;
  apply(x: Tensor, weights: readonly Readable[]): Tensor;
}

type Way = (body: DrawnFunction, draw: Draw) => DrawnFunction;

function vector(draw: Draw): Tensor {
  const values = Array.from({ length: size }, () => 0.4 + draw.uniform());
  return tensor(values, [size], "float64");
}

/** Calls of a body, by name. What is made once for many calls, as a compiled function, is made here. */
export const ways = {
  plain: (body) => body,
  jit: (body) => named("jit", body, jitted(body)),
  scanCarry: (body) =>
    named("scanCarry", body, (x, weights) => {
      const [last, steps] = scan((carry: Tensor) => [body.apply(carry, weights).mul(0.5), carry], x, null, {
        length: 2,
      });
      return last.add(steps.sum(0).mul(0.3));
    }),
  scanEntries: (body) =>
    named("scanEntries", body, (x, weights) => {
      const xs = stack([x, x.mul(0.5)]);
      const step = (carry: Tensor, entry: Tensor) => [carry.add(body.apply(entry, weights)), null] as const;
      return scan(step, x.mul(0.1), xs, { reverse: true })[0];
    }),
  cond: (body, draw) => {
    const [weight, isTaken] = [draw.below(2), draw.chance(0.5)];
    return named(`cond${isTaken}`, body, (x, weights) =>
      cond(
        isTaken ? weights[weight].sum().greater(-100) : weights[weight].sum().less(-100),
        () => body.apply(x, weights),
        () => body.apply(x.mul(0.5), weights).mul(x),
      ),
    );
  },
  map: (body) =>
    named("map", body, (x, weights) =>
      map((each) => body.apply(each, weights), stack([x, x.add(0.1)])).sum(0),
    ),
  vmap: (body) =>
    named("vmap", body, (x, weights) =>
      vmap((each: Tensor) => body.apply(each, weights))(stack([x, x.sub(0.1)])).sum(0),
    ),
  vmapCond: (body) =>
    named("vmapCond", body, (x, weights) => {
      const f = (each: Tensor) =>
        cond(
          each.sum().greater(0.9),
          () => body.apply(each, weights),
          () => each.mul(weights[0]),
        );
      return vmap(f)(stack([x, x.mul(0.25)])).sum(0);
    }),
  checkpoint: (body) =>
    named("checkpoint", body, (x, weights) => checkpoint((each) => body.apply(each, weights))(x)),
  customGradient: (body) =>
    named("customGradient", body, (x, weights) =>
      customGradient((each, ...held) => ({
        value: body.apply(each, held),
        gradient: (towards) => partialGradients(body.apply(each, held), [each, ...held], towards),
      }))(x, ...weights),
    ),
} satisfies Record<string, Way>;

/** As a rule gives them: by each input as if none had been computed from another. */
function partialGradients(y: Tensor, xs: readonly Tensor[], towards: Tensor): (Tensor | null)[] {
  const nodes = xs.map(({ node }) => node);
  const found = backpropagate(y.node, nodes, towards.node, { partial: true });
  return found.map((gradient) => gradient && new Tensor(gradient));
}

function named(name: string, { text }: DrawnFunction, apply: DrawnFunction["apply"]): DrawnFunction {
  return { text: `${name}(${text})`, apply };
}

/** Compiled with the Variables captured where they are Variables, and given where they are tensors. */
function jitted(body: DrawnFunction): DrawnFunction["apply"] {
  const withTensors = jit((x: Tensor, weights: Tensor[]) => body.apply(x, weights));
  const compiled = new WeakMap<readonly Readable[], (x: Tensor) => Tensor>();
  return (x, weights) => {
    if (!weights.some((each) => "assign" in each)) return withTensors(x, [...weights]);
    const capturing = compiled.get(weights) ?? jit((each: Tensor) => body.apply(each, weights));
    compiled.set(weights, capturing);
    return capturing(x);
  };
}

const unary: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  sin,
  tanh,
  sigmoid,
  square: (x) => tanh(x).square(),
  root: (x) => sqrt(x.square().add(1)),
  spread: (x) => x.mul(x.sum()).mul(0.3),
};

const binary: Readonly<Record<string, (x: Tensor, y: Readable) => Tensor>> = {
  add: (x, y) => x.add(y),
  sub: (x, y) => x.sub(y),
  mul: (x, y) => x.mul(y),
  chosen: (x, y) => where(x.greater(y.mul(0.7).add(0.05)), x.mul(2), y),
  turned: (x, y) => x.mul(tanh(y.mul(y).sum())),
};

/** A few operations on the vector and the Variables. */
function drawOperations(draw: Draw): DrawnFunction {
  const steps = Array.from({ length: draw.between(1, 3) }, () => {
    const [name, operand] = [draw.of(Object.keys({ ...unary, ...binary })), draw.below(3)];
    return { name, operand };
  });
  return {
    text: steps.map(({ name, operand }) => `${name}${name in binary ? operand : ""}`).join("."),
    apply: (x, weights) =>
      steps.reduce(
        (value, { name, operand }) =>
          name in unary
            ? unary[name](value)
            : binary[name](value, operand < weights.length ? weights[operand] : x),
        x,
      ),
  };
}

function drawFunction(draw: Draw, depth: number): DrawnFunction {
  if (depth === 0) return drawOperations(draw);
  const name = draw.of(Object.keys(ways));
  const way: Way = Object.entries(ways).find(([key]) => key === name)?.[1] ?? ways.plain;
  const inner = way(drawFunction(draw, depth - 1), draw);
  if (draw.chance(0.5)) return inner;
  const before = drawOperations(draw);
  return {
    text: `${inner.text} after ${before.text}`,
    apply: (x, weights) => inner.apply(before.apply(x, weights), weights),
  };
}

/** A loss, and what it is computed from. */
export interface DrawnLoss {
  readonly text: string;
  readonly weights: readonly Variable[];
  /** Computes it from what the Variables hold now. */
  loss(): Tensor;
}

export function drawLoss(draw: Draw): DrawnLoss {
  const weights = [variable(vector(draw)), variable(vector(draw))];
  const x = vector(draw);
  const f = drawFunction(draw, draw.between(1, 3));
  return {
    text: f.text,
    weights,
    loss: () => f.apply(x, weights).mul([1, 0.5]).sum(),
  };
}
