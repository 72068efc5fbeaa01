export type { EmbeddingsMetadata } from "../formats/tensorboard/projector.ts";
export { BackupAndRestore, type BackupAndRestoreOptions } from "./backup-and-restore.ts";
export type {
  Callback,
  Logs,
  PredictLogs,
  RunParameters,
  SelectiveCallback,
  TrainedModel,
  TrainingPosition,
} from "./callback.ts";
export { CSVLogger, type CSVLoggerOptions } from "./csv-logger.ts";
export { EarlyStopping, type EarlyStoppingOptions } from "./early-stopping.ts";
export { History } from "./history.ts";
export { LambdaCallback } from "./lambda-callback.ts";
export { type EpochSchedule, LearningRateScheduler } from "./learning-rate-scheduler.ts";
export { type ChartElement, LiveChart, type LiveChartOptions } from "./live-chart.ts";
export { ModelCallback } from "./model-callback.ts";
export { ModelCheckpoint, type ModelCheckpointOptions } from "./model-checkpoint.ts";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from "./reduce-lr-on-plateau.ts";
export { RemoteMonitor, type RemoteMonitorOptions } from "./remote-monitor.ts";
export { SwapEMAWeights, type SwapEMAWeightsOptions } from "./swap-ema-weights.ts";
export { TensorBoard, type TensorBoardOptions } from "./tensor-board.ts";
export { TerminateOnNaN } from "./terminate-on-nan.ts";
