import { describe, expect, it } from "vitest";
import { conv2d, exp, gradients, matmul, maxPool2d, relu, sum, type Tensor, tensor } from "../index.ts";
import { onBackend } from "../testing/backends.ts";
import { Draw, filled } from "../testing/draw.ts";
import { programOf, stepsOf } from "./testing/programs.ts";

function drawn(shape: readonly number[], seed: number): Tensor {
  const draw = new Draw(seed);
  return tensor(
    filled("float32", shape, () => draw.below(9) - 4),
    shape,
  );
}

const [image, tiles] = [drawn([3, 4, 2, 5], 1), drawn([3, 4, 1, 5], 2)];
const [other, bias] = [drawn([3, 8, 5], 3), drawn([5], 4)];
const merged = (): Tensor => image.mul(tiles).reshape([3, 8, 5]);

const joining: Readonly<Record<string, () => Tensor>> = {
  "an elementwise operation": () => merged().mul(other),
  "several, of broadcast operands": () => exp(merged().div(8).add(bias)).sub(other).mul(2),
  "two such values": () => merged().add(image.sub(tiles).reshape([3, 8, 5])),
  "a sum over what was merged": () => sum(merged().mul(other), 1),
  "a sum over all but the last dimension": () => sum(merged().mul(other), [0, 1]).mul(2),
};

describe("what follows a reshape that merges dimensions joins the kernel before it:", () => {
  it.each(Object.entries(joining))("%s", (_name, compute) => {
    expect(stepsOf(programOf(compute()))).toHaveLength(1);
    const [actual, expected] = (["cpu", "reference"] as const).map((backend) =>
      onBackend(backend, () => [...compute().dataSync()]),
    );
    expect(actual).toEqual(expected.map((value) => expect.closeTo(value, 4)));
  });

  it("but not where vectors would become short", () => {
    const flat = image.mul(tiles).reshape([3, 40]);
    expect(stepsOf(programOf(exp(flat.mul(drawn([3, 40], 5)))))).toHaveLength(2);
  });

  it("but not where what follows a sum would be cut off from it", () => {
    const sums = sum(merged().mul(other), [0, 2]).mul(2);
    expect(stepsOf(programOf(sums))).toEqual(["kernel mul", "kernel sum+mul"]);
  });
});

describe("the gradient of a max pooling", () => {
  it("is in one kernel with those of the relu before it and of the bias", () => {
    const [x, kernel] = [drawn([2, 8, 8, 3], 6), drawn([3, 3, 3, 4], 7)];
    const added = drawn([4], 8);
    const pooled = maxPool2d(relu(conv2d(x, kernel, { padding: "same" }).add(added)), 2);
    const loss = sum(matmul(pooled.reshape([2, 64]), drawn([64, 2], 9)).square());
    const [slope] = gradients(loss, [added]);
    expect(stepsOf(programOf(slope)).slice(-2)).toEqual(["routine matmul", "kernel equal+where+sum"]);
  });
});
