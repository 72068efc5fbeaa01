/**
 * For each public function a good call, and for each of its arguments what is no good in its place. A new one needs an entry:
 * without one, `bad-input.test.ts` fails.
 */
import { getBackend } from "../evaluate.ts";
import { encodeNpy } from "../formats/numpy/npy.ts";
import { encodeNpz } from "../formats/numpy/npz.ts";
import { encodeSafetensors } from "../formats/safetensors/safetensors.ts";
import { ones, scalar } from "../ops/creation.ts";
import { Generator } from "../random/generator.ts";
import { tensor as makeTensor, type Tensor } from "../tensor.ts";

/** A value that the op takes, and values that it must reject. */
export interface Argument {
  readonly good: unknown;
  readonly bad: readonly unknown[];
}

const noTensors = [
  ...[undefined, null, "abc", {}, () => 1, 1n, [[1], [2, 3]], [1, "a"], [[1], 2]],
  ...[new BigInt64Array(2), new DataView(new ArrayBuffer(2)), [new Float32Array(2), new Float32Array(3)]],
];
const noIntegers = [0.5, Number.NaN, Number.POSITIVE_INFINITY, "a"];

function tensor(good: unknown): Argument {
  return { good, bad: noTensors };
}

/** A tensor of floats only. */
function floats(good: unknown, ...shape: readonly number[]): Argument {
  return { good, bad: [...noTensors, ones(shape, "int32"), ones(shape, "bool")] };
}

/** Indices, which are integers. */
function indices(good: unknown): Argument {
  return { good, bad: [...noTensors, [0.5], [Number.NaN], ones([1]), ones([1], "bool")] };
}

const noGraphValues = [undefined, null, 3, "abc", {}, [1]];

const namedTensors: Argument = {
  good: { x: [1], y: ones([2]) },
  bad: [undefined, null, 3, "abc", [1], { x: "abc" }, { x: undefined }],
};
const metadata: Argument = { good: { epoch: "3" }, bad: [null, 3, "abc", { epoch: 3 }] };
const noSources = [undefined, null, 3, {}, [], [1], () => 1];
/** A place of files that the machine looks into. */
const nowhere: Argument = {
  good: "document" in globalThis ? "indexeddb://nowhere/" : "nowhere/",
  bad: ["", undefined, null, 3, {}, [], () => 1],
};
const target: Argument = { good: { write: () => undefined }, bad: noSources };

/** Whatever comes is taken. */
function anything(good: unknown): Argument {
  return { good, bad: [] };
}

/** Tensors in an array. */
function tensors(good: readonly unknown[]): Argument {
  return { good, bad: [undefined, "abc", 1, {}, [undefined], ["abc"], [[[1], [2, 3]]]] };
}

/** One axis of a tensor of rank 5 at most. */
function axis(good: unknown): Argument {
  return { good, bad: [9, -9, null, ...noIntegers] };
}

/** One axis, several, or all. */
function axes(good: unknown): Argument {
  return { good, bad: [9, -9, [0, 0], [0.5], ["a"], {}, ...noIntegers] };
}

function shape(good: unknown): Argument {
  return { good, bad: [[-2], [1.5], [Number.NaN], ["a"], 3, null, undefined, "ab"] };
}

/** An integer of at least `least`. */
function count(good: number, least = 0): Argument {
  return { good, bad: [least - 1, null, ...noIntegers] };
}

function integer(good: number): Argument {
  return { good, bad: [null, ...noIntegers] };
}

function number(good: unknown, ...bad: readonly unknown[]): Argument {
  return { good, bad: ["a", null, {}, ...bad] };
}

/** The bounds of draws of the shape [2]: a number, or floats that broadcast. */
function parameter(good: unknown, ...bad: readonly unknown[]): Argument {
  return { good, bad: [...noTensors, Number.NaN, ones([3]), ...bad] };
}

/** Neither truthy values nor an object of options count as true. */
function flag(good: boolean): Argument {
  return { good, bad: [null, 1, "yes", {}, { keepDims: true }] };
}

function dtype(good: unknown, ...bad: readonly unknown[]): Argument {
  return { good, bad: ["float", 32, null, ...bad] };
}

function choice(good: unknown): Argument {
  return { good, bad: ["no such", 7, null] };
}

/** An argument for which null means the default. */
function optional({ good, bad }: Argument): Argument {
  return { good, bad: bad.filter((value) => value !== null) };
}

/** An object of options, each an argument of its own. */
function options(members: Readonly<Record<string, Argument>>): Argument {
  const good = Object.fromEntries(Object.entries(members).map(([name, member]) => [name, member.good]));
  const bad = Object.entries(members).flatMap(([name, member]) =>
    member.bad.filter((value) => value !== undefined).map((value) => ({ ...good, [name]: value })),
  );
  return { good, bad: [...bad, { ...good, misspelt: 1 }, null, "abc", 3] };
}

const matrix = ones([2, 3]);
const vector = ones([3]);
const square = makeTensor([
  [2, 1],
  [1, 2],
]);
const sequences = ones([1, 4, 2]);
const images = ones([1, 4, 4, 2]);
const volumes = ones([1, 4, 4, 4, 2]);

/** How files are read. */
const reading = options({
  maxBytes: { good: 1e6, bad: ["a", null, Number.NaN] },
  onProgress: { good: () => undefined, bad: [3, null, "abc"] },
  signal: { good: new AbortController().signal, bad: [3, null, {}] },
});

const one = [tensor(matrix)];
const two = [tensor(matrix), tensor(vector)];
const bits = [tensor(ones([2, 3], "int32")), tensor(ones([3], "int32"))];
const reduction = [tensor(matrix), axes(0), flag(true)];
const cumulation = [tensor(matrix), axis(1), options({ exclusive: flag(true), reverse: flag(true) })];

const lengths = { good: 2, bad: [0, -1, [1, 1, 1, 1], [0.5], null, {}, ...noIntegers] };
const paddings = { good: "same", bad: ["no such", -1, 0.5, Number.NaN, [[1]], [1, 2, 3, 4, 5], {}, null] };
const windows = { strides: { ...lengths, good: 1 }, padding: paddings, dilations: { ...lengths, good: 1 } };
const groups = count(1, 1);
const convolution = options({ ...windows, groups });
const transposed = options({
  ...windows,
  groups,
  outputPadding: { good: 0, bad: [-1, 0.5, "a", [0, 0, 0, 0]] },
});
const pooling = [
  lengths,
  options({
    strides: optional(windows.strides),
    padding: optional({ ...paddings, good: "valid" }),
    dilations: optional(windows.dilations),
  }),
];
const scale = { ...tensor(vector), bad: noTensors.filter((value) => value !== null) };
const epsilon = number(1e-3, -1, Number.NaN);
const normalization = { scale, offset: scale, epsilon };
const generator = { good: new Generator(1), bad: ["abc", 1, {}] };
const draws = options({ generator });
const mode = choice("add");
const identity = { good: <T>(x: T): T => x, bad: [undefined, null, 3, "abc", {}] };
const noFunctions = identity.bad;
const sorting = options({ descending: flag(true) });

export const signatures: Readonly<Record<string, readonly Argument[]>> = {
  abs: one,
  acos: one,
  acosh: one,
  asin: one,
  asinh: one,
  atan: one,
  atanh: one,
  ceil: one,
  cos: one,
  cosh: one,
  digamma: one,
  erf: one,
  erfc: one,
  erfinv: one,
  exp: one,
  expm1: one,
  floor: one,
  hardSigmoid: one,
  hardSwish: one,
  hardTanh: one,
  isFinite: one,
  isInf: one,
  isNaN: one,
  lgamma: one,
  log: one,
  log1p: one,
  log2: one,
  logSigmoid: one,
  logicalNot: one,
  mish: one,
  neg: one,
  reciprocal: one,
  relu: one,
  relu6: one,
  round: one,
  rsqrt: one,
  selu: one,
  sigmoid: one,
  sign: one,
  silu: one,
  sin: one,
  sinh: one,
  softplus: one,
  softsign: one,
  sqrt: one,
  square: one,
  stopGradient: one,
  tan: one,
  tanh: one,
  trunc: one,
  zerosLike: one,
  onesLike: one,
  nonzero: one,
  unique: one,
  bitwiseNot: [tensor(ones([2], "int32"))],

  add: two,
  atan2: two,
  div: two,
  divNoNan: two,
  equal: two,
  floorDiv: two,
  greater: two,
  greaterEqual: two,
  less: two,
  lessEqual: two,
  logicalAnd: two,
  logicalOr: two,
  logicalXor: two,
  maximum: two,
  minimum: two,
  mod: two,
  mul: two,
  notEqual: two,
  outer: two,
  pow: two,
  prelu: two,
  squaredDifference: two,
  sub: two,
  bitwiseAnd: bits,
  bitwiseOr: bits,
  bitwiseXor: bits,
  leftShift: bits,
  rightShift: bits,

  cast: [tensor(matrix), dtype("int32")],
  polygamma: [{ good: 1, bad: [-1, 101, null, undefined, ...noIntegers] }, tensor(matrix)],
  clip: [tensor(matrix), number(0, Number.NaN), number(1, Number.NaN)],
  where: [tensor(ones([3], "bool")), tensor(matrix), tensor(matrix)],
  leakyRelu: [tensor(matrix), number(0.2)],
  elu: [tensor(matrix), number(1)],
  celu: [tensor(matrix), number(1, 0)],
  gelu: [tensor(matrix), options({ approximate: flag(true) })],
  glu: [tensor(ones([2, 4])), axis(-1)],
  softmax: [floats(matrix, 2, 3), axis(-1)],
  logSoftmax: [floats(matrix, 2, 3), axis(-1)],
  sparsemax: [floats(matrix, 2, 3), axis(-1)],

  sum: reduction,
  prod: reduction,
  max: reduction,
  min: reduction,
  mean: reduction,
  any: reduction,
  all: reduction,
  logSumExp: reduction,
  countNonZero: reduction,
  moments: reduction,
  variance: [...reduction, number(1, Number.NaN, -1)],
  std: [...reduction, number(1, Number.NaN, -1)],
  norm: [tensor(matrix), choice("fro"), axes(0), flag(true)].with(1, {
    good: "fro",
    bad: ["no such", null, Number.NaN],
  }),
  argMax: [tensor(matrix), axis(0)],
  argMin: [tensor(matrix), axis(0)],
  cumsum: cumulation,
  cumprod: cumulation,
  cummax: cumulation,
  cummin: cumulation,
  linearRecurrence: [tensor(matrix), tensor(matrix), axis(0)],
  bincount: [indices([0, 1, 1]), { good: null, bad: ["abc", {}, [[1], [2, 3]]] }, count(3)],

  matmul: [tensor(matrix), tensor(ones([3, 2]))],
  dot: [tensor(matrix), tensor(ones([3, 2]))],
  tensordot: [
    tensor(matrix),
    tensor(ones([3, 2])),
    {
      good: 1,
      bad: [
        -1,
        0.5,
        3,
        "a",
        null,
        [[0], [0, 1]],
        [
          [0, 0],
          [0, 1],
        ],
        [[5], [0]],
      ],
    },
  ],
  einsum: [
    {
      good: "ij,jk->ik",
      bad: ["ij,jk", "ij->i", "i j k,jk->ik", "ij,jk->il", "ij,jk->ik->i", "1j,jk", 3, undefined].slice(1),
    },
    tensor(matrix),
    tensor(ones([3, 2])),
  ],

  conv1d: [tensor(sequences), tensor(ones([2, 2, 3])), convolution],
  conv2d: [tensor(images), tensor(ones([2, 2, 2, 3])), convolution],
  conv3d: [tensor(volumes), tensor(ones([2, 2, 2, 2, 3])), convolution],
  conv1dTranspose: [tensor(sequences), tensor(ones([2, 3, 2])), transposed],
  conv2dTranspose: [tensor(images), tensor(ones([2, 2, 3, 2])), transposed],
  conv3dTranspose: [tensor(volumes), tensor(ones([2, 2, 2, 3, 2])), transposed],
  depthwiseConv1d: [tensor(sequences), tensor(ones([2, 2, 3])), options(windows)],
  depthwiseConv2d: [tensor(images), tensor(ones([2, 2, 2, 3])), options(windows)],
  separableConv1d: [tensor(sequences), tensor(ones([2, 2, 3])), tensor(ones([1, 6, 4])), options(windows)],
  separableConv2d: [tensor(images), tensor(ones([2, 2, 2, 3])), tensor(ones([1, 1, 6, 4])), options(windows)],
  maxPool1d: [tensor(sequences), ...pooling],
  maxPool2d: [tensor(images), ...pooling],
  maxPool3d: [tensor(volumes), ...pooling],
  averagePool1d: [floats(sequences, 1, 4, 2), ...pooling],
  averagePool2d: [floats(images, 1, 4, 4, 2), ...pooling],
  averagePool3d: [floats(volumes, 1, 4, 4, 4, 2), ...pooling],
  globalMaxPool: [tensor(images), flag(true)],
  globalAveragePool: [tensor(images), flag(true)],
  adaptiveMaxPool: [tensor(images), lengths],
  adaptiveAveragePool: [tensor(images), lengths],

  batchNorm: [
    floats(matrix, 2, 3),
    tensor(vector),
    tensor(vector),
    options({ ...normalization, axis: axis(-1) }),
  ],
  layerNorm: [floats(matrix, 2, 3), options({ ...normalization, axis: axes(-1) })],
  rmsNorm: [floats(matrix, 2, 3), options({ ...normalization, axis: axes(-1) })],
  groupNorm: [floats(ones([2, 3]), 2, 3), count(3, 1), options(normalization)],
  softmaxCrossEntropy: [tensor(matrix), floats(matrix, 2, 3)],
  sigmoidCrossEntropy: [tensor(matrix), floats(matrix, 2, 3)],
  sparseSoftmaxCrossEntropy: [indices([0, 1]), floats(matrix, 2, 3)],
  scaledDotProductAttention: [
    tensor(ones([2, 3])),
    tensor(ones([4, 3])),
    tensor(ones([4, 5])),
    options({
      mask: { good: null, bad: ["abc", {}, [[1], [2, 3]]] },
      causal: flag(true),
      scale: { good: 1, bad: ["a", {}, Number.NaN] },
    }),
  ],
  ctcLoss: [
    indices([[1]]),
    floats(ones([1, 2, 2]), 1, 2, 2),
    indices([1]),
    indices([2]),
    options({ blankIndex: { good: 0, bad: [2, -3, ...noIntegers] } }),
  ],
  dropout: [floats(matrix, 2, 3), number(0.5, -0.1, 1, Number.NaN), draws],
  embeddingLookup: [tensor(matrix), indices([0])],

  reshape: [
    tensor(matrix),
    { good: [6], bad: [[-2, 3], [4], [-1, -1], [1.5, 4], [Number.NaN], ["a"], 3, null, undefined, [-1, 4]] },
  ],
  transpose: [
    tensor(matrix),
    { good: [1, 0], bad: [[0], [0, 0], [0, 2], [0.5, 1], ["a", 0], 1, "ab", null] },
  ],
  expandDims: [tensor(matrix), axis(0)],
  squeeze: [tensor(ones([1, 2, 1])), axes(0)],
  broadcastTo: [tensor(matrix), shape([4, 2, 3])],
  concat: [tensors([matrix, matrix]), axis(0)],
  stack: [tensors([matrix, matrix]), axis(0)],
  unstack: [tensor(matrix), axis(0)],
  split: [
    tensor(matrix),
    { good: 3, bad: [0, -1, 2, [1, 1], [-1, -1], [4, -1], [1.5, 1.5], null, "a", ...noIntegers] },
    axis(1),
  ],
  slice: [
    tensor(matrix),
    {
      good: [0],
      bad: [
        [2],
        [-3],
        [0.5],
        [0, 0, 0],
        ["...", "..."],
        [[0, 1, 0]],
        [[0.5]],
        [[0, 1, 1, 1]],
        ["a"],
        [["a"]],
        3,
        undefined,
      ],
    },
  ],
  pad: [
    tensor(matrix),
    {
      good: [
        [1, 1],
        [0, 0],
      ],
      bad: [
        [[1, 1]],
        [
          [-1, 0],
          [0, 0],
        ],
        [
          [0.5, 0],
          [0, 0],
        ],
        [[1], [1]],
        [1, 1],
        1,
        undefined,
        [
          [1, 1, 1],
          [0, 0, 0],
        ],
      ],
    },
    options({ mode: choice("constant"), value: number(0) }),
  ],
  tile: [tensor(matrix), { good: [2, 2], bad: [[-1], [0.5], ["a"], [Number.NaN], 2, undefined] }],
  repeat: [
    tensor(matrix),
    { good: 2, bad: [-1, 0.5, [1, 2], "a", null, [-1, 1, 1], undefined] },
    optional(axis(1)),
  ],
  flip: [tensor(matrix), axes(0)],
  roll: [
    tensor(matrix),
    { good: 1, bad: [0.5, [1, 2], "a", null, undefined] },
    { good: 0, bad: [9, -9, [0.5], ["a"], {}, ...noIntegers] },
  ],
  gather: [tensor(matrix), indices([0]), axis(1), count(0)],
  gatherND: [tensor(matrix), indices([[0, 0]])],
  takeAlongAxis: [tensor(matrix), indices([[0]]), axis(1)],
  scatter: [tensor(vector), indices([0]), tensor([1]), options({ axis: axis(0), mode })],
  scatterND: [indices([[0]]), tensor([1]), shape([3]), mode],
  putAlongAxis: [tensor(matrix), indices([[0]]), tensor([[1]]), options({ axis: axis(0), mode })],
  segmentSum: [tensor(vector), indices([0, 0, 1]), count(2)],
  segmentMax: [tensor(vector), indices([0, 0, 1]), count(2)],
  segmentMin: [tensor(vector), indices([0, 0, 1]), count(2)],
  sort: [tensor(matrix), axis(0), sorting],
  argsort: [tensor(matrix), axis(0), sorting],
  topK: [tensor(matrix), { good: 1, bad: [4, -1, null, ...noIntegers] }],
  searchSorted: [tensor([1, 2]), tensor([1, 2]), choice("left")],
  booleanMask: [tensor(vector), tensor([true, false, true]), axis(0)],
  depthToSpace: [tensor(ones([1, 2, 2, 4])), count(2, 1)],
  spaceToDepth: [tensor(ones([1, 2, 2, 4])), count(2, 1)],
  resize: [
    tensor(images),
    { good: [2, 2], bad: [[2], [0, 1], [0.5, 1], 2, undefined, ["a", 1]] },
    options({ interpolation: choice("nearest") }),
  ],
  cropAndResize: [
    tensor(images),
    tensor([[0, 0, 1, 1]]),
    indices([0]),
    { good: [2, 2], bad: [[2], [0, 1], [0.5, 1], 2, undefined, ["a", 1]] },
    number(0),
  ],

  tensor: [tensor(6), { good: [], bad: [[2], [-1], [0.5], 3, null, ["a"]] }, dtype("float32")],
  scalar: [{ good: 1, bad: ["a", null, undefined, {}, [1, 2]] }, dtype("float32")],
  zeros: [shape([2]), dtype("float32")],
  ones: [shape([2]), dtype("float32")],
  full: [shape([2]), number(1), dtype("float32")],
  fullLike: [tensor(matrix), number(1)],
  arange: [number(0, Number.NaN), number(3, Number.NaN), number(1, 0, Number.NaN), optional(dtype("int32"))],
  linspace: [number(0), number(1), count(3), dtype("float32")],
  eye: [count(2), count(2), integer(0), dtype("float32")],
  tri: [count(2), count(2), integer(0), dtype("float32")],
  tril: [tensor(matrix), integer(0)],
  triu: [tensor(matrix), integer(0)],
  diag: [tensor(matrix), integer(0)],
  oneHot: [tensor([0, 1]), count(2), dtype("float32")],
  meshgrid: [tensors([[1, 2], [3]]), choice("ij")],
  hannWindow: [count(4, 1), dtype("float32", "int32")],

  cholesky: [tensor(square)],
  det: [tensor(square)],
  slogdet: [tensor(square)],
  inverse: [tensor(square)],
  eigh: [tensor(square)],
  matrixFunction: [tensor(square), identity],
  qr: [tensor(square)],
  svd: [tensor(square), options({ fullMatrices: flag(true) })],
  pinv: [tensor(square), { good: 1e-6, bad: [-1, Number.NaN, "a"] }],
  solve: [tensor(square), tensor([1, 1])],
  lstsq: [tensor(square), tensor([1, 1])],
  triangularSolve: [tensor(square), tensor([1, 1]), options({ lower: flag(true), transposed: flag(true) })],
  fft: [tensor(vector)],
  ifft: [tensor(vector)],
  rfft: [tensor(vector)],
  irfft: [tensor(vector), { good: 4, bad: [7, 0, -1, ...noIntegers] }],
  stft: [
    tensor(ones([8])),
    count(4, 1),
    count(2, 1),
    options({ fftLength: count(4, 1), window: { good: ones([4]), bad: ["abc", {}, ones([3])] } }),
  ],

  uniform: [
    shape([2]),
    options({
      minimum: parameter(0),
      maximum: parameter(1),
      dtype: dtype("float32", "int32"),
      generator,
    }),
  ],
  normal: [
    shape([2]),
    options({
      mean: parameter(0),
      standardDeviation: parameter(1, -1),
      dtype: dtype("float32", "int32"),
      generator,
    }),
  ],
  truncatedNormal: [
    shape([2]),
    options({
      mean: parameter(0),
      standardDeviation: parameter(1, -1),
      dtype: dtype("float32", "int32"),
      generator,
    }),
  ],
  randint: [shape([2]), integer(0), integer(5), options({ dtype: dtype("int32", "float32"), generator })],
  bernoulli: [shape([2]), { ...tensor(0.5), bad: noTensors.slice(1) }, draws],
  categorical: [floats(matrix, 2, 3), count(2), draws],
  permutation: [{ ...tensor(4), bad: [...noTensors, -1, 0.5, scalar(3)] }, draws],
  gamma: [shape([2]), tensor(1), { ...tensor(1), bad: noTensors.slice(1) }, draws],
  beta: [shape([2]), tensor(1), tensor(1), draws],

  grad: [identity],
  valueAndGrad: [identity],
  checkpoint: [identity],
  customGradient: [identity],
  jit: [identity],
  gradients: [
    { good: ones([2]), bad: noGraphValues },
    { good: [ones([2])], bad: [undefined, 3, [3], ["abc"], [ones([2], "int32")]] },
  ],
  jvp: [identity],
  hvp: [identity],
  jacobian: [identity],
  hessian: [identity],
  cond: [
    tensor(true),
    { good: () => scalar(1), bad: noFunctions },
    { good: () => scalar(2), bad: noFunctions },
  ],
  vmap: [
    identity,
    options({
      inAxes: { good: 0, bad: [0.5, "a", {}, [0.5], ["a"]] },
      outAxes: { good: 0, bad: [0.5, "a", null, {}] },
    }),
  ],
  map: [identity, { good: ones([2]), bad: [undefined, 3, "abc", () => 1, scalar(1)] }],
  scan: [
    {
      good: (carry: Tensor, x: Tensor) => [carry.add(x), null],
      bad: [...noFunctions, (carry: Tensor) => carry],
    },
    { good: scalar(0), bad: [3, "abc", () => 1] },
    { good: ones([2]), bad: [3, "abc", () => 1, scalar(1)] },
    options({ length: count(2), reverse: flag(true) }),
  ],
  whileLoop: [
    {
      good: (x: Tensor) => x.less(1),
      bad: [...noFunctions, (x: Tensor) => x, () => undefined, () => [true]],
    },
    { good: (x: Tensor) => x.add(1), bad: [...noFunctions, (x: Tensor) => x.expandDims(0)] },
    { good: scalar(0), bad: [3, "abc", () => 1] },
  ],
  evaluate: [{ good: ones([2]), bad: noGraphValues }],
  describeGraph: [{ good: ones([2]), bad: noGraphValues }, options({ format: choice("text") })],
  describeProgram: [{ good: ones([2]), bad: [undefined, null, 3, "abc", {}] }],
  variable: [tensor(matrix), options({ name: anything("weights"), trainable: flag(true) })],
  encodeHalf: [
    { good: [1, Number.NaN], bad: [undefined, null, 3, "abc", {}, ["a"], [[1]]] },
    dtype("float16", "float32"),
  ],
  decodeHalf: [
    { good: Uint16Array.of(1), bad: [undefined, null, 3, "abc", {}, [1], Float32Array.of(1)] },
    dtype("bfloat16", "float32"),
  ],
  encodeNpy: [tensor(matrix)],
  encodeNpz: [namedTensors, options({ level: { good: 9, bad: [-1, 10, ...noIntegers] } })],
  encodeSafetensors: [namedTensors, options({ metadata })],
  loadNpy: [{ good: { read: () => encodeNpy([1]) }, bad: noSources }, reading],
  loadNpz: [{ good: { read: () => encodeNpz({ x: 1 }) }, bad: noSources }, reading],
  loadSafetensors: [{ good: { read: () => encodeSafetensors({ x: 1 }) }, bad: noSources }, reading],
  loadSafetensorsHeader: [{ good: { read: () => encodeSafetensors({ x: 1 }) }, bad: noSources }, reading],
  listFiles: [nowhere],
  removeFile: [nowhere],
  saveNpy: [target, tensor(matrix)],
  saveNpz: [target, namedTensors, options({ level: count(0) })],
  saveSafetensors: [target, namedTensors, options({ metadata })],
  setBackend: [choice(getBackend())],
  setSeed: [{ good: 1, bad: [null, ...noIntegers] }],
  shuffledIndices: [count(3), anything(1)],
};

/** Ops of two operands that meet element by element. */
export const broadcastingOps = Object.keys(signatures).filter(
  (name) => (signatures[name] === two || signatures[name] === bits) && name !== "outer",
);
