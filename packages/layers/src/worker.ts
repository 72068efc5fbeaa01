/**
 * The module of a worker that trains models for {@link inWorker}. Import it in a module of your own where classes and functions
 * of your own must be registered in the worker too:
 *
 * ```text
 * import "@strata/layers/worker";
 * import "./my-layers.ts"; // which calls registerKerasSerializable
 * ```
 *
 * @module
 */
import { whenAsked } from "#worker";
import { isRun, serveRun } from "./worker/serve.ts";

whenAsked((message, port) => (isRun(message) ? serveRun(message, port) : null));
