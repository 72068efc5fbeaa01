import type { AnyLayer } from "../layer/any-layer.ts";

/** A model as training and callbacks know it, whatever its inputs and outputs are. */
export interface TrainedModel extends AnyLayer {
  /** The layers, from input to output. */
  readonly layers: readonly AnyLayer[];
  /** Ends training after the batch when a callback sets it. */
  stopTraining: boolean;
}
