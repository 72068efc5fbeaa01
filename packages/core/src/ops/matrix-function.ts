import { checkCount, checkFunction } from "../arguments.ts";
import { customGradient } from "../autodiff/custom-gradient.ts";
import { grad, valueOf } from "../autodiff/gradients.ts";
import { epsilonOf } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { formatShape, sameShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { abs, add, cast, div, equal, less, lessEqual, mul, sub, where } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { eigh } from "./decompositions.ts";
import { logicalAnd } from "./logic.ts";
import { sum } from "./reductions.ts";
import { expandDims } from "./shapes.ts";
import { squareNode, transposed } from "./square-matrices.ts";

type Elementwise = (x: Tensor) => Tensor;

/**
 * A function of symmetric matrices [..., N, N]: V f(Λ) Vᵀ, with the eigenvalues Λ and eigenvectors V; the root of a
 * covariance by `sqrt`, the exponential by `exp`, the logarithm by `log`. Computed in float64.
 *
 * Gradients are right where eigenvalues are equal, as those through {@link eigh} are not, to the second order: by divided
 * differences, Ju. Daleckii, S. Krein (1965), in N. Higham, "Functions of Matrices", theorem 3.11. Second derivatives take
 * memory for N³ numbers; third ones are as those of `eigh`.
 *
 * @param a Symmetric matrices; the mean of both triangles is taken.
 * @param f Applied to the eigenvalues, float64 [..., N], element by element. Its first and second derivatives are taken too.
 * @throws ShapeError if the matrices are not square, or if `f` gives another shape than it was given.
 *
 * @example
 * ```ts
 * import { eye, grad, matrixFunction, round, sqrt, sum } from "@strata/core";
 *
 * console.log(round(matrixFunction([[2.5, 1.5], [1.5, 2.5]], sqrt).mul(2)).arraySync()); // [[3, 1], [1, 3]]
 * const slope = grad((x) => sum(matrixFunction(x, sqrt)))(eye(2));
 * console.log(slope.arraySync()); // [[0.5, 0.5], [0.5, 0.5]]
 * ```
 */
export function matrixFunction(a: TensorLike, f: Elementwise): Tensor {
  checkCount("matrixFunction", arguments, 2);
  checkFunction("matrixFunction", "the second argument", f);
  const matrix = new Tensor(squareNode("matrixFunction", a));
  return cast(new MatrixFunction(f).of(cast(matrix, "float64")), matrix.dtype);
}

/** f and its derivatives by the matrix, each a multilinear function of the directions. */
class MatrixFunction {
  private readonly f: Elementwise;
  private readonly slope: Elementwise;
  private readonly curvature: Elementwise;

  constructor(f: Elementwise) {
    this.f = (x) => {
      const y = valueOf("matrixFunction", f, [x]);
      if (sameShape(x.shape, y.shape)) return y;
      throw new ShapeError(
        `matrixFunction: the function gives ${formatShape(y.shape)} for eigenvalues ${formatShape(x.shape)}; ` +
          "it must be applied element by element",
      );
    };
    this.slope = grad((x) => sum(this.f(x)));
    this.curvature = grad((x) => sum(this.slope(x)));
  }

  of(matrix: Tensor): Tensor {
    return customGradient((x) => {
      const { values, vectors } = eigh(x);
      return {
        value: matmul(mul(vectors, expandDims(this.f(values), -2)), transposed(vectors)),
        gradient: (towardsValue) => this.derivative(x, towardsValue),
      };
    })(matrix);
  }

  /** The derivative in one direction. It is its own adjoint, and so the gradient. */
  private derivative(matrix: Tensor, direction: Tensor): Tensor {
    return customGradient((x, e) => {
      const { values, vectors } = eigh(x);
      const differences = this.differences(expandDims(values, -1), expandDims(values, -2));
      return {
        value: turned(mul(differences, turned(e, vectors)), transposed(vectors)),
        gradient: (towards) => [this.secondDerivative(x, e, towards), this.derivative(x, towards)],
      };
    })(matrix, symmetric(direction));
  }

  /** The second derivative in two directions. */
  private secondDerivative(matrix: Tensor, first: Tensor, second: Tensor): Tensor {
    const { values, vectors } = eigh(matrix);
    const at = (...missing: readonly number[]): Tensor =>
      missing.reduce((x, axis) => expandDims(x, axis), values);
    // By row, column, and the index between them.
    const differences = this.secondDifferences(at(-1, -1), at(-2, -1), at(-2, -2));
    const [e, g] = [first, symmetric(second)].map((each) => turned(each, vectors));
    const [row, column] = [(x: Tensor) => expandDims(x, -2), (x: Tensor) => expandDims(x, -3)];
    const pairs = add(mul(row(e), column(g)), mul(row(g), column(e)));
    return turned(sum(mul(differences, pairs), -1), transposed(vectors));
  }

  /** (f(x) − f(y)) / (x − y), and f′ where they are equal. */
  private differences(x: Tensor, y: Tensor): Tensor {
    const distance = sub(x, y);
    const [fx, fy] = [this.f(x), this.f(y)];
    const isSame = equal(distance, 0);
    const apart = where(isSame, 1, distance);
    const noise = div(mul(add(abs(fx), abs(fy)), epsilonOf("float64")), abs(apart));
    const integral = (points: readonly Point[]): Tensor =>
      weightedSum(points, ([share]) => this.slope(add(y, mul(distance, share))));
    return closer(isSame, noise, integral(gauss3), integral(gauss2), div(sub(fx, fy), apart));
  }

  /** The divided differences of second order, ½ f″ where all three are equal. */
  private secondDifferences(x: Tensor, y: Tensor, z: Tensor): Tensor {
    const [xy, yz, xz] = [this.differences(x, y), this.differences(y, z), this.differences(x, z)];
    const [dxy, dyz, dxz] = [sub(x, y), sub(y, z), sub(x, z)];
    const isLongest = (one: Tensor, ...others: readonly Tensor[]): Tensor =>
      others.map((other) => lessEqual(abs(other), abs(one))).reduce(logicalAnd);
    // A quotient across the longest of the three distances.
    const [byXy, byYz] = [isLongest(dxy, dyz, dxz), isLongest(dyz, dxy, dxz)];
    const oneOf = (acrossXy: Tensor, acrossYz: Tensor, acrossXz: Tensor): Tensor =>
      where(byXy, acrossXy, where(byYz, acrossYz, acrossXz));
    const [distance, ahead, behind] = [oneOf(dxy, dyz, dxz), oneOf(xz, xy, xy), oneOf(yz, xz, yz)];
    const isSame = equal(distance, 0);
    const apart = where(isSame, 1, distance);
    const noise = div(mul(add(abs(ahead), abs(behind)), noiseOfDifferences), abs(apart));
    const integral = (points: readonly Point[]): Tensor =>
      weightedSum(points, ([first, second]) =>
        mul(this.curvature(add(z, add(mul(dxz, first), mul(dyz, second)))), 0.5),
      );
    return closer(isSame, noise, integral(triangle7), integral(triangle3), div(sub(ahead, behind), apart));
  }
}

/** The largest error of divided differences of first order, relative. */
const noiseOfDifferences = 1e-12;

/** Shares of the distances to the corners, and a weight. */
type Point = readonly [first: number, second: number, weight: number];

const gaussNode = Math.sqrt(0.6) / 2;
const gauss3: readonly Point[] = [
  [0.5 - gaussNode, 0, 5 / 18],
  [0.5, 0, 4 / 9],
  [0.5 + gaussNode, 0, 5 / 18],
];
const gauss2: readonly Point[] = [0.5 - Math.sqrt(1 / 12), 0.5 + Math.sqrt(1 / 12)].map((share) => [
  share,
  0,
  0.5,
]);

/** Means over a triangle, exact for polynomials of degree 5: J. Radon (1948). */
const triangle7: readonly Point[] = [
  [1 / 3, 1 / 3, 9 / 40],
  ...[-1, 1].flatMap((sign) => corners((6 + sign * Math.sqrt(15)) / 21, (155 + sign * Math.sqrt(15)) / 1200)),
];
const triangle3 = corners(1 / 6, 1 / 3);

function corners(share: number, weight: number): Point[] {
  return [
    [share, share, weight],
    [1 - 2 * share, share, weight],
    [share, 1 - 2 * share, weight],
  ];
}

function weightedSum(points: readonly Point[], valueAt: (point: Point) => Tensor): Tensor {
  return points.map((point) => mul(valueAt(point), point[2])).reduce((left, right) => add(left, right));
}

/** The integral where it is exacter than the quotient, as a coarser one tells, and where there is no quotient. */
function closer(isSame: Tensor, noise: Tensor, integral: Tensor, coarser: Tensor, quotient: Tensor): Tensor {
  return where(isSame, integral, where(less(abs(sub(integral, coarser)), noise), integral, quotient));
}

/** Vᵀ X V. */
function turned(x: Tensor, vectors: Tensor): Tensor {
  return matmul(matmul(transposed(vectors), x), vectors);
}

function symmetric(x: Tensor): Tensor {
  return mul(add(x, transposed(x)), 0.5);
}
