import type { FunctionReference } from "../assembler/function.ts";
import { ModuleBuilder } from "../assembler/module.ts";
import type { Features } from "../features.ts";
import type { LinearMemory } from "../memory/linear-memory.ts";
import { addGemm } from "./gemm.ts";
import { addIntegerProduct } from "./integer-product.ts";
import { addRandomBits } from "./random-bits.ts";

type AddFunction = (module: ModuleBuilder, features: Features) => FunctionReference;

/** The functions that all programs share. Each is made, in a module of its own, when a program first asks for it. */
const functions = {
  gemm_float32: (module, features) => addGemm(module, "float32", features),
  gemm_float64: (module, features) => addGemm(module, "float64", features),
  product_int32: (module) => addIntegerProduct(module, "int32"),
  product_uint8: (module) => addIntegerProduct(module, "uint8"),
  random_bits: (module) => addRandomBits(module),
} as const satisfies Record<string, AddFunction>;

export type LibraryName = keyof typeof functions;

export interface LibraryFunction {
  readonly reference: FunctionReference;
  /** For the imports of a program's module. */
  readonly callable: WebAssembly.ExportValue;
}

export class Library {
  private readonly memory: LinearMemory;
  private readonly features: Features;
  private readonly made = new Map<LibraryName, LibraryFunction>();

  constructor(memory: LinearMemory, features: Features) {
    this.memory = memory;
    this.features = features;
  }

  get(name: LibraryName): LibraryFunction {
    let entry = this.made.get(name);
    if (entry === undefined) {
      const module = new ModuleBuilder(this.memory.importType);
      const add: AddFunction = functions[name];
      const reference = add(module, this.features);
      const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
        env: { memory: this.memory.memory },
      });
      entry = { reference, callable: instance.exports[reference.name] };
      this.made.set(name, entry);
    }
    return entry;
  }
}
