/**
 * Values that Python has pickled (protocols 2 to 5), as far as data sets need it: numbers, texts, bytes, lists, tuples, dicts and
 * NumPy's arrays. A pickle is a program for a stack machine; of what it may call, there is what makes arrays, and nothing else.
 */
import { FileError } from "@strata/core/internal/files";

/** A value in a pickle. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Pickled[]
  | ReadonlyMap<string, Pickled>
  | PickledArray;

/** An array of NumPy's. */
export class PickledArray {
  shape: readonly number[] = [];
  /** As NumPy describes it: `"u1"`, `"i8"`, `"O8"`. */
  type = "";
  /** The elements: bytes, or of objects a list. */
  data: Uint8Array | readonly Pickled[] = [];
}

/** A type of NumPy's. */
class PickledType {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A function that a pickle may call. */
class Callable {
  readonly call: (given: readonly Item[]) => Item;
  constructor(call: (given: readonly Item[]) => Item) {
    this.call = call;
  }
}

/** A value on the stack. */
type Item =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Item[]
  | Map<string, Item>
  | PickledArray
  | PickledType
  | Callable;

const reconstruct = new Callable(() => new PickledArray());
const callables: Readonly<Record<string, Callable>> = {
  "numpy ndarray": new Callable(() => new PickledArray()),
  "numpy dtype": new Callable(([name]) => new PickledType(textOf(name))),
  "numpy.core.multiarray _reconstruct": reconstruct,
  "numpy._core.multiarray _reconstruct": reconstruct,
  // How bytes are written for Python 2.
  "_codecs encode": new Callable(([text]) => latin1Bytes(textOf(text))),
};

/**
 * The value in a pickle. Nothing is run.
 *
 * @param name The file, for messages.
 * @throws FileError for what is no pickle, and for one that calls anything but what makes arrays.
 */
export function unpickle(bytes: Uint8Array, name: string): Pickled {
  return new Unpickler(bytes, name).run();
}

class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #name: string;
  readonly #memo = new Map<number, Item>();
  #stack: Item[] = [];
  readonly #outer: Item[][] = [];
  #position = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#name = name;
  }

  run(): Pickled {
    try {
      while (true) {
        const code = this.#byte();
        if (code === 0x2e) return finished(this.#pop());
        this.#step(code);
      }
    } catch (cause) {
      if (cause instanceof FileError) throw cause;
      throw new FileError(this.#name, `byte ${this.#position}`, "it is no whole pickle of Python's", {
        cause,
      });
    }
  }

  #step(code: number): void {
    const stack = this.#stack;
    switch (String.fromCharCode(code)) {
      case "\x80": // PROTO
        this.#byte();
        break;
      case "\x95": // FRAME
        this.#take(8);
        break;
      case "K": // BININT1
        stack.push(this.#byte());
        break;
      case "M": // BININT2
        stack.push(this.#uint(2));
        break;
      case "J": // BININT
        stack.push(this.#uint(4) | 0);
        break;
      case "\x8a": // LONG1
        stack.push(longOf(this.#take(this.#byte())));
        break;
      case "G": // BINFLOAT
        stack.push(this.#view.getFloat64(this.#advance(8)));
        break;
      case "N": // NONE
        stack.push(null);
        break;
      case "\x88": // NEWTRUE
        stack.push(true);
        break;
      case "\x89": // NEWFALSE
        stack.push(false);
        break;
      case "U": // SHORT_BINSTRING
      case "C": // SHORT_BINBYTES
        stack.push(this.#take(this.#byte()));
        break;
      case "T": // BINSTRING
      case "B": // BINBYTES
        stack.push(this.#take(this.#uint(4)));
        break;
      case "\x8e": // BINBYTES8
        stack.push(this.#take(this.#uint(8)));
        break;
      case "\x8c": // SHORT_BINUNICODE
        stack.push(decoded(this.#take(this.#byte())));
        break;
      case "X": // BINUNICODE
        stack.push(decoded(this.#take(this.#uint(4))));
        break;
      case "]": // EMPTY_LIST
      case ")": // EMPTY_TUPLE
        stack.push([]);
        break;
      case "}": // EMPTY_DICT
        stack.push(new Map());
        break;
      case "(": // MARK
        this.#outer.push(stack);
        this.#stack = [];
        break;
      case "t": // TUPLE
      case "l": // LIST
        this.#stack = this.#outerStack();
        this.#stack.push(stack);
        break;
      case "\x85": // TUPLE1
      case "\x86": // TUPLE2
      case "\x87": // TUPLE3
        stack.push(this.#popSeveral(code - 0x84));
        break;
      case "a": // APPEND
        this.#extend([this.#pop()]);
        break;
      case "e": // APPENDS
        this.#stack = this.#outerStack();
        this.#extend(stack);
        break;
      case "s": // SETITEM
        this.#setItems(this.#popSeveral(2));
        break;
      case "u": // SETITEMS
        this.#stack = this.#outerStack();
        this.#setItems(stack);
        break;
      case "q": // BINPUT
        this.#memo.set(this.#byte(), this.#top());
        break;
      case "r": // LONG_BINPUT
        this.#memo.set(this.#uint(4), this.#top());
        break;
      case "\x94": // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        break;
      case "h": // BINGET
        stack.push(this.#remembered(this.#byte()));
        break;
      case "j": // LONG_BINGET
        stack.push(this.#remembered(this.#uint(4)));
        break;
      case "0": // POP
        this.#pop();
        break;
      case "c": // GLOBAL
        stack.push(this.#callable(`${this.#line()} ${this.#line()}`));
        break;
      case "\x93": // STACK_GLOBAL
        stack.push(this.#callable(this.#popSeveral(2).map(textOf).join(" ")));
        break;
      case "R": // REDUCE
        this.#call();
        break;
      case "b": // BUILD
        this.#build();
        break;
      default:
        throw this.#refusal(`it has the code 0x${code.toString(16)}, which values in data sets have not`);
    }
  }

  #refusal(reason: string): FileError {
    return new FileError(this.#name, `byte ${this.#position - 1}`, reason);
  }

  #advance(length: number): number {
    const start = this.#position;
    if (start + length > this.#bytes.length) throw this.#refusal("it is cut short");
    this.#position = start + length;
    return start;
  }

  #byte(): number {
    return this.#bytes[this.#advance(1)];
  }

  #take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  #uint(length: 2 | 4 | 8): number {
    const start = this.#advance(length);
    if (length === 2) return this.#view.getUint16(start, true);
    return length === 4 ? this.#view.getUint32(start, true) : Number(this.#view.getBigUint64(start, true));
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#position);
    if (end < 0) throw this.#refusal("it is cut short");
    const line = decoded(this.#bytes.subarray(this.#position, end));
    this.#position = end + 1;
    return line;
  }

  #top(): Item {
    if (this.#stack.length === 0) throw this.#refusal("it takes a value where there is none");
    return this.#stack[this.#stack.length - 1];
  }

  #pop(): Item {
    const top = this.#top();
    this.#stack.length--;
    return top;
  }

  #popSeveral(count: number): Item[] {
    if (this.#stack.length < count) throw this.#refusal("it takes a value where there is none");
    return this.#stack.splice(this.#stack.length - count);
  }

  #outerStack(): Item[] {
    const outer = this.#outer.pop();
    if (outer === undefined) throw this.#refusal("it ends what has not begun");
    return outer;
  }

  #extend(items: readonly Item[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.#refusal("it appends to what is no list");
    for (const item of items) list.push(item);
  }

  #setItems(items: readonly Item[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map)) throw this.#refusal("it sets items of what is no dict");
    for (let index = 0; index + 1 < items.length; index += 2)
      dict.set(textOf(items[index]), items[index + 1]);
  }

  #remembered(index: number): Item {
    const found = this.#memo.get(index);
    if (found === undefined) throw this.#refusal(`it remembers nothing under ${index}`);
    return found;
  }

  #callable(name: string): Callable {
    if (Object.hasOwn(callables, name)) return callables[name];
    throw this.#refusal(
      `it wants to call ${JSON.stringify(name.replace(" ", "."))}, which is no part of a data set`,
    );
  }

  #call(): void {
    const [callable, given] = this.#popSeveral(2);
    if (!(callable instanceof Callable) || !Array.isArray(given))
      throw this.#refusal("it calls what is no function");
    this.#stack.push(callable.call(given));
  }

  #build(): void {
    const state = this.#pop();
    const built = this.#top();
    if (built instanceof PickledArray && Array.isArray(state)) {
      const [, shape, type, isFortranOrder, data] = state;
      const isData = data instanceof Uint8Array || Array.isArray(data);
      if (!Array.isArray(shape) || !(type instanceof PickledType) || !isData) {
        throw this.#refusal("an array has another form than NumPy's");
      }
      if (isFortranOrder === true && shape.length > 1) throw this.#refusal("an array is in Fortran's order");
      built.shape = shape.map(Number);
      built.type = type.name;
      built.data = data instanceof Uint8Array ? data : data.map(finished);
    } else if (!(built instanceof PickledType)) throw this.#refusal("it sets the state of what has none");
  }
}

/** A value that is no function and no type. */
function finished(item: Item): Pickled {
  if (item instanceof Callable || item instanceof PickledType) throw new TypeError("a type is no value");
  // Containers of items are containers of values, since only what was finished is looked at.
  if (Array.isArray(item)) return item.every((each) => typeof each === "number") ? item : item.map(finished);
  if (item instanceof Map) return new Map([...item].map(([key, value]) => [key, finished(value)]));
  return item;
}

/** The text of a text, or of bytes, which strings of Python 2 are. */
function textOf(item: Item): string {
  if (typeof item === "string") return item;
  if (item instanceof Uint8Array) return decoded(item);
  throw new TypeError("no text");
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A whole number in two's complement, lowest byte first. */
function longOf(bytes: Uint8Array): number {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index]);
  return Number(BigInt.asIntN(8 * bytes.length, value));
}
