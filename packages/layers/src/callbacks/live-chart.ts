import { drawPanels, type Panel, trainingCurve, validationCurve } from "../plots/panels.ts";
import { element, escaped } from "../plots/svg.ts";
import { named } from "../schema/configurable.ts";
import { type Given, option, type Rest, type Values } from "../schema/option.ts";
import { positiveNumber, text, textsWhere } from "../schema/vocabulary.ts";
import type { Logs, RunParameters, SelectiveCallback } from "./callback.ts";
import { ModelCallback } from "./model-callback.ts";

/** An element of a page that a chart is drawn in. */
export interface ChartElement {
  /** What it shows, as HTML. */
  innerHTML: string;
}

const target = option<string | ChartElement, string | URL | ChartElement>({
  accepted: "an element of a page or its id, or the path of an HTML file",
  read: (given) => {
    if (given instanceof URL) return given.href;
    return (typeof given === "string" && given !== "") || isElement(given) ? given : undefined;
  },
});

const names = textsWhere("an array of the names of metrics", ({ length }) => length > 0);

const options = {
  /** In a page: the element that the chart is drawn in, or its id. Elsewhere: the path of the HTML file. */
  target: target("training.html"),
  /** The names that are drawn, without `val_`, in this order; null for all. */
  metrics: names().orNull(),
  /** The width of the chart, in pixels. */
  width: positiveNumber(760),
  /** Stands above; null for nothing. */
  title: text().orNull(),
  /** The least number of seconds from one drawing to the next, within an epoch. */
  interval: positiveNumber(0.5),
};

/** Options of {@link LiveChart}. */
export interface LiveChartOptions extends Given<typeof options> {}

export interface LiveChart extends Values<typeof options> {}

type Points = (readonly [epoch: number, value: number])[];

/**
 * Draws the curves of training while `fit` runs: a panel for the loss and one for each metric, as `plotHistory`, with the
 * means of the epoch so far as their last points. In a page it draws in an element; elsewhere it writes an HTML file that
 * needs nothing from a network and loads itself again until training ends.
 *
 * @example
 * ```ts
 * import { callbacks, Dense, Sequential } from "@strata/layers";
 *
 * const element = { innerHTML: "" }; // in a page: document.querySelector("#chart")
 * const model = new Sequential([new Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * await model.fit([[1], [2]], [[2], [4]], { epochs: 3, verbose: 0, callbacks: [new callbacks.LiveChart(element)] });
 * console.log(element.innerHTML.startsWith("<svg"), element.innerHTML.includes("3 of 3 epochs")); // true true
 * ```
 */
export class LiveChart extends ModelCallback implements SelectiveCallback {
  static override readonly className: string = "LiveChart";
  static override readonly options = options;

  private readonly trained = new Map<string, Points>();
  private readonly validated = new Map<string, Points>();
  /** The means of the epoch that runs. */
  private current = new Map<string, readonly [epoch: number, value: number]>();
  private parameters: RunParameters = { epochs: 1, steps: null, verbose: 0 };
  private epoch = 0;
  private begin = 0;
  private lastDrawing = 0;

  constructor(
    ...given:
      | [target?: string | URL | ChartElement, options?: Rest<LiveChartOptions, "target">]
      | [options: LiveChartOptions]
  ) {
    super(isElement(given[0]) ? { ...given[1], target: given[0] } : named(new.target, given, "target"));
  }

  /** @internal */
  setParams(parameters: RunParameters): void {
    this.parameters = parameters;
  }

  /** @internal */
  async onTrainBegin(): Promise<void> {
    this.trained.clear();
    this.validated.clear();
    this.current.clear();
    this.begin = performance.now();
    await this.draw("training begins", false);
  }

  /** @internal */
  onEpochBegin(epoch: number): void {
    this.epoch = epoch;
  }

  /** @internal */
  wantsBatch(): boolean {
    return performance.now() - this.lastDrawing >= 1000 * this.interval;
  }

  /** @internal */
  async onTrainBatchEnd(batch: number, logs: Logs): Promise<void> {
    const { epochs, steps } = this.parameters;
    // Where the number of steps is not known, the point comes nearer to the end of the epoch.
    const share = steps === null ? 1 - 1 / (batch + 2) : (batch + 1) / steps;
    const place = this.epoch + Math.min(1, share);
    this.current = new Map(Object.entries(logs).map(([name, value]) => [name, [place, value] as const]));
    const step = steps === null ? `step ${batch + 1}` : `step ${batch + 1} of ${steps}`;
    await this.draw(`epoch ${this.epoch + 1} of ${epochs}, ${step}`, false);
  }

  /** @internal */
  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    this.current.clear();
    for (const [name, value] of Object.entries(logs)) {
      const isValidation = name.startsWith("val_");
      const curves = isValidation ? this.validated : this.trained;
      const key = isValidation ? name.slice(4) : name;
      curves.set(key, [...(curves.get(key) ?? []), [epoch + 1, value]]);
    }
    await this.draw(this.countOfEpochs, false);
  }

  /** @internal */
  async onTrainEnd(): Promise<void> {
    await this.draw(`${this.countOfEpochs}, training ended`, true);
  }

  private get countOfEpochs(): string {
    return `${this.epoch + 1} of ${this.parameters.epochs} epochs`;
  }

  private get panels(): readonly Panel[] {
    const known = [...new Set([...this.trained.keys(), ...this.current.keys(), ...this.validated.keys()])];
    const wanted = this.metrics?.filter((name) => known.includes(name)) ?? known;
    return wanted.map((name) => {
      const current = this.current.get(name);
      const trained = [...(this.trained.get(name) ?? []), ...(current === undefined ? [] : [current])];
      const validated = this.validated.get(name);
      return {
        name,
        curves: [trainingCurve(trained), ...(validated === undefined ? [] : [validationCurve(validated)])],
      };
    });
  }

  private async draw(status: string, isLast: boolean): Promise<void> {
    const { panels, title } = this;
    const seconds = Math.round((performance.now() - this.begin) / 1000);
    const words = `${status}, ${seconds} s`;
    const size = title === null ? { width: this.width } : { width: this.width, title };
    const chart = panels.length === 0 ? "" : drawPanels(panels, size);
    const html = `${chart}${element("p", { class: "status", role: "status" }, escaped(words))}`;
    const place = this.elementOfPage;
    if (place === null) await this.writeFile(html, isLast);
    else place.innerHTML = html;
    this.lastDrawing = performance.now();
  }

  /** The element that is drawn in; null outside of pages. */
  private get elementOfPage(): ChartElement | null {
    const { target } = this;
    if (typeof target !== "string") return target;
    const page: unknown = Reflect.get(globalThis, "document");
    if (!isPage(page)) return null;
    const found = page.getElementById(target.replace(/^#/, ""));
    if (found !== null) return found;
    throw new RangeError(
      `LiveChart: target is ${JSON.stringify(target)}; no element of the page has this id`,
    );
  }

  private async writeFile(content: string, isLast: boolean): Promise<void> {
    const { target } = this;
    if (typeof target !== "string") return;
    const { makeFoldersOf, writeTarget } = await import("@strata/core/internal/files");
    await makeFoldersOf(target);
    const title = escaped(this.title ?? "training");
    const refresh = isLast ? "" : '<meta http-equiv="refresh" content="1">';
    const style =
      "body{font:14px system-ui,sans-serif;margin:24px;color:#1f2328;background:#fff}svg{max-width:100%;height:auto}";
    const page = `<!doctype html><html lang="en"><head><meta charset="utf-8">${refresh}<title>${title}</title><style>${style}</style></head><body>${content}</body></html>\n`;
    await writeTarget(target, new TextEncoder().encode(page), "LiveChart");
  }
}

function isElement(value: unknown): value is ChartElement {
  return typeof value === "object" && value !== null && "innerHTML" in value;
}

/** The part of a page's `document` that is used here. */
interface Page {
  getElementById(id: string): ChartElement | null;
}

function isPage(value: unknown): value is Page {
  return (
    typeof value === "object" &&
    value !== null &&
    "getElementById" in value &&
    typeof value.getElementById === "function"
  );
}
