import { readFileSync, writeFileSync } from "node:fs";

/** Starts to watch: what comes back tells the most bytes that this process held since, above what it held at first. */
export function measurePeakMemory(): () => number {
  // Linux forgets the old peak when 5 is written here.
  writeFileSync("/proc/self/clear_refs", "5");
  const before = status("VmRSS");
  return () => status("VmHWM") - before;
}

function status(field: string): number {
  const kibibytes = readFileSync("/proc/self/status", "utf8").match(new RegExp(`^${field}:\\s*(\\d+)`, "m"));
  if (!kibibytes) throw new Error(`/proc/self/status does not tell ${field}`);
  return Number(kibibytes[1]) * 1024;
}
