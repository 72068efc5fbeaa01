/**
 * Calls that are wrong in the way that an op's own rule forbids: shapes that do not fit each other, dtypes, values; with the
 * whole message. What is wrong whatever the op is in `signatures.ts`.
 */
import * as core from "../index.ts";

const { ones, tensor } = core;
const integers = (shape: core.Shape): core.Tensor => ones(shape, "int32");
const bools = (shape: core.Shape): core.Tensor => ones(shape, "bool");

export const badCalls: readonly (readonly [call: () => unknown, message: string])[] = [
  [
    () => core.bitwiseAnd(ones([2]), ones([2])),
    'bitwiseAnd: does not take float32; accepted are "bool", "int32" or "uint8"',
  ],
  [
    () => core.leftShift(bools([2]), bools([2])),
    'leftShift: does not take bool; accepted are "int32" or "uint8"',
  ],
  [
    () => core.bitwiseNot(ones([2])),
    'bitwiseNot: does not take float32; accepted are "int32", "uint8" or "bool"',
  ],
  [() => core.where(ones([2]), 1, 2), "where: the condition is float32; it must be bool"],
  [
    () => core.where(bools([2]), ones([3]), 1),
    "where: the shapes [2] and [3] do not broadcast: dimension -1 is 2 and 3; they must be equal, or one of them 1",
  ],
  [() => core.clip([1], 2, 1), "clip: the bounds are 2 and 1; the first must not be above the second"],
  [
    () => core.matmul(ones([2, 3]), ones([2, 3])),
    "matmul: the inner dimensions differ: [2, 3] × [2, 3] (3 and 2)",
  ],
  [() => core.matmul(1, ones([2])), "matmul: takes vectors and matrices, not scalars: [] × [2]"],
  [
    () => core.matmul(ones([2, 2, 3]), ones([3, 3, 2])),
    "matmul: the shapes [2] and [3] do not broadcast: dimension -1 is 2 and 3; they must be equal, or one of them 1",
  ],
  [() => core.dot(ones([2]), ones([3])), "dot: the summed axes differ: [2] · [3] (2 and 3)"],
  [() => core.dot(ones([2]), ones([2, 3, 2])), "dot: the summed axes differ: [2] · [2, 3, 2] (2 and 3)"],
  [() => core.dot(ones([3, 4]), ones([3, 4])), "dot: the summed axes differ: [3, 4] · [3, 4] (4 and 3)"],
  [
    () => core.tensordot(ones([2, 3]), ones([2, 3]), 1),
    "tensordot: axis 1 of [2, 3] and axis 0 of [2, 3] differ: 3 and 2",
  ],
  [
    () => core.einsum("ij,jk->ik", ones([2, 3]), ones([2, 3])),
    'einsum: in "ij,jk->ik" the axes named "j" have the sizes 3 and 2; the operands are [2, 3] and [2, 3]',
  ],
  [
    () => core.einsum("ij,jk", ones([2])),
    'einsum: "ij,jk" does not fit the operands [2]: it names 2 operands, and 1 were given',
  ],
  [
    () => core.einsum("ij->ik", ones([2, 2])),
    'einsum: "ij->ik" does not fit the operands [2, 2]: no operand has the axis "k" of the result',
  ],
  [
    () => core.softmax(ones([2]), 1),
    "softmax: axis 1 is out of range for rank 1; accepted are the integers -1 to 0",
  ],
  [() => core.sum(ones([2]), [0, -1]), "sum: the axes [0, -1] name an axis twice"],
  [
    () => core.argMax(ones([2]), 1),
    "argMax: axis 1 is out of range for rank 1; accepted are the integers -1 to 0",
  ],
  [() => core.max(ones([0, 3]), 0), "max: axis 0 of [0, 3] has no elements; it must have one at least"],
  [
    () => core.conv2d(ones([1, 4, 4, 2]), ones([2, 2, 3, 1])),
    "conv2d: the kernel [2, 2, 3, 1] does not fit the image [1, 4, 4, 2]; it must have 2 window sizes, then 2 channels, then the features",
  ],
  [
    () => core.conv2d(ones([4, 4, 2]), ones([2, 2, 2, 1])),
    "conv2d: takes images [batch, height, width, channels], not [4, 4, 2]",
  ],
  [
    () => core.conv2d(ones([1, 4, 4, 2]), ones([5, 5, 2, 1])),
    "conv2d: a window of [5, 5] with dilations [1, 1] covers 5 elements, and the padded image [4, 4] has 4 along dimension 0",
  ],
  [
    () => core.conv2d(ones([1, 4, 4, 2]), ones([2, 2, 2, 3]), { groups: 2 }),
    "conv2d: the kernel [2, 2, 2, 3] does not fit the image [1, 4, 4, 2]; it must have 2 window sizes, then 2 / 2 channels, then the features, which 2 divides",
  ],
  [
    () => core.conv1dTranspose(ones([1, 4, 2]), ones([2, 3, 1])),
    "conv1dTranspose: the kernel [2, 3, 1] does not fit the image [1, 4, 2]; it must have 1 window sizes, then the features, then 2 channels",
  ],
  [
    () => core.depthwiseConv2d(ones([1, 4, 4, 2]), ones([2, 2, 3, 1])),
    "depthwiseConv2d: the kernel [2, 2, 3, 1] does not fit the image [1, 4, 4, 2]; it must have 2 window sizes, then 2 channels, then the features of each",
  ],
  [
    () => core.separableConv2d(ones([1, 4, 4, 2]), ones([2, 2, 2, 3]), ones([1, 1, 5, 4])),
    "separableConv2d: the kernel [1, 1, 5, 4] does not fit the image [1, 3, 3, 6]; it must have 2 window sizes, then 6 channels, then the features",
  ],
  [
    () => core.conv2d(ones([1, 4, 4, 2]), ones([0, 2, 2, 3])),
    "conv2d: the kernel [0, 2, 2, 3] has an empty window; its sizes must be at least 1",
  ],
  [
    () => core.conv2d(ones([1, 4, 4, 2]), ones([2, 2, 2])),
    "conv2d: the kernel [2, 2, 2] does not fit the image [1, 4, 4, 2]; it must have 2 window sizes, then 2 channels, then the features",
  ],
  [
    () => core.separableConv2d(ones([1, 4, 4, 2]), ones([2, 2, 3, 3]), ones([1, 1, 6, 4])),
    "separableConv2d: the kernel [2, 2, 3, 3] does not fit the image [1, 4, 4, 2]; it must have 2 window sizes, then 2 channels, then the features of each",
  ],
  [
    () => core.maxPool2d(ones([1, 4, 4, 2]), 5),
    "maxPool2d: a window of [5, 5] with dilations [1, 1] covers 5 elements, and the padded image [4, 4] has 4 along dimension 0",
  ],
  [
    () => core.maxPool2d(ones([4, 4]), 2),
    "maxPool2d: takes images [batch, height, width, channels], not [4, 4]",
  ],
  [
    () => core.averagePool1d(ones([1, 4, 2]), 2, { padding: [[3, 3]] }),
    "averagePool1d: a padding of 3 and 3 hides whole windows, of 2 elements at a distance of 1 in an image of 4; it must be less, or the distance",
  ],
  [() => core.globalMaxPool(ones([2, 3])), "globalMaxPool: takes images [batch, ..., channels], not [2, 3]"],
  [
    () => core.adaptiveMaxPool(ones([1, 0, 2]), 1),
    "adaptiveMaxPool: the image [1, 0, 2] has no elements to pool",
  ],
  [
    () => core.batchNorm(ones([2, 3]), ones([2]), ones([3])),
    "batchNorm: takes vectors of 3 elements for axis -1 of [2, 3], not [2]",
  ],
  [
    () => core.layerNorm(ones([2, 3]), { scale: ones([2]) }),
    "layerNorm: the shapes [2] and [2, 3] do not broadcast: dimension -1 is 2 and 3; they must be equal, or one of them 1",
  ],
  [
    () => core.groupNorm(ones([2, 3]), 2),
    "groupNorm: takes [batch, ..., channels] with channels that 2 groups divide, not [2, 3]",
  ],
  [
    () => core.layerNorm(ones([2, 3]), { scale: ones([4, 2, 3]) }),
    "layerNorm: the scale [4, 2, 3] does not broadcast to [2, 3]",
  ],
  [
    () => core.softmaxCrossEntropy(ones([2, 3]), ones([3, 2])),
    "softmaxCrossEntropy: the labels have the shape [2, 3], the logits [3, 2]; they must be the same",
  ],
  [
    () => core.sparseSoftmaxCrossEntropy([1, 2], ones([3, 4])),
    "sparseSoftmaxCrossEntropy: the labels have the shape [2]; for logits of [3, 4] it must be [3]",
  ],
  [
    () => core.sparseSoftmaxCrossEntropy(ones([2]), ones([2, 4])),
    "sparseSoftmaxCrossEntropy: the labels are float32; they must be int32 or uint8",
  ],
  [
    () => core.sigmoidCrossEntropy(ones([2]), ones([3])),
    "sigmoidCrossEntropy: the shapes [2] and [3] do not broadcast: dimension -1 is 2 and 3; they must be equal, or one of them 1",
  ],
  [
    () => core.softmaxCrossEntropy(1, tensor(1)),
    "softmaxCrossEntropy: axis -1 is out of range for rank 0; a scalar has no axes",
  ],
  [
    () => core.scaledDotProductAttention(ones([2, 3]), ones([4, 5]), ones([4, 5])),
    "scaledDotProductAttention: takes [..., T, D], [..., S, D] and [..., S, E], not [2, 3], [4, 5], [4, 5]",
  ],
  [
    () => core.scaledDotProductAttention(ones([2, 2, 3]), ones([3, 4, 3]), ones([4, 5])),
    "scaledDotProductAttention: the shapes [2] and [3] do not broadcast: dimension -1 is 2 and 3; they must be equal, or one of them 1",
  ],
  [
    () => core.scaledDotProductAttention(ones([2, 3]), ones([4, 3]), ones([4, 5]), { mask: bools([3, 3]) }),
    "scaledDotProductAttention: the shapes [3, 3] and [2, 4] do not broadcast: dimension -1 is 3 and 4; they must be equal, or one of them 1",
  ],
  [
    () => core.scaledDotProductAttention(ones([2, 3]), ones([4, 3]), ones([4, 5]), { mask: ones([3, 3]) }),
    "scaledDotProductAttention: the shapes [3, 3] and [2, 4] do not broadcast: dimension -1 is 3 and 4; they must be equal, or one of them 1",
  ],
  [
    () => core.scaledDotProductAttention(ones([2, 2, 3]), ones([4, 3]), ones([3, 4, 5])),
    "scaledDotProductAttention: the shapes [2] and [3] do not broadcast: dimension -1 is 2 and 3; they must be equal, or one of them 1",
  ],
  [() => core.reshape(ones([2, 3]), [4]), "reshape: [2, 3] has 6 elements, [4] has 4; they must be as many"],
  [() => core.reshape(ones([2, 3]), [-1, 4]), "reshape: [2, 3] has 6 elements, which do not fill [-1, 4]"],
  [() => core.reshape(ones([0]), [-1, 0]), "reshape: [0] has 0 elements, which do not fill [-1, 0]"],
  [
    () => core.transpose(ones([2, 3]), [0, 0]),
    "transpose: the permutation [0, 0] must name each axis of [2, 3] once",
  ],
  [() => core.squeeze(ones([2]), 0), "squeeze: axis 0 of [2] has the size 2; it must be 1"],
  [
    () => core.broadcastTo(ones([2]), [3]),
    "broadcastTo: the shapes [2] and [3] do not broadcast: dimension -1 is 2 and 3; they must be equal, or one of them 1",
  ],
  [
    () => core.concat([ones([2, 3]), ones([2, 2])]),
    "concat: the shapes [2, 3] and [2, 2] differ outside axis 0",
  ],
  [() => core.concat([ones([2, 3]), ones([2])]), "concat: the shapes [2, 3] and [2] differ outside axis 0"],
  [() => core.concat([]), "concat: was given no tensors; it takes one at least"],
  [() => core.stack([ones([2]), ones([3])]), "stack: the shapes [2] and [3] differ; they must be the same"],
  [() => core.split(ones([3]), 2), "split: 2 equal parts do not fill axis 0 of [3], of size 3"],
  [() => core.split(ones([0]), 2 ** 31), "split: 2147483648 parts of [0]; there can be 1048576 at most"],
  [() => core.unstack(ones([2 ** 21])), "unstack: 2097152 parts of [2097152]; there can be 1048576 at most"],
  [
    () => core.slice(ones([2]), [5]),
    "slice: index 5 is out of range for axis 0 of size 2; accepted are the integers -2 to 1",
  ],
  [
    () => core.pad(ones([2]), [[3, 0]], { mode: "reflect" }),
    'pad: axis 0 of [2] is too short for 3 and 0 elements in the mode "reflect", which allows 1',
  ],
  [
    () => core.repeat(ones([3]), [1, 2], 0),
    "repeat: 2 counts for axis 0 of [3], which has 3 elements; there must be one for each, or one for all",
  ],
  [() => core.roll(ones([3]), [1, 2], [0]), "roll: 2 shifts for 1 axes; there must be one for each"],
  [() => core.concat([1, 2]), "concat: axis 0 is out of range for rank 0; a scalar has no axes"],
  [
    () => core.gather(ones([2]), [0], 0, 1),
    "gather: batchDims is 1; for axis 0 and indices of rank 1 accepted are the integers 0 to 0",
  ],
  [
    () => core.gather(ones([2, 3]), integers([3, 1]), 1, 1),
    "gather: the first 1 axes of [2, 3] and [3, 1] differ",
  ],
  [
    () => core.gatherND(ones([2]), integers([1, 3])),
    "gatherND: indices [1, 3] name 3 axes of [2]; their last axis must be at least 1 and at most the rank",
  ],
  [
    () => core.takeAlongAxis(ones([2, 3]), integers([2])),
    "takeAlongAxis: x [2, 3] and the indices [2] must have the same rank",
  ],
  [
    () => core.takeAlongAxis(ones([2, 3]), integers([3, 3])),
    "takeAlongAxis: the shapes [2, 1] and [3, 1] do not broadcast: dimension -2 is 2 and 3; they must be equal, or one of them 1",
  ],
  [() => core.scatter(ones([3]), [0], ones([2])), "scatter: the updates [2] do not broadcast to [1]"],
  [
    () => core.scatterND(integers([1, 1]), ones([2]), [3]),
    "scatterND: the updates [2] do not broadcast to [1]",
  ],
  [
    () => core.putAlongAxis(ones([2, 3]), integers([2, 1]), ones([3, 1])),
    "putAlongAxis: the updates [3, 1] do not broadcast to [2, 1]",
  ],
  [
    () => core.segmentSum(ones([3]), [0, 1], 2),
    "segmentSum: the segment ids [2] must have the shape of the first axes of [3]",
  ],
  [
    () => core.bincount([1, 2], ones([3]), 2),
    "bincount: the segment ids [2] must have the shape of the first axes of [3]",
  ],
  [
    () => core.segmentSum(ones([3]), integers([3, 1]), 2),
    "segmentSum: the segment ids [3, 1] must have the shape of the first axes of [3]",
  ],
  [() => core.topK(ones([2]), 3), "topK: k is 3; for [2] accepted are the integers 0 to 2"],
  [() => core.topK(tensor(1)), "topK: k is 1; for [] accepted are the integers 0 to the size of a last axis"],
  [
    () => core.searchSorted(ones([2, 3]), ones([3, 2])),
    "searchSorted: takes numbers [N] or [..., N] and values [..., K] with the same leading axes, not [2, 3] and [3, 2]",
  ],
  [
    () => core.booleanMask(ones([2]), [true]),
    "booleanMask: the mask [1] must have the shape of axes of [2] from 0 on",
  ],
  [() => core.embeddingLookup(ones([2]), [0]), "embeddingLookup: takes a table [N, D], not [2]"],
  [
    () => core.depthToSpace(ones([1, 2, 2, 3]), 2),
    "depthToSpace: takes [batch, height, width, channels] that blocks of 2 × 2 divide, not [1, 2, 2, 3]",
  ],
  [
    () => core.spaceToDepth(ones([1, 3, 2, 3]), 2),
    "spaceToDepth: takes [batch, height, width, channels] that blocks of 2 × 2 divide, not [1, 3, 2, 3]",
  ],
  [
    () => core.resize(ones([4, 4]), [2, 2]),
    "resize: takes images [batch, height, width, channels], not [4, 4]",
  ],
  [
    () => core.cropAndResize(ones([1, 4, 4, 1]), ones([2, 3]), [0], [2, 2]),
    "cropAndResize: takes boxes [N, 4] and box indices [N], not [2, 3] and [1]",
  ],
  [() => core.glu(ones([3])), "glu: axis -1 of [3] has the size 3; it must be even"],
  [
    () => core.tensor([[1, 2], [3]]),
    "tensor: the nested arrays are ragged; the first elements say [2, 2], others differ",
  ],
  [() => core.tensor([1, 2], [3]), "tensor: 2 values do not fill the shape [3], which has 3"],
  [() => core.tensor(ones([2]), [3]), "tensor: 2 values do not fill the shape [3], which has 3"],
  [
    () => core.tensor(Uint32Array.of(4_000_000_000)),
    'tensor: a Uint32Array becomes int32, which does not hold its 4000000000; give a float dtype, as in tensor(values, shape, "float64")',
  ],
  [() => core.diag(ones([1, 1, 1])), "diag: takes a vector or a matrix, not [1, 1, 1]"],
  [() => core.tril(ones([3])), "tril: takes matrices [..., M, N], not [3]"],
  [() => core.meshgrid([ones([2, 2])]), "meshgrid: takes vectors, not [2, 2]"],
  [() => core.linspace(0, 1, -1), "linspace: the count is -1; it must be an integer of at least 0"],
  [() => core.arange(0, 3, 0), "arange: start 0, stop 3 and step 0 must be finite, and the step not 0"],
  [() => core.cholesky(ones([2, 3])), "cholesky: takes square matrices [..., N, N], not [2, 3]"],
  [() => core.det(ones([2])), "det: takes square matrices [..., N, N], not [2]"],
  [() => core.inverse(ones([2, 3])), "inverse: takes square matrices [..., N, N], not [2, 3]"],
  [() => core.slogdet(ones([2, 3])), "slogdet: takes square matrices [..., N, N], not [2, 3]"],
  [() => core.eigh(ones([2, 3])), "eigh: takes square matrices [..., N, N], not [2, 3]"],
  [() => core.qr(ones([3])), "qr: takes matrices [..., M, N], not [3]"],
  [
    () => core.solve(ones([2, 2]), ones([3])),
    "solve: takes [..., N, N] and [..., N, K] or [N], not [2, 2] and [3]",
  ],
  [
    () => core.lstsq(ones([3, 2]), ones([2])),
    "lstsq: takes [..., M, N] and [..., M, K] or [M], not [3, 2] and [2]",
  ],
  [
    () => core.triangularSolve(ones([2, 2]), ones([3])),
    "triangularSolve: takes [..., N, N] and [..., N, K] or [N], not [2, 2] and [3]",
  ],
  [
    () => core.solve(ones([2, 2, 2]), ones([3, 2, 1])),
    "solve: the shapes [2] and [3] do not broadcast: dimension -1 is 2 and 3; they must be equal, or one of them 1",
  ],
  [() => core.lstsq(ones([2, 3]), ones([2]), -1), "lstsq: rcond is -1; it must be a number of at least 0"],
  [
    () => core.lstsq(ones([2, 3, 2]), ones([3, 3, 1])),
    "lstsq: the shapes [2] and [3] do not broadcast: dimension -1 is 2 and 3; they must be equal, or one of them 1",
  ],
  [() => core.fft(tensor(1)), "fft: takes [..., N] with at least one element in a row, not []"],
  [
    () => core.fft({ real: [1], imaginary: [1, 2] }),
    "fft: the parts have the shapes [1] and [2]; they must be the same",
  ],
  [
    () => core.irfft(ones([3]), 7),
    "irfft: 3 elements are not the spectrum of 7 numbers; accepted are 4 and 5",
  ],
  [
    () => core.stft(ones([8]), 4, 2, { fftLength: 3 }),
    "stft: the frame's length is 4, the step 2 and the transform's length 3; they must be integers of at least 1, the last not less than the first",
  ],
  [() => core.rfft([]), "rfft: takes [..., N] with at least one element in a row, not [0]"],
  [
    () => core.uniform([2], { dtype: "int32" }),
    'uniform: draws floats, not int32; accepted are "float32", "float64", "float16" or "bfloat16"',
  ],
  [
    () => core.randint([2], 3, 3),
    "randint: the bounds are 3 and 3; they must be integers, the first below the second",
  ],
  [() => core.bernoulli([2], 1.5), "bernoulli: the probability is 1.5; it must be at least 0 and at most 1"],
  [
    () => core.bernoulli([2], [0.1, 0.2, 0.3]),
    "bernoulli: the shapes [2] and [3] do not broadcast: dimension -1 is 2 and 3; they must be equal, or one of them 1",
  ],
  [() => core.categorical(tensor(1), 2), "categorical: takes logits [..., K] of at least one class, not []"],
  [
    () => core.gamma([2], [1, 2, 3]),
    "gamma: the shapes [2] and [3] do not broadcast: dimension -1 is 2 and 3; they must be equal, or one of them 1",
  ],
  [
    () => core.beta([2], [1, 2, 3], 1),
    "beta: the shapes [2] and [3] do not broadcast: dimension -1 is 2 and 3; they must be equal, or one of them 1",
  ],
  [() => core.dropout(ones([2]), 1), "dropout: the rate is 1; it must be at least 0 and below 1"],
  [() => core.permutation(-1), "permutation: the count is -1; it must be an integer of at least 0"],
  [
    () => core.linearRecurrence(ones([2]), ones([3])),
    "linearRecurrence: the shapes [2] and [3] differ; they must be the same",
  ],
  [
    () => core.sparsemax(integers([2])),
    'sparsemax: does not take int32; accepted are "float32", "float64", "float16" or "bfloat16"',
  ],
  [() => core.cumsum(1), "cumsum: axis 0 is out of range for rank 0; a scalar has no axes"],
  [
    () => core.expandDims(ones([2]), 3),
    "expandDims: axis 3 is out of range for rank 2; accepted are the integers -2 to 1",
  ],
  [() => core.oneHot([1], -1), "oneHot: [-1] is no shape; dimensions are integers of at least 0"],
  [() => core.unstack(1), "unstack: axis 0 is out of range for rank 0; a scalar has no axes"],
  [() => core.tile(ones([2]), [-1]), "tile: the counts [-1] must be integers of at least 0"],
  [() => core.hannWindow(0), "hannWindow: the length is 0; it must be an integer of at least 1"],
  [
    () => core.gradients(integers([2]), [ones([2])]),
    'gradients: the result is int32; it must be "float32", "float64", "float16" or "bfloat16"',
  ],
  [
    () => core.jvp((x) => x)(ones([2]), ones([3])),
    "jvp: the direction has the shape [3]; it must be x's, [2]",
  ],
  [() => core.hessian((x) => x)(ones([2])), "hessian: the function gives [2]; it must give one element"],
  [() => core.setSeed(0.5), "setSeed: the seed is 0.5; it must be an integer from 0 to 2³² − 1"],
  [
    () => core.variable([[1], [2, 3]]),
    "variable: the nested arrays are ragged; the first elements say [2, 1], others differ",
  ],
  [
    () => core.variable(1).assign([1, 2]),
    'assign: "variable" has the shape [], the value [2]; they must be the same',
  ],
];
