/**
 * Types that are global where TypeScript has the library "DOM". Declared twice they are one, and a project without that library
 * compiles, for programs that have no such values.
 */
declare global {
  interface ImageBitmap {
    readonly width: number;
  }

  interface HTMLImageElement {
    readonly naturalWidth: number;
  }

  interface HTMLVideoElement {
    readonly videoWidth: number;
  }

  interface HTMLCanvasElement {
    width: number;
  }

  interface OffscreenCanvas {
    width: number;
  }
}

export {};
