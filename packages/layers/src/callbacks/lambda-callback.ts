import type { Callback } from "./callback.ts";
import { checkCallbacks } from "./callback-list.ts";

/** A callback of functions that are given: the same as an object of them, as Keras has it. */
export class LambdaCallback {
  constructor(hooks: Callback = {}) {
    checkCallbacks("LambdaCallback", [hooks]);
    Object.assign(this, hooks);
  }
}

export interface LambdaCallback extends Callback {}
