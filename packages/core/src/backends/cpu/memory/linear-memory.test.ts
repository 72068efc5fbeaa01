import { expect, it } from "vitest";
import { platform } from "#platform";
import { LinearMemory } from "./linear-memory.ts";

it("a memory that has become large asks for large pages, for all of it, and a small one does not", () => {
  const asked: number[] = [];
  const preferLargePages = ({ byteLength }: ArrayBufferLike) => void asked.push(byteLength);
  const memory = new LinearMemory({ maximumPages: 1024 }, { ...platform, preferLargePages });
  memory.grow(1_000_000);
  expect(asked).toEqual([]);
  memory.grow(9_000_000);
  expect(asked).toEqual([memory.byteLength]);
});
