import { joinBytes } from "@strata/core/internal";
import { appendToFile, makeFoldersOf, siblingTarget } from "@strata/core/internal/files";
import type { Raster } from "../../plots/png.ts";
import { encodePng } from "../../plots/png.ts";
import { frameRecord } from "../record-framing.ts";
import { type Event, type EventContent, encodeEvent, type GraphNode } from "./events.ts";
import { histogramOf } from "./histogram.ts";

/** Writes the events of one run to a file of its own. They are gathered until {@link EventWriter.flush}. */
export class EventWriter {
  /** The path of the file. */
  readonly path: string;
  private waiting: Uint8Array[] = [];
  private isMade = false;

  /** @param folder The path of the run's folder, which is made where it is missing. */
  constructor(folder: string) {
    // TensorBoard takes files with "tfevents" in their names, in the order of their names.
    const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, "0");
    const unique = Math.floor(Math.random() * 2 ** 32).toString(16);
    this.path = siblingTarget(folderPath(folder), `events.out.tfevents.${seconds}.strata.${unique}.v2`);
    this.add(0, { kind: "version" });
  }

  /** Notes a number. */
  scalar(tag: string, value: number, step: number): void {
    this.add(step, { kind: "scalar", tag, value });
  }

  /** Notes how values are distributed. */
  histogram(tag: string, values: ArrayLike<number>, step: number): void {
    this.add(step, { kind: "histogram", tag, buckets: histogramOf(values) });
  }

  /** Notes images of one size; nothing if there are none. */
  images(tag: string, images: readonly Raster[], step: number): void {
    if (images.length === 0) return;
    const [{ width, height }] = images;
    this.add(step, { kind: "images", tag, images: { width, height, files: images.map(encodePng) } });
  }

  /** Notes the graph of a model. */
  graph(nodes: readonly GraphNode[]): void {
    this.add(0, { kind: "graph", nodes });
  }

  /** Writes what was noted at the end of the file. */
  async flush(): Promise<void> {
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    if (!this.isMade) await makeFoldersOf(this.path);
    this.isMade = true;
    await appendToFile(this.path, joinBytes(waiting));
  }

  private add(step: number, content: EventContent): void {
    const event: Event = { wallTime: Date.now() / 1000, step, content };
    this.waiting.push(...frameRecord(encodeEvent(event)));
  }
}

/** The path of a folder, with the slash at its end. */
export function folderPath(path: string): string {
  return /[/\\]$/.test(path) ? path : `${path}/`;
}
