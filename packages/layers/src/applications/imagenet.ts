/** The means of the three channels of ImageNet's images, scaled to 0 … 1. */
export const imageNetMean = [0.485, 0.456, 0.406];

/** The standard deviations of the three channels of ImageNet's images, scaled to 0 … 1. */
export const imageNetDeviation = [0.229, 0.224, 0.225];
