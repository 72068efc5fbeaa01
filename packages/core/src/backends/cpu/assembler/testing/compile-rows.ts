import type { V128 } from "../expression.ts";
import { i32, v128 } from "../instructions.ts";
import { ModuleBuilder } from "../module.ts";

/** The vectors in memory that a row is computed from. */
export const operands = [0, 16, 32].map((address) => v128.load(i32.constant(address)));
export const resultAddress = 48;

/**
 * Compiles one function for each row, which computes from the vectors at 0, 16 and 32 the one at 48; undefined
 * where the engine does not know an instruction.
 */
export function compileRows(rows: Readonly<Record<string, V128>>) {
  const module = new ModuleBuilder({ initial: 1, maximum: 1, shared: false });
  for (const [name, value] of Object.entries(rows)) {
    module.function(name).run(v128.store(i32.constant(resultAddress), value));
  }
  const code = module.encode();
  if (!WebAssembly.validate(code)) return undefined;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  return {
    buffer: memory.buffer,
    run(name: string): void {
      const exported = exports[name];
      if (typeof exported !== "function") throw new Error(`${name} is not exported`);
      exported();
    },
  };
}
