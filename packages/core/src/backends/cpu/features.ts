import type { V128 } from "./assembler/expression.ts";
import { f32x4 } from "./assembler/instructions.ts";
import { ModuleBuilder } from "./assembler/module.ts";

/** The features of the WebAssembly engine beyond version 1. */
export interface Features {
  readonly simd: boolean;
  /** Fused multiply-add: Node 22 and later have it. */
  readonly relaxedSimd: boolean;
}

function validates(make: (vector: V128) => V128): boolean {
  const module = new ModuleBuilder({ initial: 1, maximum: 1, shared: false });
  const f = module.function("probe", { parameters: ["v128"], results: ["v128"] });
  f.return(make(f.parameter(0, "v128")));
  return WebAssembly.validate(module.encode());
}

export function detectFeatures(): Features {
  return {
    simd: validates((vector) => f32x4.add(vector, vector)),
    relaxedSimd: validates((vector) => f32x4.relaxed_madd(vector, vector, vector)),
  };
}

/** Why this engine cannot compute with WebAssembly; null where it can. */
export function whyNoWebAssembly(): string | null {
  if (!("WebAssembly" in globalThis)) return "this engine has no WebAssembly, as node --jitless";
  return detectFeatures().simd ? null : "this engine has no WebAssembly SIMD";
}
