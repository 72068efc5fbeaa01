import type { FunctionReference } from "../assembler/function.ts";
import { ModuleBuilder } from "../assembler/module.ts";
import type { Blas, NoBlas } from "../blas/blas.ts";
import { blasFunction, blasReference } from "../blas/blas-function.ts";
import type { Features } from "../features.ts";
import type { LinearMemory } from "../memory/linear-memory.ts";
import { addGemm } from "./gemm.ts";
import { addIntegerProduct } from "./integer-product.ts";
import { addRandomBits } from "./random-bits.ts";
import type { Providers } from "./routine.ts";

type AddFunction = (module: ModuleBuilder, features: Features) => FunctionReference;

/** The functions that all programs share. Each is made, in a module of its own, when a program first asks for it. */
const functions = {
  gemm_float32: (module, features) => addGemm(module, "float32", features),
  gemm_float64: (module, features) => addGemm(module, "float64", features),
  product_int32: (module) => addIntegerProduct(module, "int32"),
  product_uint8: (module) => addIntegerProduct(module, "uint8"),
  random_bits: (module) => addRandomBits(module),
} as const satisfies Record<string, AddFunction>;

/** Functions of the system's BLAS. */
const blasFunctions = { blas_float32: "float32", blas_float64: "float64" } as const;

type OwnName = keyof typeof functions;
type BlasName = keyof typeof blasFunctions;

export type LibraryName = OwnName | BlasName;

export interface LibraryFunction {
  readonly reference: FunctionReference;
  /** For the imports of a program's module. */
  readonly callable: WebAssembly.ExportValue;
}

export class Library implements Providers {
  private readonly memory: LinearMemory;
  private readonly features: Features;
  private readonly openBlas: () => Blas | NoBlas;
  private readonly made = new Map<LibraryName, LibraryFunction>();
  private opened: Blas | NoBlas | null = null;

  constructor(memory: LinearMemory, features: Features, openBlas: () => Blas | NoBlas) {
    this.memory = memory;
    this.features = features;
    this.openBlas = openBlas;
  }

  /** The system's BLAS, opened when it is first asked for: that takes some 20 ms. */
  get blas(): Blas | NoBlas {
    this.opened ??= this.openBlas();
    return this.opened;
  }

  hasBlas(): boolean {
    return "product" in this.blas;
  }

  get(name: LibraryName): LibraryFunction {
    let entry = this.made.get(name);
    if (entry === undefined) {
      entry = isBlasName(name) ? this.link(name) : this.make(name);
      this.made.set(name, entry);
    }
    return entry;
  }

  private make(name: OwnName): LibraryFunction {
    const module = new ModuleBuilder(this.memory.importType);
    const add: AddFunction = functions[name];
    const reference = add(module, this.features);
    const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
      env: { memory: this.memory.memory },
    });
    return { reference, callable: instance.exports[reference.name] };
  }

  private link(name: BlasName): LibraryFunction {
    const { blas } = this;
    if (!("product" in blas)) throw new Error(`cpu: there is no ${name}: ${blas.reason}`);
    const dtype = blasFunctions[name];
    return { reference: blasReference(dtype), callable: blasFunction(blas, dtype, this.memory) };
  }
}

function isBlasName(name: LibraryName): name is BlasName {
  return Object.hasOwn(blasFunctions, name);
}
