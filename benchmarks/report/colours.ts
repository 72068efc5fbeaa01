/** Ours in shades of one colour, PyTorch dark, the others grey. */
export function colourOf(contestant: string): string {
  if (contestant === "PyTorch") return "#1f2933";
  if (contestant === "Strata, BLAS") return "#1d5fc4";
  if (contestant === "Strata's layers, BLAS") return "#2a9d6f";
  if (contestant === "Strata, without jit") return "#8fb8f0";
  if (contestant.startsWith("Strata")) return "#e0742c";
  return "#9aa5b1";
}
