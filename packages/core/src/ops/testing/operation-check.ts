/** The row of an op in the table of operations, found by computing it. */
import { gradients } from "../../autodiff/gradients.ts";
import { type DType, isFloat, type TypedArray } from "../../dtype.ts";
import { type BackendName, getBackend, setBackend } from "../../evaluate.ts";
import { dot, slopeOf, slopePoints } from "../../primitives/testing/derivatives.ts";
import type { MissingDerivative } from "../../primitives/testing/row-case.ts";
import { formatShape } from "../../shape.ts";
import { evaluate, type Tensor, tensor } from "../../tensor.ts";
import { Draw } from "../../testing/draw.ts";
import { add, cast, mul } from "../arithmetic.ts";
import { scalar } from "../creation.ts";
import { sum } from "../reductions.ts";
import {
  drawOperands,
  dtypeOf,
  isFloatTensor,
  type Operand,
  type OperationCase,
  tensorsIn,
} from "./operation-case.ts";

export const orders = ["forward", "gradient", "secondDerivative"] as const;
export type Order = (typeof orders)[number];

/** The backends, the oracle first. */
export const backends = ["reference", "cpu"] as const satisfies readonly BackendName[];

/** Why an op has no gradient that could be checked. */
export type Reason = MissingDerivative | "no float operands" | "integers or bools";

/** The finding: for each order the fault, null where there is none; or why there is no such derivative. */
export interface Finding {
  readonly backends: Readonly<Record<BackendName, Readonly<Record<Order, string | null>>>>;
  readonly withoutGradient: Reason | null;
  readonly withoutSecondDerivative: Reason | null;
}

/** Finite differences must agree to this, relatively to values of at least `smallestSlope`. */
const slopeTolerance = 1e-6;
const smallestSlope = 1e-3;

/** How far the cpu may be from the oracle in float64, relatively above 1, by the dtype of the result. */
function toleranceOf(dtype: DType): number {
  if (!isFloat(dtype)) return 0;
  return dtype === "float64" ? 1e-9 : 1e-4;
}

/** Calls the op and its derivatives on both backends, and compares them with each other and with finite differences. */
export async function checkOperation(operation: OperationCase): Promise<Finding> {
  const values = drawOperands(operation, new Draw(11));
  const expected = await onReference(operation, values);
  const actual = await onCpu(operation, values);
  const withoutGradient = reasonOf(operation, expected.forward);
  const withoutSecondDerivative = withoutGradient ?? operation.withoutSecondDerivative ?? null;
  const { gradient, secondDerivative } = expected.slopes;
  return {
    withoutGradient,
    withoutSecondDerivative,
    backends: {
      reference: {
        forward: null,
        gradient: withoutGradient === null ? wrongSlope(gradient) : wrongZero(gradient, withoutGradient),
        secondDerivative: withoutSecondDerivative === null ? wrongSlope(secondDerivative) : null,
      },
      cpu: {
        forward: wrongValues(actual, expected, "forward"),
        gradient: wrongValues(actual, expected, "gradient"),
        secondDerivative: wrongValues(actual, expected, "secondDerivative"),
      },
    },
  };
}

function reasonOf({ operands, withoutGradient }: OperationCase, results: readonly Tensor[]): Reason | null {
  if (!results.some(isFloatTensor)) return "integers or bools";
  if (!operands.some(({ kind }) => kind === "float")) return "no float operands";
  return withoutGradient ?? null;
}

/** The values of an op, the gradients of a scalar made of them, and the gradients of a scalar made of those. */
type Values = Readonly<Record<Order, readonly Tensor[]>>;

interface Derivatives extends Values {
  /** The scalars that were differentiated. */
  readonly scalars: Readonly<Record<Exclude<Order, "forward">, Tensor>>;
}

function inputsOf(operands: readonly Operand[], values: readonly TypedArray[], float: DType): Tensor[] {
  return operands.map((operand, index) =>
    tensor(Array.from(values[index]), operand.shape, dtypeOf(operand, float)),
  );
}

async function differentiated(
  { operands, apply, withoutSecondDerivative }: OperationCase,
  values: readonly TypedArray[],
  float: DType,
): Promise<Derivatives> {
  const inputs = inputsOf(operands, values, float);
  const forward = tensorsIn(await apply(...inputs));
  const floats = inputs.filter(isFloatTensor);
  const first = scalarOf(forward.filter(isFloatTensor), float, new Draw(3), true);
  const gradient = gradients(first, floats);
  const second = withoutSecondDerivative ? scalar(0, float) : scalarOf(gradient, float, new Draw(4), false);
  return {
    forward,
    gradient,
    secondDerivative: gradients(second, floats),
    scalars: { gradient: first, secondDerivative: second },
  };
}

/** Σ w·x with drawn weights, and Σ x²/2 with it, so that linear ops too have second derivatives. */
function scalarOf(tensors: readonly Tensor[], dtype: DType, draw: Draw, hasSquares: boolean): Tensor {
  return tensors.reduce(
    (total, each) => {
      const x = cast(each, dtype);
      const weights = Array.from({ length: x.size }, () => draw.between(16, 64) / 64);
      const terms = mul(x, tensor(weights, x.shape, dtype));
      return add(total, sum(hasSquares ? add(terms, mul(mul(x, x), 0.5)) : terms));
    },
    scalar(0, dtype),
  );
}

/** A derivative in a direction, and the finite difference. */
interface Slope {
  readonly exact: number;
  readonly difference: number;
}

interface Expected extends Derivatives {
  readonly slopes: Readonly<Record<Exclude<Order, "forward">, Slope>>;
}

async function onReference(operation: OperationCase, values: readonly TypedArray[]): Promise<Expected> {
  return withBackend("reference", async () => {
    const draw = new Draw(5);
    const directions = values.map((array, index) =>
      operation.operands[index].kind === "float"
        ? Float64Array.from(array, () => draw.between(-64, 64) / 64)
        : null,
    );
    const at = (t: number): Promise<Derivatives> =>
      differentiated(
        operation,
        values.map((array, index) => movedAlong(array, directions[index], t)),
        "float64",
      );
    const here = await at(0);
    const around = await Promise.all(slopePoints.map(at));
    evaluate(...tensorsIn([here, around.map(({ scalars }) => scalars)]));
    const along = directions.filter((direction) => direction !== null);
    const slopeFor = (order: Exclude<Order, "forward">): Slope => ({
      exact: here[order].reduce((total, each, index) => total + dot(each.dataSync(), along[index]), 0),
      difference: slopeOf(around.map(({ scalars }) => scalars[order].item())),
    });
    return {
      ...here,
      slopes: { gradient: slopeFor("gradient"), secondDerivative: slopeFor("secondDerivative") },
    };
  });
}

function movedAlong(array: TypedArray, direction: Float64Array | null, t: number): TypedArray {
  return direction === null ? array : array.map((value, element) => value + t * direction[element]);
}

/** In float32, in which models are trained, and the values in float64 too. */
async function onCpu(operation: OperationCase, values: readonly TypedArray[]) {
  return withBackend("cpu", async () => {
    const single = await differentiated(operation, values, "float32");
    const inputs = inputsOf(operation.operands, values, "float64");
    const forward = tensorsIn(await operation.apply(...inputs));
    evaluate(...tensorsIn([single, forward]));
    return [single, { forward, gradient: [], secondDerivative: [] }];
  });
}

async function withBackend<T>(name: BackendName, body: () => Promise<T>): Promise<T> {
  const before = getBackend();
  setBackend(name);
  try {
    return await body();
  } finally {
    setBackend(before);
  }
}

function wrongSlope({ exact, difference }: Slope): string | null {
  const allowed = slopeTolerance * Math.max(Math.abs(difference), smallestSlope);
  return Math.abs(exact - difference) <= allowed
    ? null
    : `the slope is ${exact}, and by finite differences ${difference}`;
}

/**
 * Zeros are given where there is no derivative; between jumps finite differences see them too. The slope of something
 * else is for another test.
 */
function wrongZero({ exact, difference }: Slope, reason: Reason): string | null {
  if (reason === "the slope of something else") return null;
  const seen = reason === "piecewise constant" ? difference : 0;
  return exact === 0 && seen === 0
    ? null
    : `${reason}, and yet the slope is ${exact}, and by finite differences ${difference}`;
}

function wrongValues(actual: readonly Values[], expected: Values, order: Order): string | null {
  for (const each of actual) {
    for (const [index, got] of each[order].entries()) {
      const wrong = wrongTensor(got, expected[order][index]);
      if (wrong !== null) return `result ${index}: ${wrong}`;
    }
  }
  return null;
}

function wrongTensor(actual: Tensor, expected: Tensor): string | null {
  if (formatShape(actual.shape) !== formatShape(expected.shape)) {
    return `the shape is ${formatShape(actual.shape)}, not ${formatShape(expected.shape)}`;
  }
  const wanted = expected.dataSync();
  const tolerance = toleranceOf(actual.dtype);
  const position = actual.dataSync().findIndex((got: number, index: number) => {
    if (Object.is(got, wanted[index])) return false;
    return !(Math.abs(got - wanted[index]) <= tolerance * Math.max(1, Math.abs(wanted[index])));
  });
  if (position === -1) return null;
  return `element ${position} in ${actual.dtype}: ${actual.dataSync()[position]}, not ${wanted[position]}`;
}

/** A sentence for everything that is wrong. */
export function wrongIn({ backends: found }: Finding): string[] {
  return backends.flatMap((backend) =>
    orders.flatMap((order) => {
      const wrong = found[backend][order];
      return wrong === null ? [] : [`${order} on ${backend}: ${wrong}`];
    }),
  );
}
