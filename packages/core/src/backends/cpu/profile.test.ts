import { expect, it } from "vitest";
import { platform } from "#platform";
import type { Program } from "../../compiler/program.ts";
import { routinePrimitives } from "../../primitives/table.ts";
import { createCpuBackend } from "./cpu-backend.ts";
import { wantsTimes } from "./stopwatch.ts";

const size = 40;
const operand = (buffer: number) =>
  ({ buffer, offset: 0, strides: [size, 1], shape: [size, size], dtype: "float32" }) as const;

const program: Program = {
  buffers: [0, 1, 2, 3].map((slot) => ({
    dtype: "float32",
    length: size * size,
    role: { kind: "cell", slot },
  })),
  steps: [
    {
      kind: "routine",
      name: "hidden layer",
      primitive: routinePrimitives.matmul,
      attributes: {},
      inputs: [operand(0), operand(1)],
      output: operand(2),
    },
    { kind: "copy", from: 2, to: 3 },
  ],
  outputs: [],
  scalarCount: 0,
  scratchBytes: 0,
};

it("a profile names the steps, counts their runs, and computes the same", () => {
  const backend = createCpuBackend();
  const cells = program.buffers.map(() => backend.allocate({ dtype: "float32", shape: [size * size] }));
  backend.write(cells[0], new Float32Array(size * size).fill(2));
  backend.write(cells[1], new Float32Array(size * size).fill(3));
  const executable = backend.prepare(program, []);
  const run = () => executable.run({ inputs: [], cells, scalars: [] });
  const times = backend.profile(() => {
    run();
    run();
  });
  expect(times.map(({ name, calls }) => [name, calls]).sort()).toEqual([
    ["copy", 2],
    ["hidden layer [40, 40] [40, 40]", 2],
  ]);
  const product = times.find(({ name }) => name.startsWith("hidden layer"));
  const seconds = (product?.milliseconds ?? 0) / 1e3;
  expect((product?.gigaflopsPerSecond ?? 0) * seconds).toBeCloseTo((2 * 2 * size ** 3) / 1e9);
  expect((product?.gigabytesPerSecond ?? 0) * seconds).toBeCloseTo((2 * 3 * 4 * size ** 2) / 1e9);
  expect(backend.read(cells[3])[0]).toBe(6 * size);
  expect(backend.profile(() => {})).toEqual([]);
});

it("STRATA_DEBUG=time asks for the profile of a whole process, and nothing else is accepted", () => {
  const debugging = (value: string | undefined) => ({ ...platform, environmentVariable: () => value });
  expect([undefined, "", "time"].map((value) => wantsTimes(debugging(value)))).toEqual([false, false, true]);
  expect(() => wantsTimes(debugging("tim"))).toThrow('STRATA_DEBUG=tim: accepted is "time"');
});
