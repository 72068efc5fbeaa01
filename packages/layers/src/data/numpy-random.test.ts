import { expect, it } from "vitest";
import { NumpyRandom } from "./numpy-random.ts";

// NumPy 1.x and 2.x: r = numpy.random.RandomState(seed); r.shuffle(numpy.arange(11)); r.shuffle(numpy.arange(5))
it.each([
  [0, [4, 9, 2, 10, 6, 1, 7, 8, 3, 0, 5], [1, 2, 3, 4, 0]],
  [113, [4, 3, 8, 7, 1, 0, 10, 6, 9, 2, 5], [4, 1, 0, 3, 2]],
  [1337, [4, 9, 3, 0, 5, 6, 2, 1, 10, 8, 7], [4, 1, 0, 3, 2]],
  [2 ** 32 - 1, [10, 8, 5, 6, 1, 9, 0, 4, 7, 2, 3], [4, 0, 1, 2, 3]],
])("the orders of seed %i are NumPy's", (seed, first, second) => {
  const random = new NumpyRandom(seed);
  expect([...random.permutation(11)]).toEqual(first);
  expect([...random.permutation(5)]).toEqual(second);
});

it("a long order is NumPy's", () => {
  const order = new NumpyRandom(113).permutation(5000);
  expect([...order.subarray(0, 5)]).toEqual([1359, 4787, 919, 3710, 4836]);
  expect([...order.subarray(-5)]).toEqual([3065, 791, 2710, 2818, 4828]);
  expect(order.reduce((sum, value, index) => sum + ((value * index) % 9973), 0)).toBe(24691831);
});
