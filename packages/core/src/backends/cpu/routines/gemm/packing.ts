import type { FunctionBuilder, FunctionReference, Local } from "../../assembler/function.ts";
import { i32, memory, v128 } from "../../assembler/instructions.ts";
import type { ModuleBuilder } from "../../assembler/module.ts";
import { interleaveHigh, interleaveLow, transposeSquare } from "../../assembler/transpose.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { addIntegerFunction } from "./integer-function.ts";

/**
 * Panels that are filled side by side where the lines are contiguous, so that the cache lines of the source, which
 * are longer than a panel is wide, are used up at once: long strides make them evict each other.
 */
const panelsTogether = 4;

/**
 * Adds the function that copies a block of a matrix into panels, so that the kernel reads one address after the
 * other. The block has `count` lines (rows of A, or columns of B) of `k` elements; a panel holds `width` lines,
 * interleaved: element (line, k) of a panel lies at k·width + line. The lines missing from the last panel are 0.
 *
 * Parameters: source, lineStep, kStep (in bytes), count, k, destination.
 */
export function addPacking(module: ModuleBuilder, arithmetic: Arithmetic, width: number): FunctionReference {
  const together = addContiguousPanels(module, arithmetic, width, panelsTogether);
  const contiguous = addContiguousPanels(module, arithmetic, width, 1);
  const transposed = addTransposedPanel(module, arithmetic, width);
  const partial = addPartialPanel(module, arithmetic, width);
  const name = `pack_${arithmetic.dtype}_${width}`;
  const { f, parameters } = addIntegerFunction(module, name, 6);
  const [source, lineStep, kStep, count, k, destination] = parameters;
  const panelBytes = f.let(i32.mul(k, i32.constant(width * arithmetic.size)));
  const elementBytes = i32.constant(arithmetic.size);

  const eachPanels = (panels: number, pack: () => void): void => {
    const enough = i32.ge_s(count, i32.constant(width * panels));
    f.if(enough, () => {
      f.loop((again) => {
        pack();
        f.set(source, i32.add(source, i32.mul(lineStep, i32.constant(width * panels))));
        f.set(destination, i32.add(destination, i32.mul(panelBytes, i32.constant(panels))));
        f.set(count, i32.sub(count, i32.constant(width * panels)));
        f.branchIf(again, enough);
      });
    });
  };
  f.if(
    i32.eq(lineStep, elementBytes),
    () => {
      eachPanels(panelsTogether, () => f.invoke(together, source, kStep, k, destination, panelBytes));
      eachPanels(1, () => f.invoke(contiguous, source, kStep, k, destination, panelBytes));
    },
    () =>
      f.if(
        i32.eq(kStep, elementBytes),
        () => eachPanels(1, () => f.invoke(transposed, source, lineStep, k, destination)),
        () =>
          eachPanels(1, () => {
            f.invoke(partial, source, lineStep, kStep, i32.constant(width), k, destination);
          }),
      ),
  );
  f.if(count, () => {
    f.run(memory.fill(destination, i32.constant(0), panelBytes));
    f.invoke(partial, source, lineStep, kStep, count, k, destination);
  });
  return f;
}

/** Copies bytes in vectors, then in a half of one, then in a quarter. */
function copyRun(
  f: FunctionBuilder,
  bytes: number,
  from: Local<"i32">,
  start: number,
  to: Local<"i32">,
): void {
  let done = 0;
  for (; done + 16 <= bytes; done += 16) f.run(v128.store(to, v128.load(from, start + done), done));
  if (done + 8 <= bytes) {
    f.run(v128.store64_lane(to, v128.load64_zero(from, start + done), 0, done));
    done += 8;
  }
  if (done < bytes) f.run(v128.store32_lane(to, v128.load32_zero(from, start + done), 0, done));
}

/** The lines lie next to each other: a panel is `k` runs of `width` elements. */
function addContiguousPanels(
  module: ModuleBuilder,
  arithmetic: Arithmetic,
  width: number,
  panels: number,
): FunctionReference {
  const name = `pack_${arithmetic.dtype}_${width}_contiguous_${panels}`;
  const { f, parameters } = addIntegerFunction(module, name, 5);
  const [source, kStep, k, destination, panelBytes] = parameters;
  const targets = [destination];
  while (targets.length < panels) targets.push(f.let(i32.add(targets[targets.length - 1], panelBytes)));
  const bytes = width * arithmetic.size;
  f.loop((again) => {
    targets.forEach((target, panel) => {
      copyRun(f, bytes, source, panel * bytes, target);
      f.set(target, i32.add(target, i32.constant(bytes)));
    });
    f.set(source, i32.add(source, kStep));
    f.set(k, i32.sub(k, i32.constant(1)));
    f.branchIf(again, k);
  });
  return f;
}

/** Elements of one line lie next to each other: squares of lanes × lanes are transposed in registers. */
function addTransposedPanel(module: ModuleBuilder, arithmetic: Arithmetic, width: number): FunctionReference {
  const { lanes, size } = arithmetic;
  const name = `pack_${arithmetic.dtype}_${width}_transposed`;
  const { f, parameters } = addIntegerFunction(module, name, 4);
  const [source, lineStep, k, destination] = parameters;
  const lines = [source];
  while (lines.length < width) lines.push(f.let(i32.add(lines[lines.length - 1], lineStep)));
  const advance = (count: number): void => {
    for (const line of lines) f.set(line, i32.add(line, i32.constant(count * size)));
    f.set(destination, i32.add(destination, i32.constant(count * width * size)));
    f.set(k, i32.sub(k, i32.constant(count)));
  };
  const square = i32.ge_s(k, i32.constant(lanes));
  f.if(square, () => {
    f.loop((again) => {
      let line = 0;
      for (; line + lanes <= width; line += lanes) {
        const rows = lines.slice(line, line + lanes).map((address) => f.let(v128.load(address)));
        transposeSquare(f, rows).forEach((column, position) => {
          f.run(v128.store(destination, column, (position * width + line) * size));
        });
      }
      if (line + 2 === width && lanes === 4) storePairs(f, lines.slice(line), destination, width, line, size);
      else if (line < width) storeLine(f, arithmetic, lines[line], destination, width, line);
      advance(lanes);
      f.branchIf(again, square);
    });
  });
  f.if(k, () => {
    f.loop((again) => {
      lines.forEach((line, position) => {
        const target = i32.add(destination, i32.constant(position * size));
        f.run(arithmetic.copyElement(target, line));
      });
      advance(1);
      f.branchIf(again, k);
    });
  });
  return f;
}

/** A vector of one line, its elements `width` elements apart. */
function storeLine(
  f: FunctionBuilder,
  { lanes, size }: Arithmetic,
  address: Local<"i32">,
  destination: Local<"i32">,
  width: number,
  line: number,
): void {
  const vector = f.let(v128.load(address));
  const store = size === 4 ? v128.store32_lane : v128.store64_lane;
  for (let lane = 0; lane < lanes; lane++) {
    f.run(store(destination, vector, lane, (lane * width + line) * size));
  }
}

/** Vectors of two lines of float32, interleaved. */
function storePairs(
  f: FunctionBuilder,
  lines: readonly Local<"i32">[],
  destination: Local<"i32">,
  width: number,
  line: number,
  size: number,
): void {
  const [first, second] = lines.map((address) => f.let(v128.load(address)));
  const low = f.let(interleaveLow(first, second));
  const high = f.let(interleaveHigh(first, second));
  [low, low, high, high].forEach((pair, position) => {
    f.run(v128.store64_lane(destination, pair, position % 2, (position * width + line) * size));
  });
}

/** Any strides and any number of lines up to the width, one element at a time. */
function addPartialPanel(module: ModuleBuilder, arithmetic: Arithmetic, width: number): FunctionReference {
  const name = `pack_${arithmetic.dtype}_${width}_partial`;
  const { f, parameters } = addIntegerFunction(module, name, 6);
  const [source, lineStep, kStep, count, k, destination] = parameters;
  const [from, to, rest] = [f.local("i32"), f.local("i32"), f.local("i32")];
  f.loop((nextLine) => {
    f.set(from, source);
    f.set(to, destination);
    f.set(rest, k);
    f.loop((nextElement) => {
      f.run(arithmetic.copyElement(to, from));
      f.set(from, i32.add(from, kStep));
      f.set(to, i32.add(to, i32.constant(width * arithmetic.size)));
      f.set(rest, i32.sub(rest, i32.constant(1)));
      f.branchIf(nextElement, rest);
    });
    f.set(source, i32.add(source, lineStep));
    f.set(destination, i32.add(destination, i32.constant(arithmetic.size)));
    f.set(count, i32.sub(count, i32.constant(1)));
    f.branchIf(nextLine, count);
  });
  return f;
}
