import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ModuleBuilder } from "../assembler/module.ts";
import { addGemm, type GemmDType, gemmWorkspaceBytes } from "./gemm.ts";

type Values = Float32Array | Float64Array;
type Gemm = (...values: number[]) => void;

const pages = 160;
const guard = 12_345;

function instantiate(dtype: GemmDType, relaxedSimd: boolean) {
  const module = new ModuleBuilder({ initial: pages, maximum: pages, shared: false });
  addGemm(module, dtype, { relaxedSimd });
  const code = module.encode();
  if (!WebAssembly.validate(code)) return undefined;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  const exported = exports[`gemm_${dtype}`];
  if (typeof exported !== "function") throw new Error("gemm is not exported");
  const gemm: Gemm = (...values) => exported(...values);
  return { gemm, buffer: memory.buffer };
}

/** Where an operand's elements lie: its address is `offset` elements into its area. */
interface View {
  readonly rowStride: number;
  readonly columnStride: number;
}

interface Problem {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: View;
  readonly b: View;
  readonly cPadding: number;
  readonly accumulate: boolean;
}

/** The largest |computed − exact| / (eps · (k + 1) · Σ|a·b|) of the elements, and whether all others stayed as they were. */
function run(engine: { gemm: Gemm; buffer: ArrayBuffer }, dtype: GemmDType, problem: Problem) {
  const { m, n, k, a, b, cPadding, accumulate } = problem;
  const create = (address: number, length: number): Values =>
    dtype === "float32"
      ? new Float32Array(engine.buffer, address, length)
      : new Float64Array(engine.buffer, address, length);
  const size = dtype === "float32" ? 4 : 8;
  const extent = (rows: number, columns: number, view: View) =>
    rows * columns === 0 ? 0 : (rows - 1) * view.rowStride + (columns - 1) * view.columnStride + 1;
  const workspace = 64;
  const aAddress = workspace + gemmWorkspaceBytes(dtype);
  const aValues = create(aAddress, extent(m, k, a));
  const bAddress = aAddress + (aValues.length + 4) * size;
  const bValues = create(bAddress, extent(k, n, b));
  const cStride = n + cPadding;
  const cAddress = bAddress + (bValues.length + 4) * size;
  const cValues = create(cAddress, m * cStride + 4);
  let seed = 1;
  const draw = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) | 0;
    return (seed >> 8) / 2 ** 23;
  };
  for (let i = 0; i < aValues.length; i++) aValues[i] = draw();
  for (let i = 0; i < bValues.length; i++) bValues[i] = draw();
  cValues.fill(guard);
  const eps = dtype === "float32" ? 2 ** -24 : 2 ** -53;
  const exact = new Float64Array(m * n);
  const scale = new Float64Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      const start = accumulate ? draw() : 0;
      if (accumulate) cValues[row * cStride + column] = start;
      let sum = accumulate ? cValues[row * cStride + column] : 0;
      let magnitude = Math.abs(sum);
      for (let inner = 0; inner < k; inner++) {
        const product =
          aValues[row * a.rowStride + inner * a.columnStride] *
          bValues[inner * b.rowStride + column * b.columnStride];
        sum += product;
        magnitude += Math.abs(product);
      }
      exact[row * n + column] = sum;
      scale[row * n + column] = eps * (k + 1) * magnitude;
    }
  }
  const strides = [a.rowStride, a.columnStride, b.rowStride, b.columnStride, cStride];
  engine.gemm(aAddress, bAddress, cAddress, m, n, k, ...strides, workspace, accumulate ? 1 : 0);
  let worst = 0;
  let untouched = true;
  cValues.forEach((value, index) => {
    const [row, column] = [Math.floor(index / Math.max(cStride, 1)), index % Math.max(cStride, 1)];
    if (row >= m || column >= n) {
      untouched &&= value === guard;
      return;
    }
    const error = Math.abs(value - exact[row * n + column]);
    const allowed = scale[row * n + column];
    worst = Math.max(worst, error === 0 ? 0 : error / allowed, Number.isNaN(error) ? Infinity : 0);
  });
  return { worst, untouched };
}

const dimension = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 17, 31, 61, 97) },
);
const layout = fc.constantFrom("row-major", "transposed", "strided", "reversed axes, strided", "broadcast");

function viewOf(name: string, rows: number, columns: number): View {
  switch (name) {
    case "row-major":
      return { rowStride: columns, columnStride: 1 };
    case "transposed":
      return { rowStride: 1, columnStride: rows };
    case "strided":
      return { rowStride: 2 * columns + 3, columnStride: 2 };
    case "reversed axes, strided":
      return { rowStride: 3, columnStride: 3 * rows + 1 };
    default:
      return { rowStride: 0, columnStride: 1 };
  }
}

const drawn = fc
  .tuple(dimension, dimension, dimension, layout, layout, fc.integer({ min: 0, max: 5 }), fc.boolean())
  .map(
    ([m, n, k, aLayout, bLayout, cPadding, accumulate]): Problem => ({
      m,
      n,
      k,
      a: viewOf(aLayout, m, k),
      b: viewOf(bLayout, k, n),
      cPadding,
      accumulate,
    }),
  );

/** Sizes that cross every block boundary: more rows, columns and inner length than one block holds. */
const large: readonly (readonly [m: number, n: number, k: number])[] = [
  [151, 9, 261],
  [25, 1031, 5],
  [3, 1030, 300],
  [1, 530, 517],
  [530, 1, 517],
  [1, 1030, 9],
  [1, 3, 4101],
  [1029, 1, 6],
  [2, 1, 2051],
  [131, 11, 1],
  [26, 26, 521],
  [49, 519, 30],
];

const largeLayouts = [
  ["row-major", "row-major"],
  ["transposed", "transposed"],
  ["strided", "transposed"],
  ["row-major", "strided"],
] as const;

for (const dtype of ["float32", "float64"] as const) {
  for (const relaxedSimd of [false, true]) {
    const engine = instantiate(dtype, relaxedSimd);
    const fusion = relaxedSimd ? "with fused multiply-add" : "on every engine";
    describe.skipIf(!engine)(`matrix product, ${dtype}, ${fusion}`, () => {
      it("is right to rounding for every size and stride, and writes nothing beside C", () => {
        if (!engine) throw new Error("no engine");
        fc.assert(
          fc.property(drawn, (problem) => {
            const { worst, untouched } = run(engine, dtype, problem);
            expect(worst).toBeLessThanOrEqual(1);
            expect(untouched).toBe(true);
          }),
          { numRuns: 300 },
        );
      });

      it("is right where a product is larger than one cache block", () => {
        if (!engine) throw new Error("no engine");
        for (const [m, n, k] of large) {
          for (const [aLayout, bLayout] of largeLayouts) {
            for (const accumulate of [false, true]) {
              const [a, b] = [viewOf(aLayout, m, k), viewOf(bLayout, k, n)];
              const { worst, untouched } = run(engine, dtype, { m, n, k, a, b, cPadding: 3, accumulate });
              expect({ m, n, k, aLayout, bLayout, accumulate, untouched, right: worst <= 1 }).toMatchObject({
                untouched: true,
                right: true,
              });
            }
          }
        }
      });
    });
  }
}
