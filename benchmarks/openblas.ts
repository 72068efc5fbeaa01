// OpenBLAS on one thread, through NumPy in a child process that answers one line for each line asked.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly leftTransposed?: boolean;
  readonly rightTransposed?: boolean;
}

export interface Peer {
  readonly description: string;
  /** Seconds that one product takes, over a run of about the given time. */
  timePerCall(product: Product, dtype: string, milliseconds: number): Promise<number>;
  stop(): void;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// A BLAS is OpenBLAS if a library of that name is mapped into the process once NumPy is imported.
const script = `
import json, sys, time
import numpy
libraries = sorted({line.split()[-1].rsplit("/", 1)[-1] for line in open("/proc/self/maps") if "openblas" in line.lower()})
print(json.dumps({"numpy": numpy.__version__, "libraries": libraries}), flush=True)
operands = {}
for line in sys.stdin:
    q = json.loads(line)
    key = (q["m"], q["n"], q["k"], q["leftTransposed"], q["rightTransposed"], q["dtype"])
    if key not in operands:
        def make(rows, columns, transposed):
            shape = (columns, rows) if transposed else (rows, columns)
            array = numpy.random.rand(*shape).astype(q["dtype"])
            return array.T if transposed else array
        operands = {key: (
            make(q["m"], q["k"], q["leftTransposed"]),
            make(q["k"], q["n"], q["rightTransposed"]),
            numpy.empty((q["m"], q["n"]), q["dtype"]),
        )}
        numpy.matmul(*operands[key][:2], out=operands[key][2])
    a, b, c = operands[key]
    started, calls, batch = time.perf_counter(), 0, 1
    while time.perf_counter() - started < q["milliseconds"] / 1000:
        for _ in range(batch):
            numpy.matmul(a, b, out=c)
        calls, batch = calls + batch, min(2 * batch, 4096)
    print(json.dumps((time.perf_counter() - started) / calls), flush=True)
`;

/** Starts the peer; undefined where there is no Python whose NumPy uses OpenBLAS. */
export async function startOpenBlas(): Promise<Peer | undefined> {
  const python = process.env.STRATA_BENCHMARK_PYTHON ?? "python3";
  const environment = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
  const child = spawn(python, ["-c", script], { env: environment, stdio: ["pipe", "pipe", "ignore"] });
  const failed = new Promise<undefined>((resolve) => child.once("error", () => resolve(undefined)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const greeting = await Promise.race([failed, lines.next()]);
  if (!greeting || greeting.done) return undefined;
  const { numpy, libraries }: { numpy: string; libraries: string[] } = JSON.parse(greeting.value);
  if (libraries.length === 0) {
    child.kill();
    return undefined;
  }
  return {
    description: `NumPy ${numpy} on ${libraries.join(", ")}, one thread`,
    async timePerCall({ leftTransposed = false, rightTransposed = false, ...sizes }, dtype, milliseconds) {
      child.stdin.write(
        `${JSON.stringify({ ...sizes, leftTransposed, rightTransposed, dtype, milliseconds })}\n`,
      );
      const answer = await lines.next();
      if (answer.done) throw new Error("the peer stopped");
      return Number(answer.value);
    },
    stop() {
      child.stdin.end();
    },
  };
}
