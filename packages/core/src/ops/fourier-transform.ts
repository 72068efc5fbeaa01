/** The fast Fourier transform, composed of products with small matrices. */
import type { DType } from "../dtype.ts";
import { dataNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";
import type { Shape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { pad } from "./padding.ts";
import { slice } from "./slicing.ts";

/** Complex numbers as their real and imaginary parts, of the same shape. */
export interface Complex {
  /** The real parts. */
  readonly real: Tensor;
  /** The imaginary parts. */
  readonly imaginary: Tensor;
}

/** Up to this length a transform is one product with a matrix. */
const longestMatrix = 32;

/** Σ x[j] e^{sign·2πijk/N} along the last axis. */
export function transform(x: Complex, sign: 1 | -1): Complex {
  const length = x.real.shape[x.real.rank - 1];
  if (length <= longestMatrix) return times(x, rootMatrix(length, length, length, sign, x.real.dtype));
  const factor = largestFactor(length);
  return factor === 1 ? byConvolution(x, length, sign) : bySplitting(x, factor, length / factor, sign);
}

function largestFactor(length: number): number {
  for (let factor = longestMatrix; factor > 1; factor--) if (length % factor === 0) return factor;
  return 1;
}

/** e^{sign·2πi·row·column / period}, computed in float64 with the angle reduced first. */
function rootMatrix(rows: number, columns: number, period: number, sign: number, dtype: DType): Complex {
  return complexConstant([rows, columns], dtype, (index) => {
    const turn = (Math.floor(index / columns) * (index % columns)) % period;
    return (sign * 2 * Math.PI * turn) / period;
  });
}

/** e^{i·angle} for each element. */
function complexConstant(shape: Shape, dtype: DType, angle: (index: number) => number): Complex {
  const length = shape.reduce((product, size) => product * size, 1);
  const part = (f: (angle: number) => number): Tensor => {
    const values = Float64Array.from({ length }, (_, index) => f(angle(index)));
    return new Tensor(build.cast(dataNode(values, { shape, dtype: "float64" }), dtype));
  };
  return { real: part(Math.cos), imaginary: part(Math.sin) };
}

function times(x: Complex, matrix: Complex): Complex {
  return {
    real: sub(matmul(x.real, matrix.real), matmul(x.imaginary, matrix.imaginary)),
    imaginary: add(matmul(x.real, matrix.imaginary), matmul(x.imaginary, matrix.real)),
  };
}

function product(x: Complex, y: Complex): Complex {
  return {
    real: sub(mul(x.real, y.real), mul(x.imaginary, y.imaginary)),
    imaginary: add(mul(x.real, y.imaginary), mul(x.imaginary, y.real)),
  };
}

function map({ real, imaginary }: Complex, f: (part: Tensor) => Tensor): Complex {
  return { real: f(real), imaginary: f(imaginary) };
}

/**
 * A transform of r·m elements as transforms of r, of m, and a turn of each element in between. J. W. Cooley, J. W. Tukey,
 * "An algorithm for the machine calculation of complex Fourier series" (1965).
 */
function bySplitting(x: Complex, r: number, m: number, sign: 1 | -1): Complex {
  const { dtype, shape } = x.real;
  const batch = shape.slice(0, -1);
  const swap = (part: Tensor): Tensor => new Tensor(build.swapLastAxes(part.node));
  const split = map(x, (part) => swap(new Tensor(build.reshape(part.node, [...batch, r, m]))));
  const first = times(split, rootMatrix(r, r, r, sign, dtype));
  const turned = product(first, rootMatrix(m, r, r * m, sign, dtype));
  const second = transform(map(turned, swap), sign);
  return map(second, (part) => new Tensor(build.reshape(swap(part).node, shape)));
}

/**
 * A transform of a length without small factors as a convolution, which is done by transforms of a power of 2. L. Bluestein,
 * "A linear filtering approach to the computation of discrete Fourier transform" (1970).
 */
function byConvolution(x: Complex, length: number, sign: 1 | -1): Complex {
  const { dtype, rank } = x.real;
  const longer = 2 ** Math.ceil(Math.log2(2 * length - 1));
  // e^{sign·πij²/N}; j² is reduced modulo 2N, while it is exact.
  const angle = (at: number): number => (sign * Math.PI * ((at * at) % (2 * length))) / length;
  const chirp = complexConstant([length], dtype, angle);
  const widened = map(product(x, chirp), (part) =>
    pad(
      part,
      part.shape.map((_, axis): [number, number] => [0, axis === rank - 1 ? longer - length : 0]),
    ),
  );
  const distance = (index: number): number => Math.min(index, longer - index);
  const filter = complexConstant([longer], dtype, (index) =>
    distance(index) < length ? -angle(distance(index)) : 0,
  );
  const isUsed = Float64Array.from({ length: longer }, (_, index) => Number(distance(index) < length));
  const mask = new Tensor(build.cast(dataNode(isUsed, { shape: [longer], dtype: "float64" }), dtype));
  const spectrum = transform(
    map(filter, (part) => mul(part, mask)),
    -1,
  );
  const convolved = transform(product(transform(widened, -1), spectrum), 1);
  const scaled = map(convolved, (part) => mul(slice(part, ["...", [0, length]]), 1 / longer));
  return product(scaled, chirp);
}
