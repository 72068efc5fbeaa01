import { existsSync } from "node:fs";
import { describe, it } from "vitest";

/**
 * Tests that need other libraries, which `npm ci --prefix exchange --ignore-scripts` installs; where they are not
 * installed, one skipped test says so.
 */
export function describeWith(peers: readonly string[], title: string, tests: () => void): void {
  const missing = peers.filter((name) => !existsSync(new URL(`node_modules/${name}`, import.meta.url)));
  if (missing.length === 0) {
    describe(title, tests);
  } else {
    describe(title, () => {
      it.skip(`needs ${missing.join(", ")}: npm ci --prefix exchange --ignore-scripts`, () => {});
    });
  }
}

/**
 * Imports a peer. `Peer` declares the part of it that the tests use, so that the compiler needs no declarations of
 * libraries that may not be installed; it is not checked against the library.
 */
export async function importPeer<Peer>(name: string): Promise<Peer> {
  const peer: Peer = await import(/* @vite-ignore */ name);
  return peer;
}
