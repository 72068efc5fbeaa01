import { FileError, type Tensor, type Variable } from "@strata/core";
import { sameShape } from "@strata/core/internal";
import { formatShape } from "../../utilities/shapes.ts";
import type { Hdf5Dataset } from "../hdf5/tree.ts";
import { dtypeOfDataset, tensorOfDataset } from "../hdf5/values.ts";

/** Values for Variables, which are assigned once all of them have been found to fit. */
export class Assignments {
  readonly file: string;
  readonly #skipsMismatch: boolean;
  readonly #values: (readonly [variable: Variable, value: Tensor])[] = [];
  readonly #skipped: string[] = [];

  /** @param skipsMismatch Whether what does not fit is left out, with a warning, and not refused. */
  constructor(file: string, skipsMismatch: boolean) {
    this.file = file;
    this.#skipsMismatch = skipsMismatch;
  }

  /** Notes that a Variable is to have the values of a dataset; its shape must be the same. */
  async add(path: string, variable: Variable, dataset: Hdf5Dataset): Promise<void> {
    if (!sameShape(dataset.shape, variable.shape)) {
      this.refuse(
        path,
        `it has the shape ${formatShape(dataset.shape)}; ${JSON.stringify(variable.name)} has ${formatShape(variable.shape)}`,
      );
      return;
    }
    const place = { file: this.file, path };
    dtypeOfDataset(dataset, place);
    const value = await tensorOfDataset(dataset, place);
    this.#values.push([variable, value.dtype === variable.dtype ? value : value.cast(variable.dtype)]);
  }

  /** Throws a FileError, or notes what is left out. */
  refuse(path: string, rule: string): void {
    if (!this.#skipsMismatch) throw new FileError(this.file, path, rule);
    this.#skipped.push(`${path}: ${rule}`);
  }

  /** Assigns all values. */
  carryOut(): void {
    for (const [variable, value] of this.#values) variable.assign(value);
    if (this.#skipped.length === 0) return;
    console.warn(`${this.file}: left as they are, because they do not fit:\n${this.#skipped.join("\n")}`);
  }
}
