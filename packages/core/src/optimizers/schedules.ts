import { sameShape } from "../shape.ts";
import { cast, div, floorDiv, minimum, mul, neg, pow, sub, where, add, equal, less, lessEqual } from "../ops/arithmetic.ts";
import { cos, log } from "../ops/transcendental.ts";
import { nodeOf, Tensor, type TensorLike } from "../tensor.ts";
