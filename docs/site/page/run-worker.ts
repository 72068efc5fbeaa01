/** The worker that runs what stands on a page: types are taken out, imports lead to the bundles, prints come back. */
import { transform } from "sucrase";
import { asText } from "../../printed-text.ts";
import { bundleOf } from "../modules.ts";

/** What is to be run. */
export interface Task {
  /** Code that the reader does not see. */
  readonly before: string;
  readonly code: string;
  /** What the code finds as `globalThis.given`. */
  readonly given?: unknown;
}

/** What comes back: lines that were printed, values that were reported, and the end. */
export type Message =
  | { readonly kind: "print" | "write" | "error"; readonly text: string }
  | { readonly kind: "report"; readonly value: unknown }
  | { readonly kind: "done" };

/** What the worker needs of its global scope, which the types of pages do not have. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<Task>) => void) | null;
  postMessage(message: Message): void;
  given?: unknown;
  report?(value: unknown): void;
}

const scope = globalThis as unknown as WorkerScope;

function send(message: Message): void {
  scope.postMessage(message);
}

console.log = (...values: unknown[]) => send({ kind: "print", text: asText([values], false) });
console.warn = console.error = (...values: unknown[]) =>
  send({ kind: "error", text: asText([values], false) });
scope.report = (value) => send({ kind: "report", value });

/** The code as a module of JavaScript whose imports are addresses. */
function moduleOf({ before, code }: Task): string {
  const { code: script } = transform(`${before}\n${code}`, {
    transforms: ["typescript"],
    disableESTransforms: true,
  });
  return script.replaceAll(
    /(\bfrom\s*|\bimport\s*\(?\s*)"(@strata\/[\w/-]+)"/g,
    (all, start: string, name: string) => {
      const bundle = bundleOf(name);
      return bundle === null ? all : `${start}"${new URL(bundle, import.meta.url).href}"`;
    },
  );
}

scope.onmessage = async ({ data: task }) => {
  scope.given = task.given;
  try {
    if (`${task.before}${task.code}`.includes('"@strata/layers"')) {
      const { setOutput } = await import(new URL("packages/layers.js", import.meta.url).href);
      setOutput({ isTerminal: false, columns: 76, write: (text: string) => send({ kind: "write", text }) });
    }
    const address = URL.createObjectURL(new Blob([moduleOf(task)], { type: "text/javascript" }));
    await import(/* @vite-ignore */ address);
  } catch (error) {
    send({ kind: "error", text: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
  send({ kind: "done" });
};
