import { compileModule } from "../assembler/compile.ts";
import type { F64 } from "../assembler/expression.ts";
import type { FunctionReference } from "../assembler/function.ts";
import { f64, i32 } from "../assembler/instructions.ts";
import { ModuleBuilder } from "../assembler/module.ts";
import type { Blas, NoBlas } from "../blas/blas.ts";
import { blasReference } from "../blas/blas-function.ts";
import type { Features } from "../features.ts";
import type { Allocator } from "../memory/allocator.ts";
import type { LinearMemory } from "../memory/linear-memory.ts";
import type { SharedFunction } from "../threads/helper-thread.ts";
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
  readonly callable: WebAssembly.ImportValue;
  /** For the imports of the same module in another thread. */
  readonly shared: SharedFunction;
}

/** The functions that the library is made from. */
export interface LibraryParts {
  readonly memory: LinearMemory;
  readonly allocator: Allocator;
  readonly features: Features;
  /** How many threads compute. */
  readonly threads: number;
  readonly openBlas: () => Blas | NoBlas;
}

export class Library implements Providers {
  readonly threads: number;
  readonly relaxedSimd: boolean;
  private readonly parts: LibraryParts;
  private readonly made = new Map<LibraryName, LibraryFunction>();
  private opened: Blas | NoBlas | null = null;
  private addressCell: number | null = null;

  constructor(parts: LibraryParts) {
    this.parts = parts;
    this.threads = parts.threads;
    this.relaxedSimd = parts.features.relaxedSimd;
  }

  /** The system's BLAS, opened when it is first asked for: that takes some 20 ms. */
  get blas(): Blas | NoBlas {
    this.opened ??= this.parts.openBlas();
    return this.opened;
  }

  hasBlas(): boolean {
    return "product" in this.blas;
  }

  processAddress(): F64 {
    this.addressCell ??= this.makeAddressCell();
    return f64.load(i32.constant(this.addressCell));
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
    const { memory, features } = this.parts;
    const builder = new ModuleBuilder(memory.importType);
    const add: AddFunction = functions[name];
    const reference = add(builder, features);
    const module = compileModule(builder.encode());
    const instance = new WebAssembly.Instance(module, { env: { memory: memory.memory } });
    return {
      reference,
      callable: instance.exports[reference.name],
      shared: { name: reference.name, module },
    };
  }

  private link(name: BlasName): LibraryFunction {
    const { blas } = this;
    if (!("product" in blas)) throw new Error(`cpu: there is no ${name}: ${blas.reason}`);
    const dtype = blasFunctions[name];
    const reference = blasReference(dtype);
    return {
      reference,
      callable: blas.product[dtype],
      shared: { name: reference.name, foreign: blas.links[dtype] },
    };
  }

  /** The place of the process's address of the memory, which can change when an unshared memory grows. */
  private makeAddressCell(): number {
    const { blas } = this;
    if (!("product" in blas)) throw new Error(`cpu: there is no BLAS: ${blas.reason}`);
    const { memory, allocator } = this.parts;
    const { address } = allocator.allocate(8);
    const update = (): void => {
      memory.float64[address / 8] = blas.addressOf(memory.memory.buffer);
    };
    update();
    memory.whenGrown(update);
    return address;
  }
}

function isBlasName(name: LibraryName): name is BlasName {
  return Object.hasOwn(blasFunctions, name);
}
