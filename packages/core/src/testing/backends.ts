/** The same computation on the backend under test and on the oracle. */
import type { TypedArray } from "../dtype.ts";
import { type BackendName, compute, getBackend, setBackend, valuesOf } from "../evaluate.ts";
import type { GraphNode } from "../graph/node.ts";

/** Runs `body` on a backend, and puts the one before back. */
export function onBackend<T>(name: BackendName, body: () => T): T {
  const before = getBackend();
  setBackend(name);
  try {
    return body();
  } finally {
    setBackend(before);
  }
}

/** The values of the nodes that `build` makes, computed in one program. */
export function valuesOn(name: BackendName, build: () => readonly GraphNode[]): TypedArray[] {
  return onBackend(name, () => {
    const nodes = build();
    compute(nodes);
    return nodes.map(valuesOf);
  });
}
