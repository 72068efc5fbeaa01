import type { DType } from "@strata/core";
import { dtypePolicy } from "../../../layer/dtype-policy.ts";
import { isPlainObject } from "../../../schema/configurable.ts";
import { option } from "../../../schema/option.ts";

const names = ["int64", "int32", "float32", "float64", "float16", "bfloat16"] as const;

/** The dtypes that hashes are given in. There is no `int64` here: those numbers have the dtype `int32`. */
export type ResultDType = (typeof names)[number];

/** An option that is the dtype of a result. */
export const resultDType = option<ResultDType>({
  accepted: `a dtype: ${names.map((name) => JSON.stringify(name)).join(", ")}`,
  read: (given) => names.find((name) => name === given),
  write: (name) => ({ module: "keras", class_name: "DTypePolicy", config: { name }, registered_name: null }),
  restore: (json) => (isPlainObject(json) && isPlainObject(json.config) ? json.config.name : json),
});

/** The dtype that was given; by default `int64` for whole numbers and that of `setDTypePolicy` for others. */
export function resolvedDType(given: ResultDType | null, isInteger: boolean): ResultDType {
  return given ?? (isInteger ? "int64" : dtypePolicy().computeDType);
}

/** The dtype here. */
export function storedDType(name: ResultDType): DType {
  return name === "int64" ? "int32" : name;
}
