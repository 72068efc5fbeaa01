import { describe, expect, it } from "vitest";
import {
  Adam,
  dropout,
  full,
  gradients,
  jit,
  layerNorm,
  logSoftmax,
  matmul,
  relu,
  softmax,
  type Tensor,
  tensor,
  type Variable,
  variable,
  zeros,
} from "../index.ts";
import { printProgram } from "./print-program.ts";
import { kernelsOf, onlyProgramOf, programOf, stepsOf, writesInPlace } from "./testing/programs.ts";

const rows = 6;
const columns = 5;
const x = tensor(
  Array.from({ length: rows * columns }, (_, index) => index / 7),
  [rows, columns],
);

/** The program of a step that updates Variables. */
function programOfStep(step: () => void) {
  const compiled = jit(step);
  compiled();
  return onlyProgramOf(compiled);
}

describe("one loop over memory is enough for", () => {
  it("a chain of elementwise operations, whatever its length", () => {
    const chain = x.mul(2).add(1).exp().sub(x).tanh().sqrt().neg();
    expect(stepsOf(programOf(chain))).toEqual(["kernel mul+add+exp+sub+tanh+sqrt+neg"]);
  });

  it("a softmax, its maximum, its sum and its quotient", () => {
    const program = programOf(softmax(x));
    expect(stepsOf(program)).toEqual(["kernel max+sub+exp+sum+div"]);
    expect(printProgram(program)).toMatchInlineSnapshot(`
      "b0: float32[30], input 0
      b1: float32[30], scratch at byte 0
      scratch space: 192 bytes
      kernel max+sub+exp+sum+div: for [6] rows of [5], vectors along inner
        each element:
          %0 = load b0(5, 1) float32
          r0 ← maximum of %0
        each element:
          %0 = load b0(5, 1) float32
          %1 = r0 float32
          %2 = sub %0 %1 float32
          %3 = exp %2 float32
          r1 ← sum of %3
        each element:
          %0 = load b0(5, 1) float32
          %1 = r0 float32
          %2 = sub %0 %1 float32
          %3 = exp %2 float32
          %4 = r1 float32
          %5 = div %3 %4 float32
          b1(5, 1) ← %5
      results: b1"
    `);
  });

  it("a log-softmax", () => {
    expect(kernelsOf(programOf(logSoftmax(x)))).toHaveLength(1);
    expect(programOf(logSoftmax(x)).steps).toHaveLength(1);
  });

  it("a normalization by mean and variance", () => {
    const scale = tensor(new Float32Array(columns).fill(2));
    const mean = x.mean(-1, true);
    const centred = x.sub(mean);
    const normalized = centred.div(centred.square().mean(-1, true).add(1e-5).sqrt()).mul(scale);
    expect(programOf(normalized).steps).toHaveLength(1);
  });

  it("layerNorm", () => {
    expect(programOf(layerNorm(x)).steps).toHaveLength(1);
  });

  it("bias, relu and dropout together, but for the drawing of the numbers", () => {
    const bias = variable(zeros([columns]));
    const layer = jit((input: Tensor) => dropout(relu(input.add(bias)), 0.2));
    layer(x);
    expect(stepsOf(onlyProgramOf(layer)).sort()).toMatchInlineSnapshot(`
      [
        "kernel add",
        "kernel add+lessEqual+where+bitwiseAnd+less+mul",
        "routine randomBits",
      ]
    `);
  });

  it("an Adam step by hand: both moments and the weights", () => {
    const weight = variable(zeros([rows, columns]));
    const mean = variable(zeros([rows, columns]));
    const variance = variable(zeros([rows, columns]));
    const program = programOfStep(() => {
      mean.assign(mean.mul(0.9).add(x.mul(0.1)));
      variance.assign(variance.mul(0.999).add(x.square().mul(0.001)));
      weight.assignSub(mean.div(variance.sqrt().add(1e-7)).mul(0.01));
    });
    expect(program.steps).toHaveLength(1);
    expect(writesInPlace(program)).toBe(3);
  });

  it("the step of the Adam optimizer, beside one for its scalars", () => {
    const weight = variable(zeros([rows, columns]));
    const optimizer = new Adam({ learningRate: 0.01 });
    const program = programOfStep(() => {
      optimizer.applyGradients([x], [weight]);
    });
    const sizes = kernelsOf(program).map(({ outer }) => outer);
    expect(program.steps).toHaveLength(2);
    expect(sizes).toEqual([[], [rows * columns]]);
    expect(writesInPlace(program)).toBe(4);
  });

  it("several reductions of the same computed rows, and the rows", () => {
    const several = jit((input: Tensor) => {
      const powers = input.exp();
      return [powers.sum(1), powers.mean(1), powers.max(1), powers];
    });
    several(x);
    expect(stepsOf(onlyProgramOf(several))).toHaveLength(1);
  });
});

describe("no memory is touched for", () => {
  it("transposes and broadcasts: the operand is read where it lies", () => {
    const mixed = x
      .transpose()
      .add(tensor(new Float32Array(rows)))
      .transpose()
      .mul(3);
    expect(stepsOf(programOf(mixed))).toEqual(["kernel add+mul"]);
  });

  it("a slice of an argument", () => {
    const doubled = jit((input: Tensor) => input.transpose().reshape([columns, rows, 1]).mul(2));
    doubled(x);
    expect(stepsOf(onlyProgramOf(doubled))).toEqual(["kernel mul"]);
  });

  it("a transposed operand of a matrix product", () => {
    expect(stepsOf(programOf(matmul(x.transpose(), x)))).toEqual(["routine matmul"]);
  });

  it("what is multiplied by 1, divided by 1 or made the shape that it has", () => {
    const same = x.mul(1).div(1).sub(0).reshape([rows, columns]).transpose([0, 1]);
    expect(stepsOf(programOf(same.exp()))).toEqual(["kernel exp"]);
  });

  it("what nobody asks for", () => {
    const [slope] = gradients(x.square().sum(), [x]);
    expect(stepsOf(programOf(slope))).toEqual(stepsOf(programOf(x.add(x))));
  });

  it("what is asked for twice", () => {
    const twice = jit((input: Tensor) => input.exp().add(input.exp()).mul(input.exp()));
    twice(x);
    expect(stepsOf(onlyProgramOf(twice))).toEqual(["kernel exp+add+mul"]);
    const [{ stages }] = kernelsOf(onlyProgramOf(twice));
    const names = stages.flatMap(({ instructions }) =>
      instructions.flatMap((each) => (each.kind === "apply" ? [each.primitive.name] : [])),
    );
    expect(names).toEqual(["exp", "add", "mul"]);
  });

  it("numbers that follow from numbers", () => {
    const scaled = jit((input: Tensor) => input.mul(full([], 2).mul(3).sqrt()));
    scaled(x);
    expect(stepsOf(onlyProgramOf(scaled))).toEqual(["kernel mul"]);
  });
});

describe("one copy is made, and no more, for", () => {
  it("a reshape of a transposed value", () => {
    const program = programOf(x.transpose().reshape([columns * rows]));
    expect(stepsOf(program)).toEqual(["kernel copy"]);
  });

  it("a transposed result", () => {
    expect(stepsOf(programOf(x.exp().transpose()))).toEqual(["kernel exp+copy"]);
  });

  it("Variables that swap what they hold", () => {
    const [left, right] = [variable(zeros([columns])), variable(zeros([columns]))];
    const program = programOfStep(() => {
      const before: Tensor = left.value;
      left.assign(right);
      right.assign(before);
    });
    expect(stepsOf(program)).toMatchInlineSnapshot(`
      [
        "kernel copy",
        "kernel copy",
        "copy",
      ]
    `);
  });
});

describe("a Variable is updated where it lies", () => {
  function updates(body: (v: Variable) => void) {
    const v = variable(zeros([4, 4]));
    return programOfStep(() => body(v));
  }

  it("when each element is read before it is written", () => {
    const program = updates((v) => v.assign(v.mul(2)));
    expect(stepsOf(program)).toEqual(["kernel mul"]);
    expect(writesInPlace(program)).toBe(1);
  });

  it("but not when other elements would be read afterwards", () => {
    const program = updates((v) => v.assign(v.transpose().add(v)));
    expect(stepsOf(program)).toEqual(["kernel add", "copy"]);
    expect(writesInPlace(program)).toBe(0);
  });

  it("after everything else that reads the old value", () => {
    const v = variable(zeros([4, 4]));
    const step = jit(() => {
      const before = v.value;
      v.assign(before.add(1));
      return matmul(before, before);
    });
    step();
    const program = onlyProgramOf(step);
    expect(stepsOf(program)).toEqual(["routine matmul", "kernel add"]);
    expect(writesInPlace(program)).toBe(1);
  });
});
