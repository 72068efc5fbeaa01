import type { Variable } from "@strata/core";
import type { Outcomes } from "./outcomes.ts";

/** How many predictions had each of the four outcomes so far. */
export class OutcomeState {
  readonly truePositives: Variable;
  readonly falsePositives: Variable;
  readonly trueNegatives: Variable;
  readonly falseNegatives: Variable;

  /** @param addVariable Makes a Variable of a name in the metric's state. */
  constructor(addVariable: (name: string) => Variable) {
    this.truePositives = addVariable("true_positives");
    this.falsePositives = addVariable("false_positives");
    this.trueNegatives = addVariable("true_negatives");
    this.falseNegatives = addVariable("false_negatives");
  }

  /** Counts the outcomes of a batch. */
  add({ truePositives, falsePositives, trueNegatives, falseNegatives }: Outcomes): void {
    this.truePositives.assignAdd(truePositives);
    this.falsePositives.assignAdd(falsePositives);
    this.trueNegatives.assignAdd(trueNegatives);
    this.falseNegatives.assignAdd(falseNegatives);
  }
}
