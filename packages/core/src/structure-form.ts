/** Forms of structures: what `describe` writes as a text, in an object that is compared without writing one. */
import type { DType } from "./dtype.ts";
import { type Shape, sameShape } from "./shape.ts";
import { isLeaf, isPlainObject, numberOfFunction, tensorOf } from "./structure.ts";
import { Tensor } from "./tensor.ts";
import { Variable } from "./variable.ts";

/** Its arrays, names, plain values, and the shapes and dtypes of its tensors. */
export type StructureForm = TensorForm | ObjectForm | readonly StructureForm[] | PlainForm;

class TensorForm {
  readonly shape: Shape;
  readonly dtype: DType;

  constructor({ node: { shape, dtype } }: Tensor) {
    this.shape = shape;
    this.dtype = dtype;
  }

  /** The tensor that `value` stands for, if it is of this form. */
  accept(value: unknown): Tensor | null {
    if (!isLeaf(value)) return null;
    // Not made into a tensor before its length is right.
    if (!(value instanceof Tensor || value instanceof Variable) && value.length !== this.shape[0])
      return null;
    const tensor = tensorOf(value);
    const { shape, dtype } = tensor.node;
    return dtype === this.dtype && (shape === this.shape || sameShape(shape, this.shape)) ? tensor : null;
  }
}

class ObjectForm {
  readonly names: readonly string[];
  readonly parts: readonly StructureForm[];

  constructor(names: readonly string[], parts: readonly StructureForm[]) {
    this.names = names;
    this.parts = parts;
  }
}

class PlainForm {
  /** Of a function its number, which does not keep it alive. */
  private readonly value: unknown;
  private readonly isFunction: boolean;

  constructor(value: unknown) {
    this.isFunction = typeof value === "function";
    this.value = typeof value === "function" ? numberOfFunction(value) : value;
  }

  accepts(value: unknown): boolean {
    if (typeof value === "function") return this.isFunction && this.value === numberOfFunction(value);
    return !this.isFunction && Object.is(this.value, value);
  }
}

/**
 * The form of a structure.
 *
 * @param tensors What `describe` collected of it.
 */
export function formOf(value: unknown, tensors: readonly Tensor[]): StructureForm {
  let next = 0;
  const partOf = (part: unknown): StructureForm => {
    if (isLeaf(part)) return new TensorForm(tensors[next++]);
    if (Array.isArray(part)) return part.map(partOf);
    if (isPlainObject(part)) return new ObjectForm(Object.keys(part), Object.values(part).map(partOf));
    return new PlainForm(part);
  };
  return partOf(value);
}

/** Whether the structure is of the form; collects its tensors in the order of `describe`, as far as it is. */
export function isOfForm(value: unknown, form: StructureForm, tensors: Tensor[]): boolean {
  if (form instanceof TensorForm) {
    const tensor = form.accept(value);
    if (tensor !== null) tensors.push(tensor);
    return tensor !== null;
  }
  if (form instanceof PlainForm) return form.accepts(value);
  if (form instanceof ObjectForm) return isObjectOfForm(value, form, tensors);
  if (!Array.isArray(value) || value.length !== form.length) return false;
  for (let index = 0; index < form.length; index++) {
    if (!isOfForm(value[index], form[index], tensors)) return false;
  }
  return true;
}

function isObjectOfForm(value: unknown, { names, parts }: ObjectForm, tensors: Tensor[]): boolean {
  if (!isPlainObject(value)) return false;
  const given = Object.keys(value);
  if (given.length !== names.length) return false;
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    if (given[index] !== name || !isOfForm(value[name], parts[index], tensors)) return false;
  }
  return true;
}
