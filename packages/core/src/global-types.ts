/**
 * Types that are global where TypeScript has them: `Disposable` comes with the library "ESNext.Disposable". Declared twice they are one,
 * and a project without that library compiles.
 */
declare global {
  interface SymbolConstructor {
    /** The method that `using` calls at the end. */
    readonly dispose: unique symbol;
  }

  interface Disposable {
    [Symbol.dispose](): void;
  }
}

export {};
