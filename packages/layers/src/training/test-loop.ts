import type { Logs } from "../callbacks/callback.ts";
import type { CallbackList } from "../callbacks/callback-list.ts";
import type { Batches } from "./dataset.ts";
import { Pacer } from "./pacer.ts";
import type { Trainer } from "./trainer.ts";

/** Gathers loss and metrics over `steps` batches, without training. */
export async function runTests(
  trainer: Trainer,
  batches: Batches,
  callbacks: CallbackList,
  steps: number,
): Promise<Logs> {
  const pacer = new Pacer();
  trainer.resetMetrics();
  await callbacks.run("onTestBegin", {});
  for (let step = 0; step < steps; step++) {
    const begun = callbacks.batch("onTestBatchBegin", step, () => ({}));
    if (begun) await begun;
    trainer.test(batches.at(step));
    const ended = callbacks.batch("onTestBatchEnd", step, () => trainer.readLogs());
    if (ended) await ended;
    await pacer.pause();
  }
  const logs = trainer.readLogs();
  await callbacks.run("onTestEnd", logs);
  return logs;
}
