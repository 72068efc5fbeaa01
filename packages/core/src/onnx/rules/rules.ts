/** How each primitive is written in ONNX. */
import type { PrimitiveName } from "../../primitives/table.ts";
import { arithmeticRules } from "./arithmetic.ts";
import { functionRules } from "./functions.ts";
import { movementRules } from "./movement.ts";
import { routineRules } from "./routines.ts";
import type { Rule } from "./rule.ts";
import { windowRules } from "./windows.ts";

/** The table is total: a primitive without a rule is an error of types. */
export const rules = {
  ...arithmeticRules,
  ...functionRules,
  ...movementRules,
  ...windowRules,
  ...routineRules,
} satisfies Record<PrimitiveName, Rule>;
