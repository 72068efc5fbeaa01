// Matrix products in WebAssembly against OpenBLAS on one thread, shape by shape, in turn in one run.
//   npx tsx benchmarks/gemm.ts [--dtype float32|float64] [--rounds 15] [--only 512×512]
//   npx -y node@24 --import tsx benchmarks/gemm.ts
// OpenBLAS is called through NumPy: STRATA_BENCHMARK_PYTHON names the interpreter (python3 unless told).
import { parseArgs } from "node:util";
import { ModuleBuilder } from "../packages/core/src/backends/cpu/assembler/module.ts";
import {
  addGemm,
  type GemmDType,
  gemmWorkspaceBytes,
} from "../packages/core/src/backends/cpu/routines/gemm.ts";
import { median, type Product, startOpenBlas } from "./openblas.ts";

const { values: options } = parseArgs({
  options: {
    dtype: { type: "string", default: "float32" },
    rounds: { type: "string", default: "15" },
    only: { type: "string" },
    milliseconds: { type: "string", default: "20" },
  },
});
const dtype: GemmDType = options.dtype === "float64" ? "float64" : "float32";
const rounds = Number(options.rounds);
const milliseconds = Number(options.milliseconds);

const products: readonly Product[] = [
  ...[1024, 512, 256, 128, 64, 32, 8].map((n) => ({ m: n, n, k: n })),
  { m: 128, n: 512, k: 784 },
  { m: 784, n: 512, k: 128, leftTransposed: true },
  { m: 128, n: 784, k: 512, rightTransposed: true },
  { m: 128, n: 512, k: 512 },
  { m: 512, n: 512, k: 128, leftTransposed: true },
  { m: 128, n: 512, k: 512, rightTransposed: true },
  { m: 128, n: 10, k: 512 },
  { m: 512, n: 10, k: 128, leftTransposed: true },
  { m: 128, n: 512, k: 10, rightTransposed: true },
  { m: 1, n: 512, k: 784 },
  { m: 1, n: 784, k: 512, rightTransposed: true },
  { m: 784, n: 1, k: 512 },
  { m: 512, n: 1, k: 784, leftTransposed: true },
  { m: 8, n: 512, k: 784 },
  { m: 8, n: 784, k: 512, rightTransposed: true },
  { m: 64, n: 64, k: 32, rightTransposed: true },
  { m: 127, n: 509, k: 383 },
].filter((product) => !options.only || nameOf(product).includes(options.only));

function nameOf({ m, n, k, leftTransposed, rightTransposed }: Product): string {
  return `${m}×${k}${leftTransposed ? "ᵀ" : ""} · ${k}×${n}${rightTransposed ? "ᵀ" : ""}`;
}

const size = dtype === "float32" ? 4 : 8;
const pages = 1024;
const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });

function compile() {
  const build = (relaxedSimd: boolean) => {
    const module = new ModuleBuilder({ initial: pages, maximum: pages, shared: false });
    addGemm(module, dtype, { relaxedSimd });
    return module.encode();
  };
  const fused = build(true);
  const relaxedSimd = WebAssembly.validate(fused) && !process.env.STRATA_NO_RELAXED_SIMD;
  const started = performance.now();
  const module = new WebAssembly.Module(relaxedSimd ? fused : build(false));
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const exported = instance.exports[`gemm_${dtype}`];
  if (typeof exported !== "function") throw new Error("the module does not export gemm");
  const gemm = (...values: number[]): void => exported(...values);
  return { gemm, relaxedSimd, bytes: fused.length, compileTime: performance.now() - started };
}

const { gemm, relaxedSimd, bytes, compileTime } = compile();

function runner({ m, n, k, leftTransposed, rightTransposed }: Product): () => void {
  const workspace = 64;
  const a = workspace + gemmWorkspaceBytes(dtype);
  const b = a + Math.ceil((m * k * size) / 64) * 64;
  const c = b + Math.ceil((n * k * size) / 64) * 64;
  const view = dtype === "float32" ? new Float32Array(memory.buffer) : new Float64Array(memory.buffer);
  for (let index = a / size; index < c / size; index++) view[index] = Math.random() - 0.5;
  const left = leftTransposed ? [1, m] : [k, 1];
  const right = rightTransposed ? [1, k] : [n, 1];
  const values = [a, b, c, m, n, k, ...left, ...right, n, workspace, 0];
  return () => gemm(...values);
}

/** Seconds that one call takes, over a run of about the given time. */
function timePerCall(call: () => void, duration: number): number {
  const started = performance.now();
  let calls = 0;
  for (
    let batch = 1;
    performance.now() - started < duration;
    calls += batch, batch = Math.min(2 * batch, 4096)
  ) {
    for (let index = 0; index < batch; index++) call();
  }
  return (performance.now() - started) / 1000 / calls;
}

/** Milliseconds until a call first takes no more than 1.5 times what it takes in the end. */
function warmUp(call: () => void): number {
  const times: number[] = [];
  const started = performance.now();
  while (performance.now() - started < 400) {
    const before = performance.now();
    call();
    times.push(performance.now() - before);
  }
  const settled = median(times.slice(-Math.ceil(times.length / 4)));
  const first = times.findIndex((time) => time <= 1.5 * settled);
  return times.slice(0, first).reduce((sum, time) => sum + time, 0);
}

console.log(
  `${process.version}, ${dtype}, ${relaxedSimd ? "fused" : "separate"} multiply and add; ` +
    `module of ${bytes} bytes, compiled in ${compileTime.toFixed(1)} ms`,
);
const peer = await startOpenBlas();
console.log(
  peer ? `peer: ${peer.description}` : "OpenBLAS not measured: no Python with a NumPy built on it was found",
);
const warmUpProduct = runner({ m: 128, n: 128, k: 128 });
console.log(
  `warm-up at 128×128 · 128×128: ${warmUp(warmUpProduct).toFixed(1)} ms until the optimised code runs\n`,
);
console.log(
  `${"product".padEnd(26)}    ours    best    peer    best   ratio   (GFLOP/s: median and best; ours / peer)`,
);
for (const product of products) {
  const call = runner(product);
  timePerCall(call, 100);
  const work = 2 * product.m * product.n * product.k * 1e-9;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(work / timePerCall(call, milliseconds));
    if (peer) theirs.push(work / (await peer.timePerCall(product, dtype, milliseconds)));
  }
  const rate = (value: number) => value.toFixed(1).padStart(8);
  const columns = [median(ours), Math.max(...ours)].map(rate).join("");
  const peerColumns = peer ? [median(theirs), Math.max(...theirs)].map(rate).join("") : "";
  const ratio = peer
    ? median(ours.map((value, round) => value / theirs[round]))
        .toFixed(2)
        .padStart(8)
    : "";
  console.log(`${nameOf(product).padEnd(26)}${columns}${peerColumns}${ratio}`);
}
peer?.stop();
