import { AnyLayer } from "../layer/any-layer.ts";
import { aliasesAmong, classesOf } from "../registry/classes.ts";
import { Registry } from "../registry/registry.ts";
import * as classes from "./index.ts";

const exported = classesOf(classes, AnyLayer);
const aliases = aliasesAmong(exported);
const own = Object.entries(exported).filter(([name]) => !Object.hasOwn(aliases, name));

/** The layers that have names. */
export const layerRegistry = new Registry("layer", Object.fromEntries(own), aliases);
