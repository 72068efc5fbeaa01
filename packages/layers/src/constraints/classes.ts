export { Constraint } from "./constraint.ts";
export { NonNeg } from "./non-neg.ts";
