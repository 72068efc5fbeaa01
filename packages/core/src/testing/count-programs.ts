/** How many programs a piece of code makes ready to run, and how often it runs them. */
import { vi } from "vitest";
import { currentBackend } from "../evaluate.ts";

export interface ProgramCounts {
  compiled: number;
  /** Of the programs that were compiled while it was counted. */
  run: number;
}

/** Counts while `body` runs. */
export function countPrograms(body: () => void): ProgramCounts {
  const backend = currentBackend();
  const prepare = backend.prepare.bind(backend);
  const counts: ProgramCounts = { compiled: 0, run: 0 };
  const spy = vi.spyOn(backend, "prepare").mockImplementation((program, constants) => {
    counts.compiled++;
    const executable = prepare(program, constants);
    return {
      byteLength: executable.byteLength,
      run(bindings) {
        counts.run++;
        return executable.run(bindings);
      },
      dispose: () => executable.dispose(),
    };
  });
  try {
    body();
    return counts;
  } finally {
    spy.mockRestore();
  }
}
