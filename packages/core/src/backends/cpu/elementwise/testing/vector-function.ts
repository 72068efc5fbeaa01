import type { Attributes } from "../../../../graph/attributes.ts";
import type { FunctionBuilder } from "../../assembler/function.ts";
import { i32, v128 } from "../../assembler/instructions.ts";
import { ModuleBuilder } from "../../assembler/module.ts";
import type { Emitter } from "../emitter.ts";

type Lanes = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
type LanesConstructor<T extends Lanes> = new (buffer: ArrayBuffer, offset: number, length: number) => T;

const pageBytes = 65536;
const vectorBytes = 16;

/** A loop that applies an emitter to arrays: `run` computes the first `count` results from the operands. */
export interface VectorFunction<T extends Lanes> {
  readonly operands: readonly T[];
  readonly result: T;
  readonly codeBytes: number;
  run(count: number): void;
}

export interface VectorFunctionOptions {
  readonly operands?: number;
  readonly capacity: number;
  readonly relaxedSimd?: boolean;
  readonly attributes?: Attributes;
}

function emitLoop(f: FunctionBuilder, emitter: Emitter, options: VectorFunctionOptions): void {
  const { operands = 1, relaxedSimd = false, attributes = {} } = options;
  const offset = f.let(i32.constant(0));
  f.loopWhileBelow(offset, f.parameter(operands + 1, "i32"), vectorBytes, () => {
    const inputs = Array.from({ length: operands }, (_, position) =>
      f.let(v128.load(i32.add(f.parameter(position, "i32"), offset))),
    );
    const result = f.let(emitter({ f, relaxedSimd }, inputs, attributes));
    f.run(v128.store(i32.add(f.parameter(operands, "i32"), offset), result));
  });
}

export function vectorFunction<T extends Lanes>(
  emitter: Emitter,
  lanes: LanesConstructor<T> & { readonly BYTES_PER_ELEMENT: number },
  options: VectorFunctionOptions,
): VectorFunction<T> {
  const { operands = 1, capacity } = options;
  const laneBytes = lanes.BYTES_PER_ELEMENT;
  const arrayBytes = Math.ceil((capacity * laneBytes) / vectorBytes) * vectorBytes;
  const pages = Math.ceil((arrayBytes * (operands + 1)) / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });

  const module = new ModuleBuilder({ initial: pages, maximum: pages, shared: false });
  const parameters = Array.from({ length: operands + 2 }, () => "i32" as const);
  emitLoop(module.function("apply", { parameters }), emitter, options);
  const code = module.encode();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  const { apply } = instance.exports;
  if (typeof apply !== "function") throw new TypeError("the module exports no function");

  const arrays = Array.from(
    { length: operands + 1 },
    (_, position) => new lanes(memory.buffer, position * arrayBytes, arrayBytes / laneBytes),
  );
  const addresses = arrays.map((array) => array.byteOffset);
  return {
    operands: arrays.slice(0, operands),
    result: arrays[operands],
    codeBytes: code.length,
    run: (count) => {
      apply(...addresses, Math.ceil((count * laneBytes) / vectorBytes) * vectorBytes);
    },
  };
}
