/** Optimizers and schedules by the names of their classes, for names and configurations. */
import * as optimizerClasses from "./all-optimizers.ts";
import * as scheduleClasses from "./all-schedules.ts";
import type { Optimizer } from "./optimizer.ts";
import { OptimizerMap } from "./optimizer-map.ts";
import type { LearningRateSchedule } from "./schedules.ts";

/** A configuration: options by name, as `getConfig` gives them. */
export type Configuration = Readonly<Record<string, unknown>>;

type Restorable<Made> = new (options: never) => Made;

/** All optimizers, by the names of their classes. */
export const optimizers = { ...optimizerClasses } satisfies Record<string, Restorable<Optimizer>>;

/** All schedules, by the names of their classes. */
export const schedules = { ...scheduleClasses } satisfies Record<string, Restorable<LearningRateSchedule>>;

/** The other objects in configurations of optimizers, by the names of their classes. */
export const optimizerParts = { OptimizerMap } satisfies Record<string, Restorable<OptimizerMap>>;

/** The name of an optimizer: that of its class. */
export type OptimizerName = keyof typeof optimizers;

/** The name of a schedule: that of its class. */
export type ScheduleName = keyof typeof schedules;

/**
 * Makes an object of a class from its configuration.
 *
 * @throws RangeError for options that the class does not accept.
 */
export function fromConfiguration<Made>(made: Restorable<Made>, configuration: Configuration): Made {
  // The constructor checks every option, whatever its type.
  const Restored = made as new (options: Configuration) => Made;
  return new Restored(configuration);
}
