/** Pictures of training, models, classes and images, as SVG. */
export { type PlotConfusionMatrixOptions, plotConfusionMatrix } from "./plot-confusion-matrix.ts";
export { type PlotHistoryOptions, type PlottedHistory, plotHistory } from "./plot-history.ts";
export { type PlotImagesOptions, plotImages } from "./plot-images.ts";
export { type PlotModelOptions, plotModel } from "./plot-model.ts";
