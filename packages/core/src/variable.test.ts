import { describe, expect, it } from "vitest";
import {
  add,
  DTypeError,
  EvaluationError,
  evaluate,
  jit,
  matmul,
  memoryUse,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  uniform,
  variable,
  where,
  zeros,
} from "./index.ts";

describe("a Variable", () => {
  it("holds what it was made from, with a shape and a dtype that stay", () => {
    const v = variable([[1, 2, 3]], { name: "weights" });
    expect([v.shape, v.dtype, v.rank, v.size, v.name, v.trainable]).toEqual([
      [1, 3],
      "float32",
      2,
      3,
      "weights",
      true,
    ]);
    expect(v.toString()).toBe('Variable "weights" float32 [1, 3] [[1, 2, 3]]');
    expect(variable(tensor([1, 2], [2], "int32")).trainable).toBe(false);
    expect(variable(tensor(true)).dtype).toBe("bool");
  });

  it("is taken wherever a tensor is, as function and as method", () => {
    const v = variable([[1, 2]]);
    expect(add(v, 1).arraySync()).toEqual([[2, 3]]);
    expect(v.mul(v).arraySync()).toEqual([[1, 4]]);
    expect(matmul(v, v.transpose()).item()).toBe(5);
    expect(sum(v).item()).toBe(3);
    expect(where(v.greater(1), v, 0).arraySync()).toEqual([[0, 2]]);
    evaluate(v);
    expect(v.arraySync()).toEqual([[1, 2]]);
  });

  it("is assigned numbers and arrays of its own dtype", () => {
    const count = variable(tensor(3, [], "int32"));
    expect(count.assign(7).item()).toBe(7);
    expect(count.assignAdd(2).assignSub(4).item()).toBe(5);
    const vector = variable(tensor([1, 2, 3], [3], "float64"));
    expect(vector.assign([4, 5, 6]).arraySync()).toEqual([4, 5, 6]);
    expect(vector.assignAdd(0.25).arraySync()).toEqual([4.25, 5.25, 6.25]);
  });

  it("may begin with a value that is still to be computed", () => {
    const v = variable(tensor([1, 2]).exp().log());
    const w = variable(v);
    v.assign([5, 6]);
    expect(w.arraySync()).toEqual([1, 2].map((value) => expect.closeTo(value, 6)));
  });
});

describe("a tensor keeps the value that it read from a Variable", () => {
  function readings() {
    const v = variable([1, 2]);
    const before = v.value;
    const made = v.mul(10);
    return { v, before, made };
  }

  it("when the Variable is assigned before anything is computed", () => {
    const { v, before, made } = readings();
    v.assign([3, 4]);
    expect(before.arraySync()).toEqual([1, 2]);
    expect(made.arraySync()).toEqual([10, 20]);
    expect(v.arraySync()).toEqual([3, 4]);
  });

  it("when the Variable is updated in place by a program", () => {
    const { v, before, made } = readings();
    v.dataSync();
    v.assign(v.add(2));
    v.dataSync();
    v.assign(v.add(2));
    expect(v.arraySync()).toEqual([5, 6]);
    expect(before.arraySync()).toEqual([1, 2]);
    expect(made.arraySync()).toEqual([10, 20]);
  });

  it("when a compiled function updates the Variable", () => {
    const { v, before, made } = readings();
    v.dataSync();
    const step = jit(() => {
      v.assign(v.add(1));
    });
    step();
    step();
    expect(v.arraySync()).toEqual([3, 4]);
    expect(before.arraySync()).toEqual([1, 2]);
    expect(made.arraySync()).toEqual([10, 20]);
  });

  it("in each of many generations", () => {
    const v = variable(0);
    const history: Tensor[] = [];
    for (let generation = 0; generation < 50; generation++) {
      history.push(v.mul(2));
      v.assign(v.add(1));
      if (generation % 7 === 0) v.item();
      if (generation % 11 === 0) history[generation >> 1].item();
    }
    expect(history.map((tensor) => tensor.item())).toEqual(history.map((_, generation) => 2 * generation));
  });

  it("when the value that was to be assigned is assigned again before it was computed", () => {
    const v = variable([1]);
    v.assign([2]);
    const second = v.value;
    v.assign([3]);
    const third = v.value;
    v.assign([4]);
    expect([second.item(), third.item(), v.item()]).toEqual([2, 3, 4]);
  });
});

describe("an assignment that cannot be is refused, and the Variable stays as it was:", () => {
  it("another shape", () => {
    const v = variable([1, 2], { name: "bias" });
    expect(() => v.assign([1, 2, 3])).toThrow(
      new ShapeError('assign: "bias" has the shape [2], the value [3]; they must be the same'),
    );
    expect(() => v.assignAdd([[1, 2]])).toThrow(ShapeError);
    expect(v.arraySync()).toEqual([1, 2]);
  });

  it("another dtype", () => {
    const v = variable([1, 2], { name: "bias" });
    expect(() => v.assign(tensor([1, 2], [2], "int32"))).toThrow(
      new DTypeError('assign: "bias" is float32, the value int32; cast the value'),
    );
    expect(v.arraySync()).toEqual([1, 2]);
  });

  it("a tensor that belongs to a function that was traced", () => {
    const v = variable(1, { name: "outside" });
    let leaked: Tensor | undefined;
    const leaking = jit(function leaking(x: Tensor) {
      leaked = x.add(1);
      return leaked;
    });
    leaking(tensor(5));
    const assignLeaked = () => leaked && v.assign(leaked);
    expect(assignLeaked).toThrow(EvaluationError);
    expect(assignLeaked).toThrow(/"outside".*"leaking"/);
    expect(v.item()).toBe(1);
  });

  it("an integer that should be trained", () => {
    expect(() => variable(tensor(1, [], "int32"), { name: "count", trainable: true })).toThrow(
      'variable: "count" is int32; to be trainable it must be "float32", "float64", "float16" or "bfloat16"',
    );
  });
});

describe("dispose", () => {
  it("frees the memory at once, and nobody has to call it twice", () => {
    variable(0).item();
    const before = memoryUse().storageBytes;
    const v = variable(zeros([1000]));
    expect(v.add(1).sum().item()).toBe(1000);
    expect(memoryUse().storageBytes - before).toBe(4032);
    v.dispose();
    v.dispose();
    expect(memoryUse().storageBytes).toBe(before);
  });

  it("leaves values that were computed from the Variable, and assignments that wait for it", () => {
    const v = variable([1, 2]);
    const other = variable([0, 0]);
    const computed = v.mul(2);
    computed.dataSync();
    other.assign(v.add(5));
    v.dispose();
    expect(computed.arraySync()).toEqual([2, 4]);
    expect(other.arraySync()).toEqual([6, 7]);
  });

  it("is followed by an error wherever the Variable is used", () => {
    const v = variable([1, 2], { name: "state" });
    const step = jit(() => v.mul(2));
    step();
    const waiting = v.add(1);
    v.dispose();
    for (const use of [
      () => v.item(),
      () => v.add(1),
      () => v.value,
      () => step(),
      () => jit(() => v.mul(3))(),
    ]) {
      expect(use).toThrow(
        new EvaluationError('the Variable "state" is used after its dispose(); make another'),
      );
    }
    expect(() => v.assign([3, 4])).toThrow(/"state" is assigned after its dispose/);
    expect(() => waiting.dataSync()).toThrow(
      /computed from the Variable "state" is read after the Variable's dispose/,
    );
    expect(tensor(1).add(1).item()).toBe(2);
  });

  it("is refused while a function is traced", () => {
    const v = variable(1, { name: "state" });
    const step = jit(function disposing() {
      v.dispose();
      return v.mul(2);
    });
    expect(() => step()).toThrow(
      'dispose: "state" is disposed of while "disposing" is being traced; dispose of it outside',
    );
    expect(v.item()).toBe(1);
  });

  it.skipIf(Symbol.dispose === undefined)("is what `using` calls", () => {
    const v = variable(1);
    v[Symbol.dispose]();
    expect(() => v.item()).toThrow(EvaluationError);
  });
});

it("the shape that is handed out cannot be changed", () => {
  const v = variable(zeros([2, 3]));
  for (const { shape } of [v, v.value, v.add(1), tensor([[1, 2]]), v.sum(1)]) {
    expect(() => Reflect.apply(Array.prototype.pop, shape, [])).toThrow(TypeError);
    expect(Reflect.set(shape, 0, 150)).toBe(false);
  }
  expect(v.add(1).shape).toEqual([2, 3]);
});

it("a shape that is given can be changed afterwards", () => {
  const shape = [2, 3];
  const made = [zeros(shape), tensor(new Float32Array(6), shape), zeros([6]).reshape(shape), uniform(shape)];
  shape[0] = 99;
  for (const each of made) expect(each.shape).toEqual([2, 3]);
});
