/** The sizes of a tensor's dimensions, where null stands for any size: that of the batch, most often. */
export type SymbolicShape = readonly (number | null)[];

/** `[null, 784]`. */
export function formatShape(shape: SymbolicShape): string {
  return `[${shape.map(String).join(", ")}]`;
}

/** Whether a shape is one of those that `expected` stands for. */
export function fitsShape(shape: SymbolicShape, expected: SymbolicShape): boolean {
  if (shape.length !== expected.length) return false;
  return expected.every((size, axis) => size === null || shape[axis] === null || size === shape[axis]);
}

/** The number of elements; null if a dimension is not known. */
export function symbolicSize(shape: SymbolicShape): number | null {
  let size = 1;
  for (const dimension of shape) {
    if (dimension === null) return null;
    size *= dimension;
  }
  return size;
}

/** Whether a value is a shape, and no structure of shapes. */
export function isShape(value: unknown): value is SymbolicShape {
  return Array.isArray(value) && value.every((size) => size === null || typeof size === "number");
}
