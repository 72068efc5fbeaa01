/** The methods of Tensor and Variable: each applies the function of its name. Imported for what it does to them. */
import { Tensor } from "../tensor.ts";
import type { TensorMethods } from "../tensor-methods.ts";
import { Variable } from "../variable.ts";
import { relu, sigmoid, softmax } from "./activations.ts";
import {
  abs,
  add,
  cast,
  div,
  equal,
  greater,
  less,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  sqrt,
  square,
  sub,
} from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { argMax, max, mean, min, sum } from "./reductions.ts";
import { expandDims, reshape, squeeze, transpose } from "./shapes.ts";
import { exp, log, tanh } from "./transcendental.ts";

const functions = {
  neg,
  abs,
  exp,
  log,
  sqrt,
  square,
  tanh,
  sigmoid,
  relu,
  softmax,
  add,
  sub,
  mul,
  div,
  pow,
  maximum,
  minimum,
  equal,
  greater,
  less,
  matmul,
  sum,
  mean,
  max,
  min,
  argMax,
  reshape,
  transpose,
  expandDims,
  squeeze,
  cast,
} satisfies { [N in keyof TensorMethods]: (x: Tensor, ...rest: Parameters<TensorMethods[N]>) => Tensor };

for (const [name, apply] of Object.entries<(x: Tensor, ...rest: never[]) => Tensor>(functions)) {
  const method = {
    value: function (this: Tensor | Variable, ...rest: never[]): Tensor {
      return apply(this instanceof Variable ? this.value : this, ...rest);
    },
    writable: true,
    configurable: true,
  };
  Object.defineProperty(Tensor.prototype, name, method);
  Object.defineProperty(Variable.prototype, name, method);
}
