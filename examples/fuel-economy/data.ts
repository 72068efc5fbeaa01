/**
 * Cars, made up by a rule in the manner of the data set Auto MPG, as a CSV file. A heavier and a stronger car goes less far; each
 * year brings progress; and there is noise. Of some cars the horsepower is not known.
 */
import { normal, setSeed, uniform } from "@strata/core";
import { csvDataset } from "@strata/layers";

/** The file that lies here: what {@link makeCars} gives for 400 cars. */
export const file = new URL("cars.csv", import.meta.url);

/** The noise, in miles per gallon: no model comes nearer than this. */
export const noise = 1.5;

const makers = ['"Meyer, Sons & Co."', "Aurora", "Kestrel", '"The ""Original"""', "Nordwind"];

/** Miles per gallon by the rule, without noise. */
export function economyOf(weight: number, horsepower: number, year: number): number {
  return 60 - 0.011 * weight - 90 * (horsepower / weight) + 0.6 * (year - 70);
}

/** The text of a CSV file of cars. */
export function makeCars(count: number): string {
  setSeed(70);
  const draw = (): ArrayLike<number> => uniform([count]).dataSync();
  const [sizes, powers, years, makes, known] = [draw(), draw(), draw(), draw(), draw()];
  const errors = normal([count]).mul(noise).dataSync();
  const lines = Array.from({ length: count }, (_, index) => {
    const weight = Math.round(1600 + 3200 * sizes[index] ** 1.5);
    const horsepower = Math.round(weight * (0.025 + 0.025 * powers[index]));
    const year = 70 + Math.floor(13 * years[index]);
    const economy = economyOf(weight, horsepower, year) + errors[index];
    return [
      makers[Math.floor(makers.length * makes[index])],
      year,
      weight,
      known[index] < 0.03 ? "?" : horsepower,
      Math.max(5, economy).toFixed(1),
    ].join(",");
  });
  return ["maker,year,weight,horsepower,mpg", ...lines, ""].join("\n");
}

/** The cars of the file: their facts as a vector, and how far they go with a gallon. */
export function loadCars() {
  const cars = csvDataset(file, {
    selectColumns: ["year", "weight", "horsepower"],
    labelName: "mpg",
    features: "vector",
    columnTypes: { mpg: "float32" },
    naValues: ["?"],
    columnDefaults: { horsepower: 104 },
  });
  // Every fifth car is kept for the test.
  const parts = cars.enumerate();
  return {
    training: parts.filter(([index]) => index % 5 > 0).map(([, car]) => car),
    test: parts.filter(([index]) => index % 5 === 0).map(([, car]) => car),
  };
}

/** Cars to train on, and cars to be judged by. */
export type Cars = ReturnType<typeof loadCars>;
