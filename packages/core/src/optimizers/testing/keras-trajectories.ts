import { Adadelta } from "../adadelta.ts";
import { Adafactor } from "../adafactor.ts";
import { Adagrad } from "../adagrad.ts";
import { Adam, AdamW } from "../adam.ts";
import { Adamax } from "../adamax.ts";
import { Ftrl } from "../ftrl.ts";
import { Lamb } from "../lamb.ts";
import { Lion } from "../lion.ts";
import { Nadam } from "../nadam.ts";
import type { Optimizer } from "../optimizer.ts";
import type { OptimizerOptions } from "../options.ts";
import { RMSprop } from "../rmsprop.ts";
import { ExponentialDecay } from "../schedules.ts";
import { SGD } from "../sgd.ts";

/** An optimizer, the options that differ from its defaults, and where it leads. */
export interface Trajectory {
  readonly optimizer: string;
  readonly options: OptimizerOptions;
  /** Makes the optimizer, without one of its options if that is named. */
  readonly make: (without?: string) => Optimizer;
  /** The weights after the last step and, with a moving average, its end: first the matrix, then the vector. */
  readonly end: readonly number[];
}

/** A matrix and a vector. */
export const initial = [
  [
    [2.041, -2.556],
    [0.418, -0.568],
    [-0.453, -0.216],
  ],
  [-2.02, -0.232, -0.865, 3.323],
];

/** Their gradients in five steps. */
export const gradients = [
  [
    [
      [0.226, -0.353],
      [-0.281, -0.668],
      [-1.055, -0.391],
    ],
    [0.482, -0.239, 0.958, -0.2],
  ],
  [
    [
      [0.024, 1.546],
      [0.545, -0.505],
      [-0.183, 0.541],
    ],
    [1.935, -0.27, -0.244, 1.002],
  ],
  [
    [
      [-0.886, -0.292],
      [0.883, 0.58],
      [0.092, 0.67],
    ],
    [-2.828, 1.021, -0.96, -1.669],
  ],
  [
    [
      [0.276, 0.701],
      [-0.445, -1.076],
      [0.026, -0.053],
    ],
    [1.406, 0.747, 0.194, 1.112],
  ],
  [
    [
      [-0.206, -0.926],
      [0.584, 0.583],
      [-0.215, -0.783],
    ],
    [0.229, -2.494, 0.69, 0.491],
  ],
];

function trajectory<Options extends OptimizerOptions>(
  make: new (options?: Options) => Optimizer,
  options: Options,
  end: readonly number[],
): Trajectory {
  return {
    optimizer: make.name,
    options,
    make: (without) => new make({ ...options, ...(without !== undefined && { [without]: undefined }) }),
    end,
  };
}

/** Computed with Keras 3.15.1 on its NumPy backend, in float32, by `Optimizer.apply` and `finalize_variable_values`. */
export const trajectories: readonly Trajectory[] = [
  trajectory(
    SGD,
    {},
    [2.04666, -2.56276, 0.40514, -0.55714, -0.43965, -0.21584, -2.03224, -0.21965, -0.8713801, 3.31564],
  ),
  trajectory(
    SGD,
    { momentum: 0.9 },
    [
      2.051746, -2.590857, 0.3894504, -0.5243818, -0.4043406, -0.2279132, -2.058648, -0.2298495, -0.88041,
      3.315923,
    ],
  ),
  trajectory(
    SGD,
    { momentum: 0.9, nesterov: true, learningRate: 0.125 },
    [
      2.232646, -3.032642, -0.06393321, 0.05845487, 0.261294, -0.3480229, -2.607792, -0.05343202, -1.118111,
      3.151387,
    ],
  ),
  trajectory(
    SGD,
    { learningRate: 0.125, clipNorm: 0.5 },
    [
      2.061697, -2.574931, 0.3720295, -0.51986, -0.395528, -0.2089807, -2.10265, -0.1938222, -0.91743,
      3.287844,
    ],
  ),
  trajectory(
    SGD,
    { learningRate: 0.125, clipValue: 0.25 },
    [2.0355, -2.52475, 0.38675, -0.53675, -0.38675, -0.209375, -2.111125, -0.202125, -0.89, 3.2855],
  ),
  trajectory(
    SGD,
    { learningRate: 0.125, globalClipNorm: 0.5 },
    [
      2.043838, -2.572102, 0.4013036, -0.5268704, -0.4099444, -0.2074658, -2.075221, -0.2023157, -0.8969196,
      3.295679,
    ],
  ),
  trajectory(
    SGD,
    { learningRate: 0.125, weightDecay: 0.25 },
    [
      1.810068, -2.252531, 0.2029464, -0.3643122, -0.2366282, -0.1770341, -1.863591, -0.03943023, -0.8128955,
      2.74314,
    ],
  ),
  trajectory(
    SGD,
    { learningRate: 0.125, useEma: true, emaMomentum: 0.75 },
    [
      2.06607, -2.632276, 0.3488306, -0.4426372, -0.3068394, -0.2344038, -2.125274, -0.215751, -0.9266973,
      3.306835,
    ],
  ),
  trajectory(
    SGD,
    { learningRate: 0.125, useEma: true, emaMomentum: 0.75, emaOverwriteFrequency: 2 },
    [
      2.058266, -2.537187, 0.3834609, -0.4850312, -0.3145313, -0.1945469, -2.037157, -0.1949297, -0.9522501,
      3.357867,
    ],
  ),
  trajectory(
    SGD,
    { learningRate: 0.125, lossScaleFactor: 8 },
    [
      2.049844, -2.566563, 0.3979063, -0.5510313, -0.4321406, -0.21575, -2.039125, -0.2127031, -0.8749688,
      3.3115,
    ],
  ),
  trajectory(
    SGD,
    { learningRate: 0.125, gradientAccumulationSteps: 2 },
    [2.0635, -2.656125, 0.374125, -0.4636875, -0.383, -0.2639375, -2.082187, -0.3106875, -0.86175, 3.307688],
  ),
  trajectory(
    Adam,
    {
      learningRate: 0.125,
      gradientAccumulationSteps: 2,
      useEma: true,
      emaOverwriteFrequency: 2,
      weightDecay: 0.25,
      globalClipNorm: 0.5,
    },
    [
      1.852277, -2.601447, 0.2786605, -0.4239438, -0.3130279, -0.3351988, -2.081342, -0.100445, -0.9624141,
      3.093175,
    ],
  ),
  trajectory(
    RMSprop,
    {},
    [
      2.040341, -2.555062, 0.415408, -0.5636233, -0.4489022, -0.2153924, -2.02509, -0.2284404, -0.8670961,
      3.323406,
    ],
  ),
  trajectory(
    RMSprop,
    { learningRate: 0.125, rho: 0.75, momentum: 0.5, centered: true, epsilon: 0.001 },
    [
      1.862291, -2.473296, 0.08027565, 0.3342437, 0.2358826, -0.232783, -2.942383, 0.3034397, -1.15064,
      3.460768,
    ],
  ),
  trajectory(
    Adam,
    {},
    [
      2.040221, -2.556473, 0.4172052, -0.5649394, -0.4497533, -0.2161436, -2.022013, -0.2306452, -0.8663967,
      3.323458,
    ],
  ),
  trajectory(
    Adam,
    { learningRate: 0.125, beta1: 0.5, beta2: 0.75, epsilon: 0.001, amsgrad: true },
    [
      1.999174, -2.583025, 0.2736357, -0.2671619, -0.1875149, -0.2368714, -2.243209, -0.09466605, -0.9744033,
      3.348892,
    ],
  ),
  trajectory(
    AdamW,
    {},
    [
      2.04018, -2.556422, 0.4171969, -0.5649281, -0.4497443, -0.2161393, -2.021972, -0.2306406, -0.8663794,
      3.323391,
    ],
  ),
  trajectory(
    AdamW,
    { learningRate: 0.125, weightDecay: 0.25 },
    [
      1.66292, -2.243959, 0.252793, -0.1323549, -0.01046381, -0.2087051, -1.950635, -0.05002476, -0.8941318,
      2.882356,
    ],
  ),
  trajectory(
    Adagrad,
    {},
    [
      2.041199, -2.555966, 0.4170195, -0.5667247, -0.4517951, -0.2159567, -2.021417, -0.2314123, -0.8656068,
      3.322739,
    ],
  ),
  trajectory(
    Adagrad,
    { learningRate: 0.125, initialAccumulatorValue: 0.5, epsilon: 0.25 },
    [
      2.086974, -2.58714, 0.3040861, -0.455316, -0.3312226, -0.2214577, -2.146234, -0.2084131, -0.9240841,
      3.27253,
    ],
  ),
  trajectory(
    Adadelta,
    {},
    [
      2.041, -2.556, 0.4179971, -0.567998, -0.4529981, -0.2159999, -2.020003, -0.2319979, -0.8650011,
      3.322999,
    ],
  ),
  trajectory(
    Adadelta,
    { learningRate: 0.5, rho: 0.75, epsilon: 0.001 },
    [
      2.042384, -2.54852, 0.350923, -0.5256836, -0.4062433, -0.214584, -2.082555, -0.1914409, -0.8889845,
      3.29858,
    ],
  ),
  trajectory(
    Adamax,
    {},
    [
      2.040005, -2.55594, 0.4177378, -0.5653417, -0.4506669, -0.2159054, -2.021714, -0.2304965, -0.8662705,
      3.323617,
    ],
  ),
  trajectory(
    Adamax,
    { learningRate: 0.125, beta1: 0.5, beta2: 0.75, epsilon: 0.001 },
    [
      1.96391, -2.564794, 0.3135281, -0.2699033, -0.1543594, -0.23365, -2.231456, -0.09687434, -0.9872683,
      3.346793,
    ],
  ),
  trajectory(
    Nadam,
    {},
    [
      2.040806, -2.555808, 0.417033, -0.5662653, -0.4513157, -0.2158201, -2.021763, -0.2307695, -0.8658257,
      3.323161,
    ],
  ),
  trajectory(
    Nadam,
    { learningRate: 0.125, beta1: 0.5, beta2: 0.75, epsilon: 0.001 },
    [
      2.038661, -2.529544, 0.2334652, -0.3392923, -0.2096242, -0.1971772, -2.270586, -0.07280765, -0.9771267,
      3.31079,
    ],
  ),
  trajectory(
    Nadam,
    { learningRate: 0.125, gradientAccumulationSteps: 2 },
    [
      2.022913, -2.738809, 0.1711104, -0.3770925, -0.3233027, -0.4750724, -2.095833, -0.2193875, -0.9105521,
      3.255623,
    ],
  ),
  trajectory(Lion, {}, [2.04, -2.555, 0.417, -0.567, -0.4480001, -0.217, -2.023, -0.231, -0.866, 3.322]),
  trajectory(
    Lion,
    { learningRate: 0.125, beta1: 0.5, beta2: 0.75 },
    [1.916, -2.681, 0.293, -0.443, 0.172, -0.341, -2.395, -0.107, -0.99, 3.198],
  ),
  trajectory(
    Lamb,
    {},
    [
      2.041312, -2.55871, 0.4137477, -0.5608921, -0.4449504, -0.2177593, -2.025509, -0.2312707, -0.8681939,
      3.323527,
    ],
  ),
  trajectory(
    Lamb,
    { learningRate: 0.125, beta1: 0.5, beta2: 0.75, epsilon: 0.001, weightDecay: 0.25 },
    [
      1.826483, -2.324493, -0.06052762, 0.02676125, 0.1469851, -0.2569481, -2.191104, -0.07037225, -0.9179406,
      2.738039,
    ],
  ),
  trajectory(
    Adafactor,
    {},
    [
      2.041643, -2.555414, 0.4140372, -0.5652347, -0.4504422, -0.2157882, -2.024165, -0.2290326, -0.8670811,
      3.32182,
    ],
  ),
  trajectory(
    Adafactor,
    { learningRate: 0.5, beta2Decay: -0.5, epsilon1: 0.001, epsilon2: 4, clipThreshold: 0.5 },
    [
      2.250138, -2.405494, -2.262652, 1.861136, 1.459425, -0.2900393, -4.309259, 0.8284314, -1.933148,
      2.497503,
    ],
  ),
  trajectory(
    Ftrl,
    {},
    [
      0.3806743, -0.8504832, 0.1045576, -0.323693, -0.3217292, -0.08012671, -0.9133382, -0.04632749,
      -0.5944673, 0.5142917,
    ],
  ),
  trajectory(
    Ftrl,
    {
      learningRate: 0.125,
      learningRatePower: -0.25,
      initialAccumulatorValue: 0.5,
      l1RegularizationStrength: 0.125,
      l2RegularizationStrength: 0.25,
      l2ShrinkageRegularizationStrength: 0.0625,
      beta: 0.5,
    },
    [
      0.03887767, -0.08421759, -0.0789687, 0.02642921, 0.01674641, 0.0, -0.1754508, 0.04704797, -0.1555814,
      -0.03960931,
    ],
  ),
  trajectory(
    SGD,
    { learningRate: new ExponentialDecay({ initialLearningRate: 0.5, decaySteps: 2, decayRate: 0.5 }) },
    [
      2.117974, -2.861264, 0.150729, -0.08311885, 0.138479, -0.2720282, -2.515299, -0.09259278, -1.138278,
      3.228039,
    ],
  ),
];
