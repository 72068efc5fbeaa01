import type { FileSource, ReadableFile, ReadOptions } from "@strata/core";
import { FileError, withSource } from "@strata/core/internal/files";

/**
 * Reads a file whole, and makes sure that it is the one that was meant, by its SHA-256: for files from addresses that others
 * have a hold of. What it gives is a source, as the file was.
 *
 * @param source The file: a path, an address, bytes, a Blob…
 * @param sha256 Its SHA-256, 64 hexadecimal digits, as the command `sha256sum` prints it.
 * @throws FileError if the file has another, or is not there.
 * @throws RangeError for what is no SHA-256.
 *
 * @example
 * ```ts
 * import { checkedFile, readClassIndex } from "@strata/layers/applications";
 *
 * const file = new Blob(['{ "0": ["n01440764", "tench"] }']);
 * const sha256 = "9b11fcf7f7035d28d278419290ed9ae677c682b264c8e58c0b58ca431a4cb7b9";
 * console.log((await readClassIndex(await checkedFile(file, sha256))).length); // 1
 * ```
 */
export async function checkedFile(
  source: FileSource,
  sha256: string,
  options: ReadOptions = {},
): Promise<ReadableFile> {
  if (!/^[0-9a-f]{64}$/i.test(sha256)) {
    throw new RangeError(
      `checkedFile: the SHA-256 is ${JSON.stringify(sha256)}; it must be 64 hexadecimal digits`,
    );
  }
  return withSource(source, options, async (file) => {
    const bytes = await file.readAll();
    const found = await sha256Of(bytes);
    if (found !== sha256.toLowerCase()) {
      throw new FileError(file.name, "", `its SHA-256 is ${found}; it must be ${sha256.toLowerCase()}`);
    }
    return {
      name: file.name,
      size: bytes.length,
      read: (offset = 0, length = bytes.length) => bytes.subarray(offset, offset + length),
    };
  });
}

async function sha256Of(bytes: Uint8Array): Promise<string> {
  // Web Crypto takes no views of shared memory.
  const digest = await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
