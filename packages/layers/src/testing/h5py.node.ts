/** Python's h5py, where it is installed, as a judge of what is written. */
import { execFileSync } from "node:child_process";

const python = "/usr/bin/python3";

/** Whether there is a Python with h5py; tests that need it are skipped otherwise. */
export const hasH5py = canImport();

function canImport(): boolean {
  try {
    execFileSync(python, ["-c", "import h5py"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * The content of a file according to h5py: of each dataset shape, dtype, attributes and the sum of its values; of each group
 * its attributes.
 */
export interface FoundByH5py {
  readonly [path: string]: {
    readonly shape?: readonly number[];
    readonly dtype?: string;
    readonly attrs: Readonly<Record<string, string>>;
    readonly sum?: string;
  };
}

const script = `
import h5py, io, json, struct, sys
def read(file):
    found = {}
    def visit(name, item):
        attrs = {key: str(value) for key, value in item.attrs.items()}
        found[name] = {"attrs": attrs}
        if isinstance(item, h5py.Dataset):
            values = item[()]
            found[name].update(shape=list(item.shape), dtype=str(item.dtype))
            if item.dtype.kind in "fiub": found[name]["sum"] = repr(values.astype("float64").sum())
    file.visititems(visit)
    return found
stream = sys.stdin.buffer
found = []
while size := stream.read(4):
    found.append(read(h5py.File(io.BytesIO(stream.read(struct.unpack("<I", size)[0])), "r")))
print(json.dumps(found))
`;

/** Opens files with h5py, and reads all of each. */
export function readWithH5py(files: readonly Uint8Array[]): readonly FoundByH5py[] {
  const parts = files.flatMap((bytes) => [new Uint8Array(Uint32Array.of(bytes.length).buffer), bytes]);
  const input = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    input.set(part, offset);
    offset += part.length;
  }
  return JSON.parse(execFileSync(python, ["-c", script], { input, maxBuffer: 2 ** 28 }).toString());
}
