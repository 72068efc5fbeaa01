import { describe, expect, it } from "vitest";
import { Draw } from "../testing/draw-kernel.ts";
import { Allocator, alignment, type Block, slackBytes } from "./allocator.ts";
import { LinearMemory } from "./linear-memory.ts";
import { ScratchRegion } from "./scratch.ts";

describe("Allocator", () => {
  it("hands out aligned blocks that do not touch each other's slack", () => {
    const memory = new LinearMemory({ maximumPages: 256 });
    const allocator = new Allocator(memory);
    const draw = new Draw(5);
    const live: Block[] = [];
    for (let round = 0; round < 3000; round++) {
      if (live.length > 0 && draw.chance(0.5)) {
        allocator.release(live.splice(draw.below(live.length), 1)[0]);
      } else {
        live.push(allocator.allocate(draw.below(5000)));
      }
    }
    const ordered = [...live].sort((a, b) => a.address - b.address);
    ordered.forEach(({ address, byteLength }, position) => {
      expect(address % alignment).toBe(0);
      const next = ordered[position + 1]?.address ?? memory.byteLength;
      expect(address + byteLength + slackBytes).toBeLessThanOrEqual(next);
    });
  });

  it("joins what was released, so that the whole is free again", () => {
    const memory = new LinearMemory({ maximumPages: 64 });
    const allocator = new Allocator(memory);
    const blocks = Array.from({ length: 300 }, () => allocator.allocate(10_000));
    for (const order of [1, 0]) {
      blocks.forEach((block, position) => {
        if (position % 2 === order) allocator.release(block);
      });
    }
    const held = memory.byteLength;
    allocator.allocate(2_900_000);
    expect(memory.byteLength).toBe(held);
  });

  it("has room for blocks where programs computed before, and for programs where blocks were", () => {
    const allocator = new Allocator(new LinearMemory({ maximumPages: 64 }));
    const scratch = new ScratchRegion(allocator);
    scratch.require(3_400_000);
    const large = allocator.allocate(1_200_000);
    expect(scratch.byteLength).toBe(0);
    // What lies in the block is not computed over.
    const small = scratch.require(2_000_000);
    expect(small >= large.address + large.byteLength || small + 2_000_000 <= large.address).toBe(true);
    expect(() => scratch.require(3_400_000)).toThrow(/out of memory/);
    allocator.release(large);
    scratch.require(3_400_000);
    expect(scratch.byteLength).toBeGreaterThanOrEqual(3_400_000);
  });

  it("loses nothing of the memory when an exception ends its growth", () => {
    const memory = new LinearMemory({ maximumPages: 64 });
    const allocator = new Allocator(memory);
    let fails = true;
    memory.whenGrown(() => {
      if (fails) throw new RangeError("as if the stack had overflowed");
    });
    expect(() => allocator.allocate(1_000_000)).toThrow("as if the stack had overflowed");
    fails = false;
    const { byteLength } = memory;
    expect(byteLength).toBeGreaterThan(1_000_000);
    allocator.allocate(1_000_000);
    expect(memory.byteLength).toBe(byteLength);
    // What grows again begins where that ended.
    const blocks = [1_000_000, 1_000_000].map((bytes) => allocator.allocate(bytes));
    expect(blocks[0].address + blocks[0].byteLength).toBeLessThanOrEqual(blocks[1].address);
  });

  it("says which blocks nobody has had before, that hold zeros", () => {
    const allocator = new Allocator(new LinearMemory({ maximumPages: 64 }));
    const [first, second] = [allocator.allocate(1000), allocator.allocate(1000)];
    expect([first.isBlank, second.isBlank]).toEqual([true, true]);
    allocator.release(first);
    expect(allocator.allocate(500).isBlank).toBe(false);
    expect(allocator.allocate(400).isBlank).toBe(false);
    expect(allocator.allocate(100_000).isBlank).toBe(true);
    allocator.release(second);
    expect(allocator.allocate(1000).isBlank).toBe(false);
  });

  it("says how much was asked for when there is no more", () => {
    const allocator = new Allocator(new LinearMemory({ maximumPages: 16 }));
    expect(() => allocator.allocate(2_000_000)).toThrow(/out of memory: 2 MiB more .* the limit is 1 MiB/);
    // What is left can still be used.
    expect(allocator.allocate(900_000).byteLength).toBeGreaterThanOrEqual(900_000);
  });
});
