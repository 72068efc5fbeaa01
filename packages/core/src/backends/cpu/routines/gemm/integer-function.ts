import type { ValueType } from "../../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../../assembler/function.ts";
import type { ModuleBuilder } from "../../assembler/module.ts";

/** A new function without results, all of whose parameters are i32, and those parameters. */
export function addIntegerFunction(
  module: ModuleBuilder,
  name: string,
  count: number,
  exported = false,
): { f: FunctionBuilder; parameters: Local<"i32">[] } {
  const types = Array.from({ length: count }, (): ValueType => "i32");
  const f = module.function(name, { parameters: types }, exported);
  return { f, parameters: types.map((_, position) => f.parameter(position, "i32")) };
}
