import { sizeOf } from "../../../shape.ts";
import { i32, select } from "../assembler/instructions.ts";
import type { RoutineLowering } from "./routine.ts";

/** Words of a piece: a multiple of the four that one call of the generator makes. */
const pieceWords = 8192;

export const randomBits: RoutineLowering = {
  functions: () => ["random_bits"],
  pieces: ({ output }) => Math.max(1, Math.ceil(sizeOf(output.shape) / pieceWords)),
  emit({ inputs: [state], output }, { f, address, call, begin, end }) {
    const words = i32.constant(sizeOf(output.shape));
    const last = f.let(i32.mul(end, i32.constant(pieceWords)));
    const first = i32.mul(begin, i32.constant(pieceWords));
    call("random_bits", address(state), address(output), first, select(i32.lt_s(last, words), last, words));
  },
};
