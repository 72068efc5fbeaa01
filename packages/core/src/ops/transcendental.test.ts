import { afterEach, describe, expect, it } from "vitest";
import { digamma, gradients, lgamma, polygamma, setBackend, type Tensor, tensor } from "../index.ts";

afterEach(() => setBackend("cpu"));

/** scipy.special.polygamma(order, [0.3, 2.5, -1.7]), SciPy 1.10.1; of order −1, gammaln. */
const scipy: ReadonlyMap<number, readonly number[]> = new Map([
  [-1, [1.0957979948180756, 0.2846828704729192, 0.9218446876946376]],
  [0, [-3.502524222200133, 0.7031566406452432, -1.4857174995110567]],
  [1, [12.245364546107734, 0.4903577561002349, 14.632201633884016]],
  [2, [-75.27253658872601, -0.23620405164172736, -69.03454955011419]],
  [3, [743.1417646550497, 0.2239058488172521, 768.8497345301304]],
  [4, [-9883.468555496987, -0.31375599950673133, -9738.980600591565]],
]);

describe.each(["cpu", "reference"] as const)(
  "the gamma function's logarithm and its derivatives on %s",
  (backend) => {
    it("are SciPy's, each the gradient of the one before it", () => {
      setBackend(backend);
      const x = tensor([0.3, 2.5, -1.7], [3], "float64");
      let derivative: Tensor = lgamma(x);
      for (const [order, expected] of scipy) {
        const values = [derivative, ...(order < 0 ? [] : [polygamma(order, x)])];
        for (const value of values) {
          value.dataSync().forEach((each, index) => {
            expect(each / expected[index]).toBeCloseTo(1, 12);
          });
        }
        [derivative] = gradients(derivative.sum(), [x]);
      }
    });

    it("have vectors of float32, and take integers", () => {
      setBackend(backend);
      expect(polygamma(1, [1, 2]).mul(6).arraySync()).toEqual([
        Math.fround(6 * Math.fround(Math.PI ** 2 / 6)),
        Math.fround(6 * Math.fround(Math.PI ** 2 / 6 - 1)),
      ]);
      expect(polygamma(0, 3).item()).toBe(digamma(3).item());
    });
  },
);

it("polygamma rejects an order that it does not have", () => {
  expect(() => polygamma(-1, [1])).toThrow("polygamma: the order is -1; it must be an integer from 0 to 100");
  expect(() => gradients(polygamma(100, tensor([1])), [tensor([1])])).not.toThrow();
  const x = tensor([1]);
  expect(() => gradients(polygamma(100, x), [x])).toThrow("polygamma: the order is 101");
});
