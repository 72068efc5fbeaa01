import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import type { Pace } from "./contest/contest.ts";

export const sections = ["steps", "operations", "curves", "memory", "determinism", "layers"] as const;
export type Section = (typeof sections)[number];

export interface Options {
  /** The parameters as they were given. */
  readonly given: readonly string[];
  readonly sections: readonly Section[];
  /** Parts of the names of workloads that are measured; none means all. */
  readonly only: readonly string[];
  /** Parts of the ids of contestants that take part; none means all. */
  readonly contestants: readonly string[];
  readonly threads: readonly number[];
  readonly stepPace: Pace;
  readonly operationPace: Pace;
  /** For one answer of one contestant. */
  readonly limitMilliseconds: number;
  /** Where the results are written; null for nowhere. */
  readonly output: string | null;
}

const help = `npm run benchmark -- [options]

  --only mlp,matmul           workloads and curves whose names contain one of these words (all)
  --contestants strata,pytorch  contestants whose ids contain one of these words (all)
  --sections ${sections.join(",")}   (all)
  --threads 1,2               numbers of threads (1 and 2; 1 where there is one core)
  --quick                     a few short rounds: for a look, not for the record
  --rounds 10                 how often the contestants take turns
  --budget 20                 seconds that a contestant may run one workload in all
  --limit 300                 seconds after which a contestant that does not answer is ended
  --output results.json       where to write the results; "npm run benchmark:page" makes the page of them
                              (docs/guide/benchmarks.json if all is measured, and if it is "--sections
                              layers", whose part of the record is replaced; else nowhere)`;

/** What the command line asks for. @throws RangeError or TypeError for what it cannot mean. */
export function parseOptions(parameters: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      only: { type: "string", default: "" },
      contestants: { type: "string", default: "" },
      sections: { type: "string", default: sections.join(",") },
      threads: { type: "string", default: availableParallelism() > 1 ? "1,2" : "1" },
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      budget: { type: "string", default: "20" },
      limit: { type: "string", default: "300" },
      output: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return "help";
  }
  const rounds = positive("rounds", values.rounds ?? (values.quick ? "3" : "10"));
  const budgetMilliseconds = 1000 * positive("budget", values.budget);
  const [only, contestants] = [words(values.only), words(values.contestants)];
  const chosen = words(values.sections).map(section);
  const isWholeSection = !values.quick && only.length === 0 && contestants.length === 0;
  const isRecord =
    isWholeSection && (chosen.length === sections.length || (chosen.length === 1 && chosen[0] === "layers"));
  return {
    given: parameters,
    sections: chosen,
    only,
    contestants,
    threads: words(values.threads).map((word) => positive("threads", word)),
    stepPace: { rounds, milliseconds: values.quick ? 100 : 400, budgetMilliseconds },
    operationPace: { rounds, milliseconds: values.quick ? 20 : 100, budgetMilliseconds },
    limitMilliseconds: 1000 * positive("limit", values.limit),
    output: values.output ?? (isRecord ? "docs/guide/benchmarks.json" : null),
  };
}

/** Whether a name contains one of the words; without words every name will do. */
export function isChosen(name: string, chosen: readonly string[]): boolean {
  return chosen.length === 0 || chosen.some((word) => name.toLowerCase().includes(word.toLowerCase()));
}

function words(list: string): string[] {
  return list.split(",").flatMap((word) => word.trim() || []);
}

function section(word: string): Section {
  const found = sections.find((name) => name === word);
  if (!found) throw new RangeError(`--sections: ${word} is none of ${sections.join(", ")}`);
  return found;
}

function positive(option: string, word: string): number {
  const value = Number(word);
  if (!(value > 0)) throw new RangeError(`--${option}: ${word} is not a number above 0`);
  return value;
}
