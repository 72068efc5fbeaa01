import { describe, expect, it } from "vitest";
import * as core from "./index.ts";
import { signatures } from "./testing/signatures.ts";

const ownMethods = methodNames();
await import("./methods.ts");
const allMethods = methodNames();

function methodNames(): string[] {
  return Object.getOwnPropertyNames(core.Tensor.prototype).filter((name) => Object.hasOwn(core, name));
}

/** The result as text: of tensors, in arrays and objects. */
async function printed(f: unknown, subject: unknown, inputs: readonly unknown[]): Promise<string> {
  if (typeof f !== "function") throw new TypeError("there is no such function");
  return JSON.stringify(await Reflect.apply(f, subject, inputs));
}

/** A tensor for the first argument; integers where the function takes no others. */
async function firstArgument(name: string, good: unknown, rest: readonly unknown[]): Promise<core.Tensor> {
  const x: core.Tensor = Reflect.apply(core.tensor, undefined, [good]);
  try {
    await printed(Reflect.get(core, name), undefined, [x, ...rest]);
    return x;
  } catch {
    return x.cast("int32");
  }
}

describe("a method is the function of its name, on tensors and Variables:", () => {
  it.each(allMethods)("%s", async (name) => {
    const [good, ...rest] = signatures[name].map((argument) => argument.good);
    const x = await firstArgument(name, good, rest);
    const expected = await printed(Reflect.get(core, name), undefined, [x, ...rest]);
    for (const subject of [x, core.variable(x)]) {
      expect(await printed(Reflect.get(subject, name), subject, rest)).toBe(expected);
    }
  });
});

describe("which functions are methods follows a rule:", () => {
  it("if one comparison, extremum or elementary function is a method, so are all", () => {
    const kinds = [
      ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"],
      ["argMax", "argMin", "max", "min", "sum", "mean", "prod", "any", "all"],
      ["exp", "expm1", "log", "log1p", "log2", "sin", "cos", "tan", "tanh", "erf", "lgamma"],
      [
        "floor",
        "ceil",
        "round",
        "trunc",
        "logicalAnd",
        "logicalNot",
        "isNaN",
        "clip",
        "cast",
        "stopGradient",
      ],
      ["reshape", "transpose", "expandDims", "squeeze", "broadcastTo", "slice"],
    ].flat();
    expect(kinds.filter((name) => !ownMethods.includes(name))).toEqual([]);
  });

  it("with the import, every function that takes a tensor first, but what makes, draws or looks at tensors, and where", () => {
    const exceptions = ["where", "variable", "zerosLike", "onesLike", "fullLike", "dropout", "categorical"];
    const looks = ["gradients", "evaluate", "describeGraph", "describeProgram", "encodeNpy"];
    const isTensorFirst = (name: string): boolean => signatures[name]?.[0]?.good instanceof core.Tensor;
    const functions = Object.keys(core).filter(isTensorFirst);
    const others = functions.filter((name) => ![...allMethods, ...exceptions, ...looks].includes(name));
    expect(others).toEqual([]);
    expect(allMethods.length).toBeGreaterThan(ownMethods.length);
  });
});
