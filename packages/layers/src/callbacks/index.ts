export type { Callback, Logs, RunParameters } from "./callback.ts";
export { History } from "./history.ts";
