import { describe, expect, it } from "vitest";
import { processorQuota } from "./quota.ts";

/** A system that has these files. */
function quotaOf(files: Readonly<Record<string, string>>): number {
  return processorQuota((path) => files[path] ?? null);
}

describe("the processors that a group of processes may use", () => {
  it.each([
    ["150000 100000\n", 1.5],
    ["max 100000\n", Number.POSITIVE_INFINITY],
    ["", Number.POSITIVE_INFINITY],
  ])("are those of cpu.max %j", (limit, expected) => {
    expect(quotaOf({ "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": limit })).toBe(expected);
  });

  it("are the fewest that a group, or one around it, has", () => {
    const files = {
      "/proc/self/cgroup": "0::/outer/inner\n",
      "/sys/fs/cgroup/outer/inner/cpu.max": "300000 100000",
    };
    expect(quotaOf(files)).toBe(3);
    expect(quotaOf({ ...files, "/sys/fs/cgroup/outer/cpu.max": "50000 100000" })).toBe(0.5);
  });

  it("are found where the path is one outside of the container", () => {
    const files = { "/proc/self/cgroup": "0::/../docker/4f5\n", "/sys/fs/cgroup/cpu.max": "200000 100000" };
    expect(quotaOf(files)).toBe(2);
  });

  it.each(["cpu,cpuacct", "cpu"])("are those of version 1 as well, mounted at %s", (mount) => {
    const folder = `/sys/fs/cgroup/${mount}/job`;
    const files = {
      "/proc/self/cgroup": "5:memory:/job\n4:cpu,cpuacct:/job\n0::/job\n",
      [`${folder}/cpu.cfs_quota_us`]: "100000\n",
      [`${folder}/cpu.cfs_period_us`]: "100000\n",
    };
    expect(quotaOf(files)).toBe(1);
    expect(quotaOf({ ...files, [`${folder}/cpu.cfs_quota_us`]: "-1\n" })).toBe(Number.POSITIVE_INFINITY);
  });

  it("are not limited where there are no such files", () => {
    expect(quotaOf({})).toBe(Number.POSITIVE_INFINITY);
    expect(quotaOf({ "/proc/self/cgroup": "what is this\n" })).toBe(Number.POSITIVE_INFINITY);
  });
});
