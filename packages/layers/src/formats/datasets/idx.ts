import { type Tensor, tensor } from "@strata/core";
import { sizeOf } from "@strata/core/internal";
import { FileError } from "@strata/core/internal/files";

/** The code of bytes, the only type that the files of MNIST have. */
const bytesCode = 8;

/**
 * The array in an IDX file, the format of MNIST: two zero bytes, the type of the elements, the rank, the sizes, then the elements.
 *
 * @param name The file, for messages.
 */
export function decodeIdx(bytes: Uint8Array, name: string): Tensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0 || view.getUint8(2) !== bytesCode) {
    throw new FileError(name, "start", "it is no IDX file of bytes, which begins with 0, 0, 8");
  }
  const rank = view.getUint8(3);
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw new FileError(name, "start", `it is cut short within its ${rank} sizes`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  if (bytes.length !== start + sizeOf(shape)) {
    throw new FileError(
      name,
      "end",
      `it has ${bytes.length - start} elements; its shape [${shape.join(", ")}] has ${sizeOf(shape)}`,
    );
  }
  return tensor(bytes.slice(start), shape, "uint8");
}
