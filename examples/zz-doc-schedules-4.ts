import { PolynomialDecay } from "@strata/core";

const schedule = new PolynomialDecay({ initialLearningRate: 1, decaySteps: 10, endLearningRate: 0 });
console.log(schedule.at([0, 5, 15]).arraySync()); // [1, 0.5, 0]