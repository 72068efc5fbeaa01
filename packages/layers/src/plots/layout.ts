/** Places for the nodes of a graph in layers, so that its edges lead down and cross seldom (Sugiyama's method). */
import type { Point } from "./svg.ts";

/** A node of a graph, with the space that it takes. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/** An edge, from the index of a node to that of another. */
export type Edge = readonly [from: number, to: number];

/** The places of all boxes and arrows. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The middle of each node. */
  readonly centres: readonly Point[];
  /** The points that each edge goes through, between its nodes. */
  readonly bends: readonly (readonly Point[])[];
}

/** A node, or the place where an edge passes a layer. */
interface Stop extends Box {
  layer: number;
  x: number;
  readonly above: Stop[];
  readonly below: Stop[];
}

const distance = { beside: 24, below: 34 };
const sweeps = 8;

/**
 * Lays out a graph without cycles: each node is below those that lead to it.
 *
 * @param boxes The nodes, those that lead to others first.
 */
export function layOut(boxes: readonly Box[], edges: readonly Edge[]): Layout {
  if (boxes.length === 0) return { width: 0, height: 0, centres: [], bends: [] };
  const stops = boxes.map((box): Stop => ({ ...box, layer: 0, x: 0, above: [], below: [] }));
  for (const [from, to] of edges) stops[to].layer = Math.max(stops[to].layer, stops[from].layer + 1);
  const passages = edges.map(([from, to]) => passagesOf(stops[from], stops[to]));
  const layers = layersOf([...stops, ...passages.flat()]);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) order(layer, down);
  }
  const heights = layers.map((layer) => Math.max(...layer.map(({ height }) => height)));
  const tops: number[] = [];
  let y = 0;
  for (const height of heights) {
    tops.push(y);
    y += height + distance.below;
  }
  const all = layers.flat();
  const left = Math.min(...all.map(({ x, width }) => x - width / 2));
  const right = Math.max(...all.map(({ x, width }) => x + width / 2));
  const place = ({ x, layer }: Stop): Point => ({ x: x - left, y: tops[layer] + heights[layer] / 2 });
  return {
    width: right - left,
    height: y - distance.below,
    centres: stops.map(place),
    // Straight past the nodes of a layer, so that curves are between layers only.
    bends: passages.map((passage) =>
      passage.flatMap(({ x, layer }) =>
        [tops[layer], tops[layer] + heights[layer]].map((y): Point => ({ x: x - left, y })),
      ),
    ),
  };
}

/** The stops of an edge in the layers between its nodes. */
function passagesOf(from: Stop, to: Stop): readonly Stop[] {
  const between = Array.from(
    { length: to.layer - from.layer - 1 },
    (_, index): Stop => ({
      width: 12,
      height: 0,
      layer: from.layer + index + 1,
      x: 0,
      above: [],
      below: [],
    }),
  );
  const way = [from, ...between, to];
  for (let index = 1; index < way.length; index++) {
    way[index - 1].below.push(way[index]);
    way[index].above.push(way[index - 1]);
  }
  return between;
}

/** The layers from the top, with their stops side by side. */
function layersOf(stops: readonly Stop[]): Stop[][] {
  const count = Math.max(0, ...stops.map(({ layer }) => layer + 1));
  const layers = Array.from({ length: count }, (): Stop[] => []);
  for (const stop of stops) layers[stop.layer].push(stop);
  for (const layer of layers)
    spread(
      layer,
      layer.map(() => 0),
    );
  return layers;
}

/** Brings each stop of a layer as near to the mean of its neighbours as the others let it, in the order of these means. */
function order(layer: Stop[], down: boolean): void {
  const wanted = new Map(
    layer.map((stop) => {
      const neighbours = down ? stop.above : stop.below;
      const sum = neighbours.reduce((total, { x }) => total + x, 0);
      return [stop, neighbours.length === 0 ? stop.x : sum / neighbours.length];
    }),
  );
  const place = (stop: Stop): number => wanted.get(stop) ?? 0;
  layer.sort((a, b) => place(a) - place(b));
  spread(layer, layer.map(place));
}

/**
 * Puts stops at the places that they want, or, where these are too close, side by side around the mean of what they want:
 * neighbours that touch form a block, which moves as one.
 */
function spread(layer: readonly Stop[], wanted: readonly number[]): void {
  const blocks: { start: number; end: number; sum: number }[] = [];
  // Where each stop would be if the first were at 0 and all touched.
  const offsets: number[] = [];
  layer.forEach((stop, index) => {
    const before = layer[index - 1];
    offsets.push(
      before === undefined ? 0 : offsets[index - 1] + (before.width + stop.width) / 2 + distance.beside,
    );
  });
  const mean = ({ start, end, sum }: (typeof blocks)[number]): number => sum / (end - start);
  layer.forEach((_, index) => {
    let block = { start: index, end: index + 1, sum: wanted[index] - offsets[index] };
    for (let last = blocks[blocks.length - 1]; last !== undefined && mean(last) > mean(block); ) {
      blocks.pop();
      block = { start: last.start, end: block.end, sum: last.sum + block.sum };
      last = blocks[blocks.length - 1];
    }
    blocks.push(block);
  });
  for (const block of blocks) {
    for (let index = block.start; index < block.end; index++) layer[index].x = mean(block) + offsets[index];
  }
}
