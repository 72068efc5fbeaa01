import { resolveName, type Spelled } from "../utilities/names.ts";
import { describeValue } from "../utilities/options.ts";
import { Constant, Identity, Ones, Zeros } from "./constants.ts";
import { Initializer, type InitializerConfig, type SerializedInitializer } from "./initializer.ts";
import { RandomNormal, RandomUniform, TruncatedNormal } from "./random.ts";
import {
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  VarianceScaling,
} from "./variance-scaling.ts";

type Make = (config: InitializerConfig) => Initializer;

/** The initializers that have names, in camelCase. */
export type KnownInitializer =
  | "constant"
  | "glorotNormal"
  | "glorotUniform"
  | "heNormal"
  | "heUniform"
  | "identity"
  | "lecunNormal"
  | "lecunUniform"
  | "normal"
  | "ones"
  | "randomNormal"
  | "randomUniform"
  | "truncatedNormal"
  | "uniform"
  | "varianceScaling"
  | "zeros";

const table: Readonly<Record<KnownInitializer, Make>> = {
  constant: (config) => new Constant(config),
  glorotNormal: (config) => new GlorotNormal(config),
  glorotUniform: (config) => new GlorotUniform(config),
  heNormal: (config) => new HeNormal(config),
  heUniform: (config) => new HeUniform(config),
  identity: (config) => new Identity(config),
  lecunNormal: (config) => new LecunNormal(config),
  lecunUniform: (config) => new LecunUniform(config),
  normal: (config) => new RandomNormal(config),
  ones: () => new Ones(),
  randomNormal: (config) => new RandomNormal(config),
  randomUniform: (config) => new RandomUniform(config),
  truncatedNormal: (config) => new TruncatedNormal(config),
  uniform: (config) => new RandomUniform(config),
  varianceScaling: (config) => new VarianceScaling(config),
  zeros: () => new Zeros(),
};

/**
 * The initializers that have names, in camelCase, in snake_case, and by their classes.
 */
export type InitializerName = Spelled<KnownInitializer>;

/** An initializer: by name, as an object, or as the plain data that `serialize` gives. */
export type InitializerLike = InitializerName | Initializer | SerializedInitializer;

/**
 * The initializer that a name or plain data stand for.
 *
 * @param operation Who asks, for the message. Default: `"getInitializer"`.
 * @throws RangeError for an unknown name, with the accepted ones.
 */
export function getInitializer(initializer: InitializerLike, operation = "getInitializer"): Initializer {
  if (initializer instanceof Initializer) return initializer;
  if (typeof initializer === "string") return make(operation, initializer, {});
  if (typeof initializer === "object" && initializer !== null && typeof initializer.className === "string") {
    return make(operation, initializer.className, initializer.config ?? {});
  }
  throw new RangeError(
    `${operation}: the initializer is ${describeValue(initializer)}; it must be a name or an Initializer`,
  );
}

function make(operation: string, name: string, config: InitializerConfig): Initializer {
  const create: Make = resolveName<Make>(operation, "initializer", table, name);
  return create(config);
}
