import type { OptionValues } from "../schema/option.ts";
import { choice, text } from "../schema/vocabulary.ts";
import type { Logs, TrainedModel } from "./callback.ts";

/** The options of callbacks that watch one number. */
export const monitorOptions = {
  /** The watched number of the logs, such as `"val_loss"`. */
  monitor: text("val_loss"),
  /** Whether lower (`"min"`) or higher (`"max"`) is better; `"auto"` for what the metric of that name says. */
  mode: choice(["auto", "min", "max"])("auto"),
};

/** Options of a {@link Monitor}. */
export interface MonitorRules extends OptionValues<typeof monitorOptions> {
  /** The least change that is an improvement. */
  readonly minDelta: number;
}

/** Watches one number of the logs, and knows which of two values is better. */
export class Monitor {
  private readonly owner: string;
  private readonly rules: MonitorRules;
  private goal: "min" | "max" | null = null;

  /** @param owner The callback's name, for messages. */
  constructor(owner: string, rules: MonitorRules) {
    this.owner = owner;
    this.rules = rules;
  }

  /** The number now; null, with a warning, where the logs do not have it. */
  read(logs: Logs): number | null {
    const { monitor } = this.rules;
    if (Object.hasOwn(logs, monitor)) return logs[monitor];
    console.warn(
      `${this.owner}: monitor is ${JSON.stringify(monitor)}, and the logs have ${Object.keys(logs).join(", ")}`,
    );
    return null;
  }

  /** Whether a value is better than another by `minDelta` at least; NaN is never. Null is worse than any number. */
  isBetter(value: number, reference: number | null, model: TrainedModel): boolean {
    this.goal ??= this.goalFor(model);
    const { minDelta } = this.rules;
    if (this.goal === "min") return value + minDelta < (reference ?? Number.POSITIVE_INFINITY);
    return value - minDelta > (reference ?? Number.NEGATIVE_INFINITY);
  }

  private goalFor(model: TrainedModel): "min" | "max" {
    const { monitor, mode } = this.rules;
    if (mode !== "auto") return mode;
    const name = monitor.replace(/^val_/, "");
    if (name === "loss" || name.endsWith("_loss")) return "min";
    const metric = model.metrics[model.metricsNames.indexOf(name)];
    if (metric?.direction === "up") return "max";
    if (metric?.direction === "down") return "min";
    throw new RangeError(
      `${this.owner}: mode is "auto", and nothing says whether ${JSON.stringify(monitor)} is better low or high; it must ` +
        'be "min" or "max"',
    );
  }
}
