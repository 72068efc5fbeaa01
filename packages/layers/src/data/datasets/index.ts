/** Data sets that are fetched when they are first wanted, and kept. */
export * as bostonHousing from "./boston-housing.ts";
export * as californiaHousing from "./california-housing.ts";
export * as cifar10 from "./cifar10.ts";
export * as cifar100 from "./cifar100.ts";
export type { LoadedDataset } from "./dataset-options.ts";
export * as fashionMnist from "./fashion-mnist.ts";
export * as imdb from "./imdb.ts";
export * as mnist from "./mnist.ts";
export * as reuters from "./reuters.ts";
export type { WordSequence } from "./word-sequences.ts";
