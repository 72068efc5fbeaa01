import { ByteWriter } from "./bytes.ts";
import type { ValueType } from "./expression.ts";
import { FunctionBuilder, type FunctionReference, typeCode } from "./function.ts";

/** The limits of the memory that a module imports, in pages of 64 KiB. */
export interface MemoryImport {
  readonly initial: number;
  readonly maximum: number;
  readonly shared: boolean;
}

interface Signature {
  readonly parameters?: readonly ValueType[];
  readonly results?: readonly ValueType[];
}

const sections = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;

/** Builds a WebAssembly module that imports one memory as `env.memory`. */
export class ModuleBuilder {
  private readonly memory: MemoryImport;
  private readonly types = new Map<string, number>();
  private readonly typeEntries: ByteWriter[] = [];
  private readonly imports: { module: string; reference: FunctionReference }[] = [];
  private readonly functions: FunctionBuilder[] = [];
  private readonly exported: FunctionReference[] = [];

  constructor(memory: MemoryImport) {
    this.memory = memory;
  }

  /** Imports a function. All imports come before the first function of the module's own. */
  importFunction(module: string, name: string, signature: Signature = {}): FunctionReference {
    if (this.functions.length > 0) throw new Error(`${name}: functions are imported before any is defined`);
    const { parameters = [], results = [] } = signature;
    const reference = { name, index: this.imports.length, parameters, results };
    this.imports.push({ module, reference });
    return reference;
  }

  /** A new function, exported under its name unless `exported` is false. */
  function(name: string, signature: Signature = {}, exported = true): FunctionBuilder {
    const index = this.imports.length + this.functions.length;
    const { parameters = [], results = [] } = signature;
    const builder = new FunctionBuilder(name, index, parameters, results);
    this.functions.push(builder);
    if (exported) this.exported.push(builder);
    return builder;
  }

  encode(): Uint8Array<ArrayBuffer> {
    const module = new ByteWriter();
    module.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    const importedTypes = this.imports.map(({ reference }) => this.typeIndex(reference));
    const definedTypes = this.functions.map((defined) => this.typeIndex(defined));
    section(module, sections.type, this.typeEntries, (out, entry) => out.bytes(entry.view()));
    this.encodeImports(module, importedTypes);
    section(module, sections.function, definedTypes, (out, type) => out.unsigned(type));
    section(module, sections.export, this.exported, (out, { name, index }) => {
      out.name(name);
      out.byte(0x00);
      out.unsigned(index);
    });
    section(module, sections.code, this.functions, (out, defined) => out.sized(defined.encode()));
    return module.view().slice();
  }

  private encodeImports(module: ByteWriter, importedTypes: readonly number[]): void {
    const entries: ((out: ByteWriter) => void)[] = [
      (out) => {
        const { initial, maximum, shared } = this.memory;
        out.name("env");
        out.name("memory");
        out.bytes([0x02, shared ? 0x03 : 0x01]);
        out.unsigned(initial);
        out.unsigned(maximum);
      },
    ];
    this.imports.forEach(({ module: from, reference }, position) => {
      entries.push((out) => {
        out.name(from);
        out.name(reference.name);
        out.byte(0x00);
        out.unsigned(importedTypes[position]);
      });
    });
    section(module, sections.import, entries, (out, write) => write(out));
  }

  private typeIndex({ parameters, results }: FunctionReference): number {
    const key = `${parameters.join()}>${results.join()}`;
    const known = this.types.get(key);
    if (known !== undefined) return known;
    const entry = new ByteWriter();
    entry.byte(0x60);
    for (const list of [parameters, results]) {
      entry.unsigned(list.length);
      for (const type of list) entry.byte(typeCode(type));
    }
    this.typeEntries.push(entry);
    this.types.set(key, this.typeEntries.length - 1);
    return this.typeEntries.length - 1;
  }
}

function section<T>(
  module: ByteWriter,
  id: number,
  entries: readonly T[],
  write: (out: ByteWriter, entry: T) => void,
): void {
  if (entries.length === 0) return;
  const content = new ByteWriter();
  content.unsigned(entries.length);
  for (const entry of entries) write(content, entry);
  module.byte(id);
  module.sized(content);
}
