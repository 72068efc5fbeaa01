/** How much of the processors Linux gives to a group of processes, as containers have a limit. */

const root = "/sys/fs/cgroup";

/**
 * The number of processors that the groups of this process may use together, as 1.5; infinite without a limit.
 *
 * @param read The text of a file; null where it cannot be read.
 */
export function processorQuota(read: (path: string) => string | null): number {
  const limits = (read("/proc/self/cgroup") ?? "").split("\n").flatMap((line) => {
    // "0::/path" in version 2, "4:cpu,cpuacct:/path" in version 1.
    const [, controllers = "", path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === "")
      return foldersAbove(path).map((folder) => limitOf(read(`${root}${folder}/cpu.max`)));
    if (!controllers.split(",").includes("cpu")) return [];
    return [controllers, "cpu"].flatMap((mount) =>
      foldersAbove(path).map((folder) => {
        const quota = read(`${root}/${mount}${folder}/cpu.cfs_quota_us`);
        const period = read(`${root}/${mount}${folder}/cpu.cfs_period_us`);
        return limitOf(`${quota} ${period}`);
      }),
    );
  });
  return Math.min(Number.POSITIVE_INFINITY, ...limits);
}

/** A path and all above it: a limit holds for what is below. In a container the path may be one of the outside. */
function foldersAbove(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "");
  return [...names, ""].map((_, count) =>
    names
      .slice(0, count)
      .map((name) => `/${name}`)
      .join(""),
  );
}

/** Of "max 100000" or "150000 100000", microseconds of each period; no limit where it says something else, as -1. */
function limitOf(text: string | null): number {
  const [quota, period] = (text ?? "").trim().split(/\s+/).map(Number);
  return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
}
