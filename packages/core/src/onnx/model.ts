/**
 * The part of ONNX's data model that models are written in. Source: onnx.proto of the Open Neural Network Exchange, IR
 * version 10.
 */
import type { DType } from "../dtype.ts";

/** The type of a tensor's elements: those of the dtypes here, and of ONNX's own shapes and shifts. */
export type ElementType = DType | "int64" | "uint32";

/** A tensor with values. */
export interface OnnxTensor {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** The elements, little-endian. */
  readonly data: Uint8Array;
}

/** The value of a node's attribute. */
export type OnnxAttribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "type"; readonly value: ElementType }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "graph"; readonly value: OnnxGraph };

/** Attributes by name. */
export type OnnxAttributes = { readonly [name: string]: OnnxAttribute };

/** An operator that is applied to values, which have names. */
export interface OnnxNode {
  readonly operator: string;
  readonly name: string;
  /** An empty name stands for an input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OnnxAttributes;
}

/** A size, the name of one that differs from run to run, or null where nothing is said. */
export type OnnxSize = number | string | null;

/** The name and the type of an input or an output. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly OnnxSize[];
}

/** Nodes in an order in which they can be computed. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** A model as a file holds it. */
export interface OnnxModel {
  readonly irVersion: number;
  /** The version of the operators. */
  readonly opset: number;
  readonly producer: string;
  readonly producerVersion: string;
  /** Its description in words. */
  readonly description: string;
  readonly graph: OnnxGraph;
}
