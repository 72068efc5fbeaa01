import type { RoutineName } from "../../../primitives/table.ts";
import { matmul } from "./matmul.ts";
import { randomBits } from "./random.ts";
import type { RoutineLowering } from "./routine.ts";

/** The routines of the cpu backend, by primitive. */
export const routines = { matmul, randomBits } satisfies Record<RoutineName, RoutineLowering>;
