// A JavaScript library's side of a contest: answers each line of JSON. Its parameter is the library's name.
import { createInterface } from "node:readline";
import { type Library, NotSupported, type Prepared } from "../libraries/library.ts";
import { libraries } from "../libraries/table.ts";
import { measurePeakMemory } from "./peak-memory.ts";
import type { Question } from "./protocol.ts";

const started = performance.now();
const name = process.argv[2];
const load = libraries[name];
if (!load)
  throw new RangeError(`there is no library ${name}; there are ${Object.keys(libraries).join(", ")}`);
const library = await load().catch((error: unknown) => {
  say({ error: messageOf(error) });
  process.exit(1);
});
let prepared: Prepared | undefined;

async function answer(question: Question): Promise<object> {
  switch (question.request) {
    case "prepare": {
      prepared?.dispose?.();
      prepared = undefined;
      prepared = await library.prepare(question.workload);
      const begun = performance.now();
      await prepared.run();
      return { milliseconds: performance.now() - begun };
    }
    case "time": {
      if (!prepared) throw new Error("nothing is prepared");
      return { times: await time(prepared, question.milliseconds) };
    }
    case "observe": {
      const observed = await library.prepare(question.workload);
      const values: (readonly number[])[] = [];
      for (let run = 0; run < question.runs; run++) {
        await observed.run();
        values.push(await observed.observe());
      }
      observed.dispose?.();
      return { values };
    }
    case "build":
      if (!library.build) throw new NotSupported("it makes no models");
      return library.build(question.workload);
    case "memory":
      return memory(library, question);
  }
}

async function time({ run }: Prepared, milliseconds: number): Promise<number[]> {
  const begun = performance.now();
  const times: number[] = [];
  do {
    const before = performance.now();
    const result = run();
    if (result instanceof Promise) await result;
    times.push(performance.now() - before);
  } while (performance.now() - begun < milliseconds);
  return times;
}

async function memory(measured: Library, { workload, runs }: Extract<Question, { request: "memory" }>) {
  const peakBytes = measurePeakMemory();
  const { run } = await measured.prepare(workload);
  for (let count = 0; count < runs; count++) await run();
  return { peakBytes: peakBytes(), countedBytes: measured.countedBytes?.() ?? null };
}

function say(message: object): void {
  console.log(JSON.stringify(message));
}

/** What a library does not support is said in a sentence of ours. */
function messageOf(error: unknown): string {
  if (error instanceof NotSupported) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

const { description } = library;
say({
  description: `${description}; Node ${process.version}`,
  startMilliseconds: performance.now() - started,
});
for await (const line of createInterface({ input: process.stdin })) {
  try {
    say(await answer(JSON.parse(line)));
  } catch (error) {
    say({ error: messageOf(error) });
  }
}
