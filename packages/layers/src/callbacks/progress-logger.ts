import { ProgressBar } from "../training/progress-bar.ts";
import type { Logs, RunParameters, SelectiveCallback } from "./callback.ts";

/** Draws the progress of `fit`, `evaluate` or `predict`; within `fit` validation is not drawn. */
export class ProgressLogger implements SelectiveCallback {
  private bar: ProgressBar | null = null;
  private parameters: RunParameters = { epochs: 1, steps: 1, verbose: 1 };
  private isTraining = false;
  private lastSteps: number | null = null;
  private isValidating = false;

  setParams(parameters: RunParameters): void {
    this.parameters = parameters;
  }

  onTrainBegin(): void {
    this.isTraining = true;
  }

  onEpochBegin(epoch: number): void {
    const { epochs } = this.parameters;
    this.start(epochs > 1 ? `Epoch ${epoch + 1}/${epochs}` : "");
  }

  onTestBegin(): void {
    if (this.isTraining) this.isValidating = true;
    else this.start();
  }

  onPredictBegin(): void {
    this.start();
  }

  wantsBatch(batch: number): boolean {
    return !this.isValidating && this.bar !== null && this.bar.advance(batch + 1);
  }

  onTrainBatchEnd(_batch: number, logs: Logs): void {
    this.bar?.draw(logs);
  }

  onTestBatchEnd(_batch: number, logs: Logs): void {
    this.bar?.draw(logs);
  }

  onPredictBatchEnd(): void {
    this.bar?.draw({});
  }

  onEpochEnd(_epoch: number, logs: Logs): void {
    this.bar?.finish(logs);
    this.lastSteps = this.bar?.steps ?? null;
    this.bar = null;
  }

  onTestEnd(logs: Logs): void {
    if (!this.isTraining) this.bar?.finish(logs);
    this.isValidating = false;
  }

  onPredictEnd(): void {
    this.bar?.finish({});
  }

  private start(title = ""): void {
    const { steps, verbose } = this.parameters;
    // Where the data do not say how many batches they are, an epoch is likely as long as the one before.
    this.bar = new ProgressBar({
      target: steps ?? this.lastSteps,
      isEstimate: steps === null,
      title,
      verbose,
    });
  }
}
