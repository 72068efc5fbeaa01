export type { Callback, Logs, RunParameters, TrainedModel } from "./callback.ts";
export { History } from "./history.ts";
