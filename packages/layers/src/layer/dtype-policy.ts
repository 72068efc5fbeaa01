import { Configurable, named } from "../schema/configurable.ts";
import { type Option, option } from "../schema/option.ts";
import { choice } from "../schema/vocabulary.ts";
import type { FloatDType } from "../utilities/tensors.ts";

const policies = ["float32", "float64", "float16", "bfloat16", "mixedFloat16", "mixedBfloat16"] as const;

/** The names of dtype policies: a dtype, or a 16-bit dtype that is computed in while weights stay float32. */
export type DTypePolicyName = (typeof policies)[number] | `mixed_${string}`;

const policyOptions = {
  /** The policy: a dtype, `"mixedFloat16"` or `"mixedBfloat16"`. */
  name: choice(policies)(),
};

/**
 * Says in which dtype a layer computes, and in which it keeps its weights.
 *
 * @example
 * ```ts
 * import { DTypePolicy } from "@strata/layers";
 *
 * const policy = new DTypePolicy("mixedBfloat16");
 * console.log(policy.computeDType, policy.variableDType); // "bfloat16" "float32"
 * ```
 */
export class DTypePolicy extends Configurable {
  static override readonly className: string = "DTypePolicy";
  static override readonly options = policyOptions;
  static override readonly kerasModule = "keras";
  /** The name of the policy. */
  declare readonly name: (typeof policies)[number];

  constructor(...given: [name: DTypePolicyName] | [options: { readonly name: DTypePolicyName }]) {
    super(named(new.target, given, "name"));
  }

  /** The dtype of computation and of results. */
  get computeDType(): FloatDType {
    if (this.name === "mixedFloat16") return "float16";
    return this.name === "mixedBfloat16" ? "bfloat16" : this.name;
  }

  /** The dtype of weights. */
  get variableDType(): FloatDType {
    return this.name === "mixedFloat16" || this.name === "mixedBfloat16" ? "float32" : this.name;
  }
}

let common = new DTypePolicy("float32");

/** The policy of layers that are not given one. */
export function dtypePolicy(): DTypePolicy {
  return common;
}

/**
 * Chooses the policy of layers that are made from now on and are not given one.
 *
 * @param policy Its name, or the policy.
 */
export function setDTypePolicy(policy: DTypePolicyName | DTypePolicy): void {
  common = policy instanceof DTypePolicy ? policy : new DTypePolicy(policy);
}

/** An option that is a dtype policy. Null: the common one. */
export function dtypePolicyOption(): Option<DTypePolicy, DTypePolicyName | DTypePolicy | null, false> {
  return option<DTypePolicy, DTypePolicyName | DTypePolicy | null>({
    accepted: `a DTypePolicy or a name (${policies.map((name) => JSON.stringify(name)).join(", ")})`,
    read: (given) => {
      if (given === null) return common;
      if (given instanceof DTypePolicy) return given;
      return isName(given) ? new DTypePolicy(given) : undefined;
    },
    restore: (json, restore) => (typeof json === "object" ? restore(json) : json),
  })(null);
}

function isName(value: unknown): value is DTypePolicyName {
  if (typeof value !== "string") return false;
  return policies.some((name) => name === value || name.toLowerCase() === value.replace("_", ""));
}
