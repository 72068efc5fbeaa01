import { EvaluationError } from "../../../errors.ts";

/** The module of these bytes. Pages may forbid that, and then are told what to allow. */
export function compileModule(bytes: BufferSource): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    throw new EvaluationError(
      "cpu: the page's Content-Security-Policy does not allow WebAssembly: add 'wasm-unsafe-eval' to its script-src, or " +
        'compute without, much slower, by setBackend("reference")',
      { cause: error },
    );
  }
}

/** Every engine has words of its own for it, in an error of a class that says nothing. */
function isForbidden(error: unknown): boolean {
  return error instanceof Error && /unsafe-eval|Content.Security.Policy|\bCSP\b/i.test(error.message);
}
