import type { Platform } from "./platform.ts";

export const platform: Platform = {
  operatingSystem: "browser",
  environmentVariable: () => undefined,
  availableThreads: navigator.hardwareConcurrency ?? 1,
  foreignFunctions: () => ({ unavailable: "a browser opens no libraries of the system" }),
};
