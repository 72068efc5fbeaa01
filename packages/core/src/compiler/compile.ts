import { checkCounts } from "./check-counts.ts";
import type { FlatGraph } from "./flat-graph.ts";
import { fuse } from "./fuse.ts";
import { legalize } from "./legalize.ts";
import { lower } from "./lower.ts";
import { placeBuffers } from "./place-buffers.ts";
import type { Program } from "./program.ts";
import { refineShapes } from "./refine-shapes.ts";
import { simplify } from "./simplify.ts";
import { splitReductions } from "./split-reductions.ts";
import { lowerUnfused } from "./unfused.ts";
import { widen } from "./widen.ts";

/** The properties of the backend that the compiler compiles for. */
export interface CompileOptions {
  readonly fusesKernels: boolean;
}

/** A graph to a program, pass by pass. */
export function compile(graph: FlatGraph, options: CompileOptions): Program {
  const compileRegion = (region: FlatGraph): Program => compile(region, options);
  // The oracle of the tests takes no part in what it is to judge: neither simplification nor fusion.
  if (!options.fusesKernels) return lowerUnfused(graph, compileRegion);
  const simplified = simplify(graph);
  const wide = widen(simplified);
  const legal = legalize(splitReductions(refineShapes(wide)));
  const schedule = fuse(legal);
  const unplaced = lower(legal, schedule, compileRegion);
  checkCounts(unplaced.steps);
  return placeBuffers(unplaced);
}
