// Frames of a page in Chromium while a model trains in it, and in a worker: `node benchmarks/frames.mjs`, after `npm run build`.
import { inChromium } from "../tools/packages/chromium.mjs";

const seconds = 3;

/** Trains for some seconds, and gives the milliseconds between frames. */
async function train([units, batchSize, isInWorker, seconds]) {
  const { uniform } = await import("/layers/dist/browser/core.js");
  const { Dense, inWorker, Sequential } = await import("/layers/dist/browser/layers.js");
  const model = new Sequential([
    new Dense(units, { activation: "relu", inputShape: [256] }),
    new Dense(units, { activation: "relu" }),
    new Dense(1),
  ]);
  model.compile({ loss: "mse", optimizer: "adam" });
  const steps = 16;
  const x = uniform([batchSize * steps, 256]);
  const y = uniform([batchSize * steps, 1]);
  await model.fit(x, y, { batchSize, epochs: 2, verbose: 0 });

  const intervals = [];
  let last = 0;
  let isOver = false;
  const frame = (time) => {
    if (last > 0) intervals.push(time - last);
    last = time;
    if (!isOver) requestAnimationFrame(frame);
  };
  let began = 0;
  const clock = {
    // The first epoch begins when the worker is there.
    onEpochBegin(epoch) {
      if (epoch !== 1) return;
      began = performance.now();
      requestAnimationFrame(frame);
    },
    onEpochEnd() {
      if (began > 0 && performance.now() - began > seconds * 1000) model.stopTraining = true;
    },
  };
  const { epoch } = await (isInWorker ? inWorker(model) : model).fit(x, y, {
    batchSize,
    epochs: 1_000_000,
    verbose: 0,
    callbacks: [clock],
  });
  const took = performance.now() - began;
  isOver = true;
  intervals.sort((one, other) => one - other);
  const at = (share) =>
    intervals[Math.min(intervals.length - 1, Math.floor(share * intervals.length))].toFixed(1);
  return {
    "ms a step": (took / ((epoch.length - 1) * steps)).toFixed(2),
    "frames a second": ((intervals.length / took) * 1000).toFixed(1),
    median: at(0.5),
    "95 %": at(0.95),
    longest: at(1),
  };
}

await inChromium(async (page) => {
  const rows = {};
  for (const isInWorker of [false, true]) {
    for (const [units, batchSize] of [
      [64, 32],
      [256, 128],
      [512, 128],
    ]) {
      const name = `${isInWorker ? "worker" : "page"}, ${units} units, batches of ${batchSize}`;
      rows[name] = await page.evaluate(train, [units, batchSize, isInWorker, seconds]);
    }
  }
  console.table(rows);
});
