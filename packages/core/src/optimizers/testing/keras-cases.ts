/**
 * How fixtures/keras says what Keras computes: trajectories of its optimizers, and values of its schedules. The numbers
 * are those of Keras 3.16 on PyTorch in float32, and agree with its NumPy backend.
 */
import type { Optimizer } from "../optimizer.ts";
import { irregularOptionNames } from "../optimizer-options.ts";
import { type Configuration, fromConfiguration, optimizerParts, optimizers, schedules } from "../registry.ts";
import type { LearningRateSchedule } from "../schedules.ts";

/** An object as Keras writes it. */
export interface Serialized {
  readonly class_name: string;
  readonly config: Configuration;
}

interface NamedValues {
  readonly path: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface CaseStep {
  /** The learning rate before the step; null where there is none. */
  readonly lr: number | null;
  readonly grads: readonly (readonly number[])[];
  /** The values of the Variables after the step. */
  readonly vars: readonly (readonly number[])[];
}

/** Twelve steps of an optimizer. */
export interface OptimizerCase {
  readonly id: string;
  readonly config: Serialized;
  readonly initial: readonly NamedValues[];
  readonly steps: readonly CaseStep[];
  readonly optimizer_variables: readonly NamedValues[];
  readonly vars_after_finalize?: readonly (readonly number[])[];
  readonly exclude_from_weight_decay_var_names?: readonly string[] | null;
  readonly kernel_constraint?: string | null;
}

/** A schedule at some steps. */
export interface ScheduleCase {
  readonly id: string;
  readonly config: Serialized;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** The optimizer that Keras describes. */
export function optimizerOf(serialized: Serialized): Optimizer {
  return restore<Optimizer>(optimizers, serialized);
}

/** The schedule that Keras describes. */
export function scheduleOf(serialized: Serialized): LearningRateSchedule {
  return restore<LearningRateSchedule>(schedules, serialized);
}

function restore<Made>(
  classes: Readonly<Record<string, new (options: never) => Made>>,
  { class_name, config }: Serialized,
): Made {
  return fromConfiguration(classes[class_name], ourForm(config));
}

/** A configuration with our names of options, and objects in place of their descriptions. */
export function ourForm(config: Configuration): Configuration {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [ourName(name), ourValue(value)]));
}

const regularNames = new Map(Object.entries(irregularOptionNames).map(([ours, keras]) => [keras, ours]));

function ourName(keras: string): string {
  return regularNames.get(keras) ?? keras.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function ourValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (isSerialized(value)) return restore<unknown>({ ...optimizers, ...schedules, ...optimizerParts }, value);
  // The keys of a map of optimizers are patterns for names of Variables.
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, ourValue(each)]));
}

function isSerialized(value: object): value is Serialized {
  return "class_name" in value && "config" in value;
}
