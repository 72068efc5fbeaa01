/** The order in which einsum contracts its operands. */

/** Up to so many operands all orders are compared; beyond, the cheapest next step is taken each time. */
const mostCompared = 8;

type Labels = readonly string[];

/** Two positions in the current list. The two are removed from it, and what they make is put at its end. */
export type Step = readonly [first: number, second: number];

/** The steps that contract all operands into one with the fewest multiplications. */
export function contractionOrder(
  operands: readonly Labels[],
  output: Labels,
  sizes: ReadonlyMap<string, number>,
): Step[] {
  const problem = { operands, output, sizes };
  if (operands.length < 2) return [];
  return operands.length <= mostCompared ? cheapestOrder(problem) : greedyOrder(problem);
}

interface Problem {
  readonly operands: readonly Labels[];
  readonly output: Labels;
  readonly sizes: ReadonlyMap<string, number>;
}

function cost(labels: Iterable<string>, sizes: ReadonlyMap<string, number>): number {
  let product = 1;
  for (const label of labels) product *= sizes.get(label) ?? 1;
  return product;
}

function keptLabels(inside: ReadonlySet<string>, outside: ReadonlySet<string>): Set<string> {
  return new Set([...inside].filter((label) => outside.has(label)));
}

/** Compares all orders by dynamic programming over subsets of the operands, written as bit masks. */
function cheapestOrder({ operands, output, sizes }: Problem): Step[] {
  const everything = 2 ** operands.length - 1;
  const members = (mask: number): number[] =>
    operands.map((_, index) => index).filter((index) => mask & (1 << index));
  const labels: ReadonlySet<string>[] = [];
  const best: { cost: number; left: number }[] = [];
  for (let mask = 1; mask <= everything; mask++) {
    const inside = new Set(members(mask).flatMap((index) => operands[index]));
    const outside = new Set([...output, ...members(everything & ~mask).flatMap((index) => operands[index])]);
    const isOne = (mask & (mask - 1)) === 0;
    labels[mask] = isOne ? inside : keptLabels(inside, outside);
    best[mask] = { cost: isOne ? 0 : Number.POSITIVE_INFINITY, left: 0 };
    for (let left = (mask - 1) & mask; left > (mask & ~left) && !isOne; left = (left - 1) & mask) {
      const right = mask & ~left;
      const total =
        best[left].cost + best[right].cost + cost(new Set([...labels[left], ...labels[right]]), sizes);
      if (total < best[mask].cost) best[mask] = { cost: total, left };
    }
  }
  const list = operands.map((_, index) => 1 << index);
  const steps: Step[] = [];
  const join = (mask: number): void => {
    if ((mask & (mask - 1)) === 0) return;
    const { left } = best[mask];
    join(left);
    join(mask & ~left);
    steps.push(takeFrom(list, left, mask & ~left));
    list.push(mask);
  };
  join(everything);
  return steps;
}

function takeFrom(list: number[], left: number, right: number): Step {
  const step = [list.indexOf(left), list.indexOf(right)] as const;
  for (const mask of [left, right]) list.splice(list.indexOf(mask), 1);
  return step;
}

function greedyOrder({ operands, output, sizes }: Problem): Step[] {
  const list: ReadonlySet<string>[] = operands.map((labels) => new Set(labels));
  const steps: Step[] = [];
  while (list.length > 1) {
    let cheapest: { cost: number; step: Step } | null = null;
    for (let second = 1; second < list.length; second++) {
      for (let first = 0; first < second; first++) {
        const price = cost(new Set([...list[first], ...list[second]]), sizes);
        if (cheapest === null || price < cheapest.cost) cheapest = { cost: price, step: [first, second] };
      }
    }
    if (cheapest === null) break;
    const [first, second] = cheapest.step;
    const inside = new Set([...list[first], ...list[second]]);
    list.splice(second, 1);
    list.splice(first, 1);
    list.push(keptLabels(inside, new Set([...output, ...list.flatMap((labels) => [...labels])])));
    steps.push(cheapest.step);
  }
  return steps;
}
