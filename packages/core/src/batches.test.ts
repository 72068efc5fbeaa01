import { describe, expect, it } from "vitest";
import { gradients } from "./autodiff/gradients.ts";
import { jit } from "./jit.ts";
import { add, mod, mul, square } from "./ops/arithmetic.ts";
import { matmul } from "./ops/contractions.ts";
import { sum } from "./ops/reductions.ts";
import { reshape } from "./ops/shapes.ts";
import { slice } from "./ops/slicing.ts";
import { SGD } from "./optimizers/sgd.ts";
import { type Tensor, tensor } from "./tensor.ts";
import { onBackend } from "./testing/backends.ts";
import { countPrograms } from "./testing/count-programs.ts";
import { type Variable, variable } from "./variable.ts";

const [count, width, batch] = [60, 3, 4];
const numbers = Float32Array.from({ length: count * width }, (_, index) => (index * index) % 17);
const makeExamples = {
  "a tensor": () => tensor(numbers, [count, width]),
  "a Variable": () => variable(tensor(numbers, [count, width])),
  "a tensor of another shape": () => reshape(tensor(numbers, [count / 2, 2 * width]), [count, width]),
} satisfies Record<string, () => Tensor | Variable>;

describe.each(["cpu", "reference"] as const)(
  "on the backend %s, loops over batches that are cut from",
  (name) => {
    describe.each(Object.entries(makeExamples))("%s", (_from, make) => {
      const numberOfBatches = count / batch;
      const boundsOf = (step: number) => [[step * batch, (step + 1) * batch]];
      const rowsOf = (step: number) => [
        ...numbers.subarray(step * batch * width, (step + 1) * batch * width),
      ];

      it("compile one program for all batches, which reads the right one", () => {
        onBackend(name, () => {
          const examples = make();
          const totals: number[] = [];
          const { compiled } = countPrograms(() => {
            for (let step = 0; step < numberOfBatches; step++) {
              totals.push(sum(square(slice(examples, boundsOf(step)))).item());
            }
          });
          expect(totals).toEqual(
            Array.from({ length: numberOfBatches }, (_, step) =>
              rowsOf(step).reduce((total, value) => total + value ** 2, 0),
            ),
          );
          expect(compiled).toBeLessThanOrEqual(2);
        });
      });

      it("compile one program for all steps of training, jitted or not", () => {
        onBackend(name, () => {
          const examples = make();
          const train = (isJitted: boolean) => {
            const weights = variable(tensor([[0.1], [0.2], [0.3]]));
            const optimizer = new SGD({ learningRate: 1e-4 });
            const step = (part: Tensor) =>
              optimizer.minimize(() => sum(square(matmul(part, weights))), [weights]);
            const run = isJitted ? jit(step) : step;
            const losses: number[] = [];
            const { compiled } = countPrograms(() => {
              for (let at = 0; at < numberOfBatches; at++)
                losses.push(run(slice(examples, boundsOf(at))).item());
            });
            expect(compiled).toBeLessThanOrEqual(4);
            return losses;
          };
          const losses = train(false);
          for (const [step, loss] of train(true).entries()) expect(loss).toBeCloseTo(losses[step], 4);
          expect(losses[0]).not.toBeCloseTo(losses[1], 4);
        });
      });

      it("read single elements without compiling anew", () => {
        onBackend(name, () => {
          const examples = make();
          const read: number[] = [];
          const { compiled } = countPrograms(() => {
            for (let row = 0; row < count; row++) read.push(slice(examples, [row, 1]).item());
          });
          expect(read).toEqual(Array.from({ length: count }, (_, row) => numbers[row * width + 1]));
          expect(compiled).toBeLessThanOrEqual(2);
        });
      });

      it("have gradients with regard to all of it", () => {
        onBackend(name, () => {
          const examples = make();
          const [gradient] = gradients(sum(square(slice(examples, boundsOf(2)))), [examples]);
          const expected = [...numbers].map((value, index) =>
            Math.floor(index / (batch * width)) === 2 ? 2 * value : 0,
          );
          expect([...gradient.dataSync()]).toEqual(expected);
        });
      });
    });

    it("a tensor along any axis, with steps, compile one program", () => {
      onBackend(name, () => {
        const examples = tensor(numbers, [5, 12, width]);
        const at = (series: number, time: number, feature: number) =>
          numbers[(series * 12 + time) * width + feature];
        const read: number[][] = [];
        const { compiled } = countPrograms(() => {
          for (let time = 0; time < 8; time++) {
            const part = slice(examples, [[1, 4], [time, time + 4, 2], time % 3]);
            read.push([...mul(part, 3).dataSync()]);
          }
        });
        expect(read).toEqual(
          Array.from({ length: 8 }, (_, time) =>
            [1, 2, 3].flatMap((series) => [0, 2].map((step) => 3 * at(series, time + step, time % 3))),
          ),
        );
        expect(compiled).toBeLessThanOrEqual(2);
      });
    });

    it("what the same step updates compile one program, and read what was there before", () => {
      onBackend(name, () => {
        for (const dtype of ["float32", "float16", "int32"] as const) {
          const state = variable(tensor(numbers, [count, width], dtype));
          const expected = [...numbers];
          const { compiled } = countPrograms(() => {
            for (let row = 0; row < 20; row++) {
              const part = slice(state, [[row, row + 2]]);
              state.assign(mod(add(state, sum(part)), 17));
              const total = expected.slice(row * width, (row + 2) * width).reduce((a, b) => a + b);
              expect(sum(part).item()).toBe(total);
              for (const [index, value] of expected.entries()) expected[index] = (value + total) % 17;
            }
          });
          expect([...state.dataSync()]).toEqual(expected);
          expect(compiled).toBeLessThanOrEqual(3);
        }
      });
    });

    it("what is updated in the same step give what was there before", () => {
      onBackend(name, () => {
        const state = variable(tensor(numbers, [count, width]));
        const part = slice(state, [[4, 8]]);
        state.assign(mul(state, 2));
        const expected = [...numbers.subarray(4 * width, 8 * width)];
        expect([...part.dataSync()]).toEqual(expected);
        expect([...slice(state, [[4, 8]]).dataSync()]).toEqual(expected.map((value) => 2 * value));
      });
    });
  },
);
