import "../../worker.ts";

// Imported alone, it would be left out of bundles: in this package few modules are there for what they do.
export { Doubling } from "./doubling.ts";
