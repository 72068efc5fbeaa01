/**
 * The results of elementwise ops for special values: NaN, infinities, zeros, the smallest subnormal number `t` and the
 * largest number `M`. Computed with NumPy 1.24.2 in float32 and float64; `|` stands between the two where they differ.
 *
 * Not NumPy's, which has no such function: erf and erfc (SciPy 1.10.1), erfinv, lgamma, gelu, silu, sigmoid, hardSigmoid,
 * hardTanh, softplus, softsign, mish and leakyRelu (PyTorch 1.13.0), digamma (SciPy). The other activations are their
 * formulas in NumPy. Not NumPy's either: the maximum of −0 and +0 is +0, and the minimum −0, in whichever order they come, as
 * in IEEE 754-2019, section 9.6; NumPy gives the second.
 */

/** The arguments of functions of one variable. */
export const unaryArguments = "nan -inf -M -2.5 -1 -0.5 -t -0 0 t 0.5 1 2.5 M inf";

export const unarySpecialValues = {
  neg: "nan inf M 2.5 1 0.5 t 0 -0 -t -0.5 -1 -2.5 -M -inf",
  abs: "nan inf M 2.5 1 0.5 t 0 0 t 0.5 1 2.5 M inf",
  sign: "nan -1 -1 -1 -1 -1 -1 0 0 1 1 1 1 1 1",
  floor: "nan -inf -M -3 -1 -1 -1 -0 0 0 0 1 2 M inf",
  ceil: "nan -inf -M -2 -1 -0 -0 -0 0 1 1 1 3 M inf",
  round: "nan -inf -M -2 -1 -0 -0 -0 0 0 0 1 2 M inf",
  trunc: "nan -inf -M -2 -1 -0 -0 -0 0 0 0 1 2 M inf",
  sqrt: "nan nan nan nan nan nan nan -0 0 3.7433921e-23|2.222758749e-162 0.7071067812 1 1.58113883 1.8446743e19|1.340780793e154 inf",
  square: "nan inf inf 6.25 1 0.25 0 0 0 0 0.25 1 6.25 inf inf",
  reciprocal:
    "nan -0 -2.9387359e-39|-5.562684646e-309 -0.4 -1 -2 -inf -inf inf inf 2 1 0.4 2.9387359e-39|5.562684646e-309 0",
  exp: "nan 0 0 0.08208499862 0.3678794412 0.6065306597 1 1 1 1 1.648721271 2.718281828 12.18249396 inf inf",
  expm1:
    "nan -1 -1 -0.9179150014 -0.6321205588 -0.3934693403 -t -0 0 t 0.6487212707 1.718281828 11.18249396 inf inf",
  log: "nan nan nan nan nan nan nan -inf -inf -103.27893|-744.4400719 -0.6931471806 0 0.9162907319 88.722839|709.7827129 inf",
  log1p:
    "nan nan nan nan -inf -0.6931471806 -t -0 0 t 0.4054651081 0.6931471806 1.252762968 88.722839|709.7827129 inf",
  log2: "nan nan nan nan nan nan nan -inf -inf -149|-1074 -1 0 1.321928095 128|1024 inf",
  sin: "nan nan 0.52187651|-0.004961954789 -0.5984721441 -0.8414709848 -0.4794255386 -t -0 0 t 0.4794255386 0.8414709848 0.5984721441 -0.52187651|0.004961954789 nan",
  cos: "nan nan 0.85302103|-0.9999876894 -0.8011436155 0.5403023059 0.8775825619 1 1 1 1 0.8775825619 0.5403023059 -0.8011436155 0.85302103|-0.9999876894 nan",
  tan: "nan nan 0.61179793|0.004962015874 0.7470222972 -1.557407725 -0.5463024898 -t -0 0 t 0.5463024898 1.557407725 -0.7470222972 -0.61179793|-0.004962015874 nan",
  asin: "nan nan nan nan -1.570796327 -0.5235987756 -t -0 0 t 0.5235987756 1.570796327 nan nan nan",
  acos: "nan nan nan nan 3.141592654 2.094395102 1.570796327 1.570796327 1.570796327 1.570796327 1.047197551 0 nan nan nan",
  atan: "nan -1.570796327 -1.570796327 -1.19028995 -0.7853981634 -0.463647609 -t -0 0 t 0.463647609 0.7853981634 1.19028995 1.570796327 1.570796327",
  sinh: "nan -inf -inf -6.050204481 -1.175201194 -0.5210953055 -t -0 0 t 0.5210953055 1.175201194 6.050204481 inf inf",
  cosh: "nan inf inf 6.13228948 1.543080635 1.127625965 1 1 1 1 1.127625965 1.543080635 6.13228948 inf inf",
  tanh: "nan -1 -1 -0.9866142982 -0.761594156 -0.4621171573 -t -0 0 t 0.4621171573 0.761594156 0.9866142982 1 1",
  asinh:
    "nan -inf -89.415985|-710.4758601 -1.647231146 -0.881373587 -0.4812118251 -t -0 0 t 0.4812118251 0.881373587 1.647231146 89.415985|710.4758601 inf",
  acosh: "nan nan nan nan nan nan nan nan nan nan nan 0 1.566799237 89.415985|710.4758601 inf",
  atanh: "nan nan nan nan -inf -0.5493061443 -t -0 0 t 0.5493061443 inf nan nan nan",
  isNaN: "1 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
  isInf: "0 1 0 0 0 0 0 0 0 0 0 0 0 0 1",
  isFinite: "0 0 1 1 1 1 1 1 1 1 1 1 1 1 0",
  logicalNot: "0 0 0 0 0 0 0 1 1 0 0 0 0 0 0",
  rsqrt:
    "nan nan nan nan nan nan nan -inf inf 2.6713738e22|4.498913795e161 1.414213562 1 0.632455532 5.4210115e-20|7.458340731e-155 0",
  erf: "nan -1 -1 -0.999593048 -0.8427007929 -0.5204998778 -t -0 0 t 0.5204998778 0.8427007929 0.999593048 1 1",
  erfc: "nan 2 2 1.999593048 1.842700793 1.520499878 1 1 1 1 0.4795001222 0.1572992071 0.0004069520174 0 0",
  erfinv: "nan nan nan nan -inf -0.4769362762 -t -0 0 t 0.4769362762 inf nan nan nan",
  lgamma:
    "nan inf inf -0.0562437165 inf 1.265512123 103.27893|744.4400719 inf inf 103.27893|744.4400719 0.5723649429 0 0.2846828705 inf inf",
  digamma:
    "nan nan nan 1.103156641 nan 0.03648997398 inf inf -inf -inf -1.963510026 -0.5772156649 0.7031566406 88.722839|709.7827129 inf",
  relu: "nan 0 0 0 0 0 0 0 0 t 0.5 1 2.5 M inf",
  relu6: "nan 0 0 0 0 0 0 0 0 t 0.5 1 2.5 6 6",
  leakyRelu: "nan -inf -6.8056469e37|-3.59538627e307 -0.5 -0.2 -0.1 -0 -0 0 t 0.5 1 2.5 M inf",
  elu: "nan -1 -1 -0.9179150014 -0.6321205588 -0.3934693403 -t -0 0 t 0.5 1 2.5 M inf",
  selu: "nan -1.758099341 -1.758099341 -1.613785759 -1.111330738 -0.6917581878 -2.8025969e-45|-9.881312917e-324 -0 0 t 0.5253504937 1.050700987 2.626752468 inf inf",
  celu: "nan -1 -1 -0.9179150014 -0.6321205588 -0.3934693403 -t -0 0 t 0.5 1 2.5 M inf",
  gelu: "nan nan -0 -0.01552416331 -0.1586552539 -0.1542687694 -0 -0 0 0 0.3457312306 0.8413447461 2.484475837 M inf",
  silu: "nan nan -0 -0.1896454501 -0.2689414214 -0.1887703344 -0 -0 0 0 0.3112296656 0.7310585786 2.31035455 M inf",
  sigmoid:
    "nan 0 0 0.07585818002 0.2689414214 0.3775406688 0.5 0.5 0.5 0.5 0.6224593312 0.7310585786 0.92414182 1 1",
  logSigmoid:
    "nan -inf -M -2.578889734 -1.313261688 -0.9740769842 -0.6931471806 -0.6931471806 -0.6931471806 -0.6931471806 -0.4740769842 -0.3132616875 -0.07888973429 -0 -0",
  hardSigmoid:
    "nan 0 0 0.08333333333 0.3333333333 0.4166666667 0.5 0.5 0.5 0.5 0.5833333333 0.6666666667 0.9166666667 1 1",
  hardSwish:
    "nan nan -0 -0.2083333333 -0.3333333333 -0.2083333333 -0 -0 0 0 0.2916666667 0.6666666667 2.291666667 M inf",
  hardTanh: "nan -1 -1 -1 -1 -0.5 -t -0 0 t 0.5 1 1 1 1",
  softplus:
    "nan 0 0 0.07888973429 0.3132616875 0.4740769842 0.6931471806 0.6931471806 0.6931471806 0.6931471806 0.9740769842 1.313261688 2.578889734 M inf",
  softsign: "nan nan -1 -0.7142857143 -0.5 -0.3333333333 -t -0 0 t 0.3333333333 0.5 0.7142857143 1 nan",
  mish: "nan nan -0 -0.1968162039 -0.3034014614 -0.2207437747 -t -0 0 t 0.3752452113 0.8650983883 2.471392305 M inf",
} as const;

/** Both arguments of functions of two variables: the first by rows, the second by columns. */
export const binaryArguments = "nan -inf -M -1 -t -0 0 t 1 M inf";

export const binarySpecialValues = {
  add: `
    nan nan nan nan nan nan nan nan nan nan nan
    nan -inf -inf -inf -inf -inf -inf -inf -inf -inf nan
    nan -inf -inf -M -M -M -M -M -M 0 inf
    nan -inf -M -2 -1 -1 -1 -1 0 M inf
    nan -inf -M -1 -2.8025969e-45|-9.881312917e-324 -t -t 0 1 M inf
    nan -inf -M -1 -t -0 0 t 1 M inf
    nan -inf -M -1 -t 0 0 t 1 M inf
    nan -inf -M -1 0 t t 2.8025969e-45|9.881312917e-324 1 M inf
    nan -inf -M 0 1 1 1 1 2 M inf
    nan -inf 0 M M M M M M inf inf
    nan nan inf inf inf inf inf inf inf inf inf
  `,
  sub: `
    nan nan nan nan nan nan nan nan nan nan nan
    nan nan -inf -inf -inf -inf -inf -inf -inf -inf -inf
    nan inf 0 -M -M -M -M -M -M -inf -inf
    nan inf M 0 -1 -1 -1 -1 -2 -M -inf
    nan inf M 1 0 -t -t -2.8025969e-45|-9.881312917e-324 -1 -M -inf
    nan inf M 1 t 0 -0 -t -1 -M -inf
    nan inf M 1 t 0 0 -t -1 -M -inf
    nan inf M 1 2.8025969e-45|9.881312917e-324 t t 0 -1 -M -inf
    nan inf M 2 1 1 1 1 0 -M -inf
    nan inf inf M M M M M M 0 -inf
    nan inf inf inf inf inf inf inf inf inf nan
  `,
  mul: `
    nan nan nan nan nan nan nan nan nan nan nan
    nan inf inf inf inf nan nan -inf -inf -inf -inf
    nan inf inf M 4.7683713e-7|8.881784197e-16 0 -0 -4.7683713e-7|-8.881784197e-16 -M -inf -inf
    nan inf M 1 t 0 -0 -t -1 -M -inf
    nan inf 4.7683713e-7|8.881784197e-16 t 0 0 -0 -0 -t -4.7683713e-7|-8.881784197e-16 -inf
    nan nan 0 0 0 0 -0 -0 -0 -0 nan
    nan nan -0 -0 -0 -0 0 0 0 0 nan
    nan -inf -4.7683713e-7|-8.881784197e-16 -t -0 -0 0 0 t 4.7683713e-7|8.881784197e-16 inf
    nan -inf -M -1 -t -0 0 t 1 M inf
    nan -inf -inf -M -4.7683713e-7|-8.881784197e-16 -0 0 4.7683713e-7|8.881784197e-16 M inf inf
    nan -inf -inf -inf -inf nan nan inf inf inf inf
  `,
  div: `
    nan nan nan nan nan nan nan nan nan nan nan
    nan nan inf inf inf inf -inf -inf -inf -inf nan
    nan 0 1 M inf inf -inf -inf -M -1 -0
    nan 0 2.9387359e-39|5.562684646e-309 1 inf inf -inf -inf -1 -2.9387359e-39|-5.562684646e-309 -0
    nan 0 0 t 1 inf -inf -1 -t -0 -0
    nan 0 0 0 0 nan nan -0 -0 -0 -0
    nan -0 -0 -0 -0 nan nan 0 0 0 0
    nan -0 -0 -t -1 -inf inf 1 t 0 0
    nan -0 -2.9387359e-39|-5.562684646e-309 -1 -inf -inf inf inf 1 2.9387359e-39|5.562684646e-309 0
    nan -0 -1 -M -inf -inf inf inf M 1 0
    nan nan -inf -inf -inf -inf inf inf inf inf nan
  `,
  floorDiv: `
    nan nan nan nan nan nan nan nan nan nan nan
    nan nan nan nan nan inf -inf nan nan nan nan
    nan 0 1 M inf inf -inf -inf -M -1 -1
    nan 0 0 1 inf inf -inf -inf -1 -1 -1
    nan 0 0 0 1 inf -inf -1 -1 -1 -1
    nan 0 0 0 0 nan nan -0 -0 -0 -0
    nan -0 -0 -0 -0 nan nan 0 0 0 0
    nan -1 -1 -1 -1 -inf inf 1 0 0 0
    nan -1 -1 -1 -inf -inf inf inf 1 0 0
    nan -1 -1 -M -inf -inf inf inf M 1 0
    nan nan nan nan nan -inf inf nan nan nan nan
  `,
  mod: `
    nan nan nan nan nan nan nan nan nan nan nan
    nan nan nan nan nan nan nan nan nan nan nan
    nan -M -0 -0 -0 nan nan 0 0 0 inf
    nan -1 -1 -0 -0 nan nan 0 0 M inf
    nan -t -t -t -0 nan nan 0 1 M inf
    nan -0 -0 -0 -0 nan nan 0 0 0 0
    nan -0 -0 -0 -0 nan nan 0 0 0 0
    nan -inf -M -1 -0 nan nan 0 t t t
    nan -inf -M -0 -0 nan nan 0 0 1 1
    nan -inf -0 -0 -0 nan nan 0 0 0 M
    nan nan nan nan nan nan nan nan nan nan nan
  `,
  pow: `
    nan nan nan nan nan 1 1 nan nan nan nan
    nan 0 0 -0 0 1 1 inf -inf inf inf
    nan 0 0 -2.9387359e-39|-5.562684646e-309 nan 1 1 nan -M inf inf
    nan 1 1 -1 nan 1 1 nan -1 1 1
    nan inf inf -inf nan 1 1 nan -t 0 0
    nan inf inf -inf inf 1 1 0 -0 0 0
    nan inf inf inf inf 1 1 0 0 0 0
    nan inf inf inf 1 1 1 1 t 0 0
    1 1 1 1 1 1 1 1 1 1 1
    nan 0 0 2.9387359e-39|5.562684646e-309 1 1 1 1 M inf inf
    nan 0 0 0 0 1 1 inf inf inf inf
  `,
  maximum: `
    nan nan nan nan nan nan nan nan nan nan nan
    nan -inf -M -1 -t -0 0 t 1 M inf
    nan -M -M -1 -t -0 0 t 1 M inf
    nan -1 -1 -1 -t -0 0 t 1 M inf
    nan -t -t -t -t -0 0 t 1 M inf
    nan -0 -0 -0 -0 -0 0 t 1 M inf
    nan 0 0 0 0 0 0 t 1 M inf
    nan t t t t t t t 1 M inf
    nan 1 1 1 1 1 1 1 1 M inf
    nan M M M M M M M M M inf
    nan inf inf inf inf inf inf inf inf inf inf
  `,
  minimum: `
    nan nan nan nan nan nan nan nan nan nan nan
    nan -inf -inf -inf -inf -inf -inf -inf -inf -inf -inf
    nan -inf -M -M -M -M -M -M -M -M -M
    nan -inf -M -1 -1 -1 -1 -1 -1 -1 -1
    nan -inf -M -1 -t -t -t -t -t -t -t
    nan -inf -M -1 -t -0 -0 -0 -0 -0 -0
    nan -inf -M -1 -t -0 0 0 0 0 0
    nan -inf -M -1 -t -0 0 t t t t
    nan -inf -M -1 -t -0 0 t 1 1 1
    nan -inf -M -1 -t -0 0 t 1 M M
    nan -inf -M -1 -t -0 0 t 1 M inf
  `,
  atan2: `
    nan nan nan nan nan nan nan nan nan nan nan
    nan -2.35619449 -1.570796327 -1.570796327 -1.570796327 -1.570796327 -1.570796327 -1.570796327 -1.570796327 -1.570796327 -0.7853981634
    nan -3.141592654 -2.35619449 -1.570796327 -1.570796327 -1.570796327 -1.570796327 -1.570796327 -1.570796327 -0.7853981634 -0
    nan -3.141592654 -3.141592654 -2.35619449 -1.570796327 -1.570796327 -1.570796327 -1.570796327 -0.7853981634 -2.9387359e-39|-5.562684646e-309 -0
    nan -3.141592654 -3.141592654 -3.141592654 -2.35619449 -1.570796327 -1.570796327 -0.7853981634 -t -0 -0
    nan -3.141592654 -3.141592654 -3.141592654 -3.141592654 -3.141592654 -0 -0 -0 -0 -0
    nan 3.141592654 3.141592654 3.141592654 3.141592654 3.141592654 0 0 0 0 0
    nan 3.141592654 3.141592654 3.141592654 2.35619449 1.570796327 1.570796327 0.7853981634 t 0 0
    nan 3.141592654 3.141592654 2.35619449 1.570796327 1.570796327 1.570796327 1.570796327 0.7853981634 2.9387359e-39|5.562684646e-309 0
    nan 3.141592654 2.35619449 1.570796327 1.570796327 1.570796327 1.570796327 1.570796327 1.570796327 0.7853981634 0
    nan 2.35619449 1.570796327 1.570796327 1.570796327 1.570796327 1.570796327 1.570796327 1.570796327 1.570796327 0.7853981634
  `,
  equal: `
    0 0 0 0 0 0 0 0 0 0 0
    0 1 0 0 0 0 0 0 0 0 0
    0 0 1 0 0 0 0 0 0 0 0
    0 0 0 1 0 0 0 0 0 0 0
    0 0 0 0 1 0 0 0 0 0 0
    0 0 0 0 0 1 1 0 0 0 0
    0 0 0 0 0 1 1 0 0 0 0
    0 0 0 0 0 0 0 1 0 0 0
    0 0 0 0 0 0 0 0 1 0 0
    0 0 0 0 0 0 0 0 0 1 0
    0 0 0 0 0 0 0 0 0 0 1
  `,
  notEqual: `
    1 1 1 1 1 1 1 1 1 1 1
    1 0 1 1 1 1 1 1 1 1 1
    1 1 0 1 1 1 1 1 1 1 1
    1 1 1 0 1 1 1 1 1 1 1
    1 1 1 1 0 1 1 1 1 1 1
    1 1 1 1 1 0 0 1 1 1 1
    1 1 1 1 1 0 0 1 1 1 1
    1 1 1 1 1 1 1 0 1 1 1
    1 1 1 1 1 1 1 1 0 1 1
    1 1 1 1 1 1 1 1 1 0 1
    1 1 1 1 1 1 1 1 1 1 0
  `,
  less: `
    0 0 0 0 0 0 0 0 0 0 0
    0 0 1 1 1 1 1 1 1 1 1
    0 0 0 1 1 1 1 1 1 1 1
    0 0 0 0 1 1 1 1 1 1 1
    0 0 0 0 0 1 1 1 1 1 1
    0 0 0 0 0 0 0 1 1 1 1
    0 0 0 0 0 0 0 1 1 1 1
    0 0 0 0 0 0 0 0 1 1 1
    0 0 0 0 0 0 0 0 0 1 1
    0 0 0 0 0 0 0 0 0 0 1
    0 0 0 0 0 0 0 0 0 0 0
  `,
  lessEqual: `
    0 0 0 0 0 0 0 0 0 0 0
    0 1 1 1 1 1 1 1 1 1 1
    0 0 1 1 1 1 1 1 1 1 1
    0 0 0 1 1 1 1 1 1 1 1
    0 0 0 0 1 1 1 1 1 1 1
    0 0 0 0 0 1 1 1 1 1 1
    0 0 0 0 0 1 1 1 1 1 1
    0 0 0 0 0 0 0 1 1 1 1
    0 0 0 0 0 0 0 0 1 1 1
    0 0 0 0 0 0 0 0 0 1 1
    0 0 0 0 0 0 0 0 0 0 1
  `,
  greater: `
    0 0 0 0 0 0 0 0 0 0 0
    0 0 0 0 0 0 0 0 0 0 0
    0 1 0 0 0 0 0 0 0 0 0
    0 1 1 0 0 0 0 0 0 0 0
    0 1 1 1 0 0 0 0 0 0 0
    0 1 1 1 1 0 0 0 0 0 0
    0 1 1 1 1 0 0 0 0 0 0
    0 1 1 1 1 1 1 0 0 0 0
    0 1 1 1 1 1 1 1 0 0 0
    0 1 1 1 1 1 1 1 1 0 0
    0 1 1 1 1 1 1 1 1 1 0
  `,
  greaterEqual: `
    0 0 0 0 0 0 0 0 0 0 0
    0 1 0 0 0 0 0 0 0 0 0
    0 1 1 0 0 0 0 0 0 0 0
    0 1 1 1 0 0 0 0 0 0 0
    0 1 1 1 1 0 0 0 0 0 0
    0 1 1 1 1 1 1 0 0 0 0
    0 1 1 1 1 1 1 0 0 0 0
    0 1 1 1 1 1 1 1 0 0 0
    0 1 1 1 1 1 1 1 1 0 0
    0 1 1 1 1 1 1 1 1 1 0
    0 1 1 1 1 1 1 1 1 1 1
  `,
  logicalAnd: `
    1 1 1 1 1 0 0 1 1 1 1
    1 1 1 1 1 0 0 1 1 1 1
    1 1 1 1 1 0 0 1 1 1 1
    1 1 1 1 1 0 0 1 1 1 1
    1 1 1 1 1 0 0 1 1 1 1
    0 0 0 0 0 0 0 0 0 0 0
    0 0 0 0 0 0 0 0 0 0 0
    1 1 1 1 1 0 0 1 1 1 1
    1 1 1 1 1 0 0 1 1 1 1
    1 1 1 1 1 0 0 1 1 1 1
    1 1 1 1 1 0 0 1 1 1 1
  `,
  logicalOr: `
    1 1 1 1 1 1 1 1 1 1 1
    1 1 1 1 1 1 1 1 1 1 1
    1 1 1 1 1 1 1 1 1 1 1
    1 1 1 1 1 1 1 1 1 1 1
    1 1 1 1 1 1 1 1 1 1 1
    1 1 1 1 1 0 0 1 1 1 1
    1 1 1 1 1 0 0 1 1 1 1
    1 1 1 1 1 1 1 1 1 1 1
    1 1 1 1 1 1 1 1 1 1 1
    1 1 1 1 1 1 1 1 1 1 1
    1 1 1 1 1 1 1 1 1 1 1
  `,
  logicalXor: `
    0 0 0 0 0 1 1 0 0 0 0
    0 0 0 0 0 1 1 0 0 0 0
    0 0 0 0 0 1 1 0 0 0 0
    0 0 0 0 0 1 1 0 0 0 0
    0 0 0 0 0 1 1 0 0 0 0
    1 1 1 1 1 0 0 1 1 1 1
    1 1 1 1 1 0 0 1 1 1 1
    0 0 0 0 0 1 1 0 0 0 0
    0 0 0 0 0 1 1 0 0 0 0
    0 0 0 0 0 1 1 0 0 0 0
    0 0 0 0 0 1 1 0 0 0 0
  `,
  squaredDifference: `
    nan nan nan nan nan nan nan nan nan nan nan
    nan nan inf inf inf inf inf inf inf inf inf
    nan inf 0 inf inf inf inf inf inf inf inf
    nan inf inf 0 1 1 1 1 4 inf inf
    nan inf inf 1 0 0 0 0 1 inf inf
    nan inf inf 1 0 0 0 0 1 inf inf
    nan inf inf 1 0 0 0 0 1 inf inf
    nan inf inf 1 0 0 0 0 1 inf inf
    nan inf inf 4 1 1 1 1 0 inf inf
    nan inf inf inf inf inf inf inf inf 0 inf
    nan inf inf inf inf inf inf inf inf inf nan
  `,
  divNoNan: `
    nan nan nan nan nan 0 0 nan nan nan nan
    nan nan inf inf inf 0 0 -inf -inf -inf nan
    nan 0 1 M inf 0 0 -inf -M -1 -0
    nan 0 2.9387359e-39|5.562684646e-309 1 inf 0 0 -inf -1 -2.9387359e-39|-5.562684646e-309 -0
    nan 0 0 t 1 0 0 -1 -t -0 -0
    nan 0 0 0 0 0 0 -0 -0 -0 -0
    nan -0 -0 -0 -0 0 0 0 0 0 0
    nan -0 -0 -t -1 0 0 1 t 0 0
    nan -0 -2.9387359e-39|-5.562684646e-309 -1 -inf 0 0 inf 1 2.9387359e-39|5.562684646e-309 0
    nan -0 -1 -M -inf 0 0 inf M 1 0
    nan nan -inf -inf -inf 0 0 inf inf inf nan
  `,
  prelu: `
    nan nan nan nan nan nan nan nan nan nan nan
    nan inf inf inf inf nan nan -inf -inf -inf -inf
    nan inf inf M 4.7683713e-7|8.881784197e-16 0 -0 -4.7683713e-7|-8.881784197e-16 -M -inf -inf
    nan inf M 1 t 0 -0 -t -1 -M -inf
    nan inf 4.7683713e-7|8.881784197e-16 t 0 0 -0 -0 -t -4.7683713e-7|-8.881784197e-16 -inf
    nan nan 0 0 0 0 -0 -0 -0 -0 nan
    nan nan -0 -0 -0 -0 0 0 0 0 nan
    t t t t t t t t t t t
    1 1 1 1 1 1 1 1 1 1 1
    M M M M M M M M M M M
    inf inf inf inf inf inf inf inf inf inf inf
  `,
} as const;
