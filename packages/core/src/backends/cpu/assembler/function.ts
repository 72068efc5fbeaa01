import { ByteWriter } from "./bytes.ts";
import { CodeWriter, type Expression, type I32, type Statement, type ValueType } from "./expression.ts";
import { i32 } from "./instructions.ts";

const typeCodes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

export function typeCode(type: ValueType): number {
  return typeCodes[type];
}

/** A local variable of a function; as an expression it is the local's value. */
export interface Local<T extends ValueType> extends Expression<T> {
  readonly index: number;
}

/** A place that a branch can go to: the end of a block, or the head of a loop. */
export interface Label {
  readonly depth: number;
}

/** A function of a module, or an imported one. */
export interface FunctionReference {
  readonly name: string;
  readonly index: number;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

function localReference<T extends ValueType>(type: T, index: number): Local<T> {
  return {
    type,
    index,
    emit(code) {
      code.byte(0x20);
      code.unsigned(index);
    },
  };
}

/**
 * Code whose vector constants are locals, set once at the start of the function: engines make a constant anew, from
 * two 64-bit halves, wherever it is used in a loop.
 */
class HoistingWriter extends CodeWriter {
  /** The locals by the bytes of their constants. */
  readonly constants = new Map<string, { readonly bytes: Uint8Array; readonly local: Local<"v128"> }>();
  private readonly newLocal: () => Local<"v128">;

  constructor(newLocal: () => Local<"v128">) {
    super();
    this.newLocal = newLocal;
  }

  override vectorConstant(bytes: Uint8Array): void {
    const key = String.fromCharCode(...bytes);
    let constant = this.constants.get(key);
    if (!constant) {
      constant = { bytes, local: this.newLocal() };
      this.constants.set(key, constant);
    }
    constant.local.emit(this);
  }

  /** The code that sets the locals. */
  prologue(): ByteWriter {
    const code = new CodeWriter();
    for (const { bytes, local } of this.constants.values()) {
      code.vectorConstant(bytes);
      code.byte(0x21);
      code.unsigned(local.index);
    }
    return code;
  }
}

/** Builds one function's code, statement by statement. */
export class FunctionBuilder implements FunctionReference {
  readonly name: string;
  readonly index: number;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  private readonly code = new HoistingWriter(() => this.local("v128"));
  private readonly locals: ValueType[] = [];
  private depth = 0;

  constructor(name: string, index: number, parameters: readonly ValueType[], results: readonly ValueType[]) {
    this.name = name;
    this.index = index;
    this.parameters = parameters;
    this.results = results;
  }

  /** The parameter at `position`, which must have the type `type`. */
  parameter<T extends ValueType>(position: number, type: T): Local<T> {
    if (this.parameters[position] !== type) {
      throw new TypeError(
        `${this.name}: parameter ${position} is ${this.parameters[position] ?? "missing"}, not ${type}`,
      );
    }
    return localReference(type, position);
  }

  /** A new local, zero at the start of the function. */
  local<T extends ValueType>(type: T): Local<T> {
    this.locals.push(type);
    return localReference(type, this.parameters.length + this.locals.length - 1);
  }

  /** A new local that holds `value`: what is used twice is computed once. */
  let<T extends ValueType>(value: Expression<T>): Local<T> {
    const local = this.local(value.type);
    this.set(local, value);
    return local;
  }

  set<T extends ValueType>(local: Local<T>, value: Expression<T>): void {
    value.emit(this.code);
    this.code.byte(0x21);
    this.code.unsigned(local.index);
  }

  /** Runs a statement: a store, a fill, a call without results. */
  run(statement: Statement): void {
    statement.emit(this.code);
  }

  drop(value: Expression<ValueType>): void {
    value.emit(this.code);
    this.code.byte(0x1a);
  }

  call<T extends ValueType>(
    target: FunctionReference,
    type: T,
    ...values: Expression<ValueType>[]
  ): Expression<T> {
    if (target.results.length !== 1 || target.results[0] !== type) {
      throw new TypeError(`${target.name}: returns [${target.results.join(", ")}], not [${type}]`);
    }
    const emitCall = this.callBytes(target, values);
    return { type, emit: emitCall };
  }

  /** Calls a function that has no results. */
  invoke(target: FunctionReference, ...values: Expression<ValueType>[]): void {
    if (target.results.length !== 0) {
      throw new TypeError(`${target.name}: returns [${target.results.join(", ")}], not []`);
    }
    this.callBytes(target, values)(this.code);
  }

  /** Runs `then` where `condition` is not zero, and else `otherwise`. */
  if(condition: I32, then: () => void, otherwise?: () => void): void {
    condition.emit(this.code);
    this.code.bytes([0x04, 0x40]);
    this.depth++;
    then();
    if (otherwise) {
      this.code.byte(0x05);
      otherwise();
    }
    this.depth--;
    this.code.byte(0x0b);
  }

  /** A block; a branch to its label leaves it. */
  block(body: (end: Label) => void): void {
    this.structured(0x02, body);
  }

  /** A loop; a branch to its label starts the next round; without one it ends. */
  loop(body: (again: Label) => void): void {
    this.structured(0x03, body);
  }

  branch(label: Label): void {
    this.code.byte(0x0c);
    this.code.unsigned(this.depth - label.depth);
  }

  branchIf(label: Label, condition: I32): void {
    condition.emit(this.code);
    this.code.byte(0x0d);
    this.code.unsigned(this.depth - label.depth);
  }

  return(value?: Expression<ValueType>): void {
    value?.emit(this.code);
    this.code.byte(0x0f);
  }

  /** Runs `body` while `counter` (as it stands, signed) is below `end`, adding `step` after each round. */
  loopWhileBelow(counter: Local<"i32">, end: I32, step: I32 | number, body: () => void): void {
    const increment = typeof step === "number" ? i32.constant(step) : step;
    this.if(i32.lt_s(counter, end), () => {
      this.loop((again) => {
        body();
        this.set(counter, i32.add(counter, increment));
        this.branchIf(again, i32.lt_s(counter, end));
      });
    });
  }

  /** The function's entry in the code section. */
  encode(): ByteWriter {
    const body = new ByteWriter();
    const runs: [count: number, type: ValueType][] = [];
    for (const type of this.locals) {
      const last = runs.at(-1);
      if (last && last[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    body.unsigned(runs.length);
    for (const [count, type] of runs) {
      body.unsigned(count);
      body.byte(typeCode(type));
    }
    body.bytes(this.code.prologue().view());
    body.bytes(this.code.view());
    body.byte(0x0b);
    return body;
  }

  private structured(opcode: number, body: (label: Label) => void): void {
    this.code.bytes([opcode, 0x40]);
    this.depth++;
    body({ depth: this.depth });
    this.depth--;
    this.code.byte(0x0b);
  }

  private callBytes(target: FunctionReference, values: readonly Expression<ValueType>[]) {
    const given = values.map((value) => value.type).join(", ");
    const wanted = target.parameters.join(", ");
    if (given !== wanted) throw new TypeError(`${target.name}: takes (${wanted}), was given (${given})`);
    return (code: CodeWriter): void => {
      for (const value of values) value.emit(code);
      code.byte(0x10);
      code.unsigned(target.index);
    };
  }
}
