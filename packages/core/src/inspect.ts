/** The key of the method that `console.log` and the prompt of Node call for the text of an object. */
export const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");
