/** The nodes of an integral over [0, 1] and their weights. */
export interface Quadrature {
  readonly node: number;
  readonly weight: number;
}

/**
 * The Gauss–Legendre rule, exact for polynomials up to the degree 2·count − 1. Its nodes, the zeros of the Legendre
 * polynomial, are found by Newton's iteration (NIST DLMF 3.5 and 18.9.1).
 */
export function gaussLegendre(count: number): Quadrature[] {
  return Array.from({ length: count }, (_, index) => {
    let zero = Math.cos((Math.PI * (index + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let iteration = 0; iteration < 6; iteration++) {
      let [before, value] = [1, zero];
      for (let degree = 2; degree <= count; degree++) {
        [before, value] = [value, ((2 * degree - 1) * zero * value - (degree - 1) * before) / degree];
      }
      slope = (count * (zero * value - before)) / (zero * zero - 1);
      zero -= value / slope;
    }
    return { node: (1 - zero) / 2, weight: 1 / ((1 - zero * zero) * slope * slope) };
  });
}
