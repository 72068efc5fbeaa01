import { AnyLayer } from "../layer/any-layer.ts";
import { classesOf } from "../registry/classes.ts";
import { Registry } from "../registry/registry.ts";
import * as classes from "./index.ts";

/** The layers that have names. */
export const layerRegistry = new Registry("layer", classesOf(classes, AnyLayer));
