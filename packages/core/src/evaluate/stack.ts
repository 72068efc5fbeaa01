/** Whether the call stack has room, asked before something is begun that must not end half way. */

const fewArguments = new Array<null>(512).fill(null);
const manyArguments = new Array<null>(16_384).fill(null);

/** Throws the engine's RangeError if the stack has no 4 KiB left. */
export function requireStack(): void {
  Reflect.apply(takeAll, null, fewArguments);
}

/** Whether the stack has 128 KiB left: then what overflows it would overflow any. */
export function hasStack(): boolean {
  try {
    Reflect.apply(takeAll, null, manyArguments);
    return true;
  } catch {
    return false;
  }
}

/** Its arguments lie on the stack. */
function takeAll(): void {}
