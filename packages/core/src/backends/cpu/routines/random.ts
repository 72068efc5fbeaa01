import { sizeOf } from "../../../shape.ts";
import { i32 } from "../assembler/instructions.ts";
import type { RoutineLowering } from "./routine.ts";

export const randomBits: RoutineLowering = {
  functions: () => ["random_bits"],
  emit({ inputs: [state], output }, { address, call }) {
    const words = i32.constant(sizeOf(output.shape));
    call("random_bits", address(state), address(output), i32.constant(0), words);
  },
};
