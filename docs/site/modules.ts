/** The modules that code on the pages may import. */
const bundles: Readonly<Record<string, string>> = {
  "@strata/core": "core",
  "@strata/core/methods": "core-methods",
  "@strata/layers": "layers",
  "@strata/layers/applications": "layers-applications",
};

/** The bundle of a module, from the folder of assets on; null if it is none of ours. */
export function bundleOf(name: string): string | null {
  return name in bundles ? `packages/${bundles[name]}.js` : null;
}

/** Whether code can run in a page: it imports nothing but what is bundled for it. */
export function runsInPages(code: string): boolean {
  const names = [...code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"([^"]+)"/g)].map(([, name]) => name);
  return names.every((name) => name in bundles);
}
