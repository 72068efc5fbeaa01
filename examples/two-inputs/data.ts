/**
 * Days of an ice-cream shop, made up by a rule: temperatures over 24 hours swing around a mean by a sine that is highest at
 * some hour, with noise; how many are sold depends on the mean, the weekend and the price; and the busiest part of the day is
 * where the temperature is highest.
 */
import { concat, floor, normal, type Tensor, tensor, uniform } from "@strata/core";

export const hours = 24;
/** Night, morning, afternoon and evening. */
export const partsOfDay = 4;

/** Days, and what is to be told of them. */
export interface Days {
  /** [days, 24], in degrees. */
  readonly temperatures: Tensor;
  /** [days, 2]: 1 on a weekend and 0 else, and the price of a scoop. */
  readonly facts: Tensor;
  /** [days, 1], in hundreds. */
  readonly sales: Tensor;
  /** [days]: the part of the day that is the busiest, 0 to 3. */
  readonly busiest: Tensor;
}

/** Days to train on, and days to be judged by. */
export interface Seasons {
  readonly training: Days;
  readonly test: Days;
}

/** The noise of a temperature, and of a day's sales: no model comes nearer than this. */
export const noise = { temperature: 0.5, sales: 0.1 };

/** Some days by the rule. */
export function makeDays(count: number): Days {
  const mean = uniform([count, 1], { minimum: 10, maximum: 30 });
  const swing = uniform([count, 1], { minimum: 2, maximum: 8 });
  const warmest = uniform([count, 1], { minimum: 0, maximum: hours });
  const hour = tensor(Array.from({ length: hours }, (_, index) => index));
  const angle = hour.sub(warmest).mul((2 * Math.PI) / hours);
  const temperatures = mean.add(swing.mul(angle.cos())).add(normal([count, hours]).mul(noise.temperature));

  const weekend = floor(uniform([count, 1], { minimum: 0, maximum: 7 }).div(5));
  const price = uniform([count, 1], { minimum: 1, maximum: 3 });
  const willing = mean.sub(10).div(10).mul(weekend.mul(0.5).add(1));
  const sales = willing.sub(price.sub(2).mul(0.5)).add(normal([count, 1]).mul(noise.sales));
  const busiest = floor(warmest.div(hours / partsOfDay))
    .cast("int32")
    .reshape([count]);
  return { temperatures, facts: concat([weekend, price], -1), sales, busiest };
}

export function makeSeasons(): Seasons {
  return { training: makeDays(20_000), test: makeDays(2_000) };
}
