import type { Routine } from "../../../compiler/program.ts";
import { bytesPerElement, type DType } from "../../../dtype.ts";
import { sizeOf } from "../../../shape.ts";
import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { f32, f32x4, f64, f64x2, i32, memory, v128 } from "../assembler/instructions.ts";
import { copyBytes } from "./copy-bytes.ts";
import { advance, countTo, elementAddress } from "./count.ts";
import { gemmWorkspaceBytes } from "./gemm.ts";
import type { RoutineContext, RoutineLowering } from "./routine.ts";
import { forEachTap, numbersOf, placeOf, type Windows, windowsOf } from "./windows.ts";

/** The most working memory for patches, unless a few patches alone need more. */
const mostPatchBytes = 2 ** 21;
const fewestPatches = 16;

interface Plan extends Windows {
  readonly dtype: "float32" | "float64";
  readonly bytes: number;
  readonly groups: number;
  /** Channels of a group, and features of a group. */
  readonly channels: number;
  readonly features: number;
  /** Windows of all images. */
  readonly rows: number;
  /** Elements under a window, of one group. */
  readonly patch: number;
  /** How many patches are laid out at a time. */
  readonly blockRows: number;
}

function floatOf(dtype: DType): "float32" | "float64" {
  if (dtype === "float32" || dtype === "float64") return dtype;
  throw new Error(`convolution: there is no convolution of ${dtype}`);
}

function planOf(routine: Routine): Plan {
  const { inputs, output } = routine;
  const kernel = inputs[1].shape;
  const windows = windowsOf(routine, kernel.slice(0, 3));
  const [groups] = numbersOf(routine, "groups");
  const dtype = floatOf(output.dtype);
  const bytes = bytesPerElement(dtype);
  const patch = sizeOf(kernel.slice(0, 4));
  const rows = sizeOf(output.shape.slice(0, 4));
  const affordable = Math.max(fewestPatches, Math.floor(mostPatchBytes / Math.max(1, patch * bytes)));
  return {
    ...windows,
    dtype,
    bytes,
    groups,
    channels: kernel[3],
    features: kernel[4] / groups,
    rows,
    patch,
    blockRows: Math.min(rows, affordable),
  };
}

/** Whether each window is one pixel, and each pixel a window, so that the image is the matrix of its patches. */
function isMatrixProduct({ groups, window, sizes, counts, strides, before }: Plan): boolean {
  const isPointwise = sizeOf(window) === 1 && before.every((count) => count === 0);
  return (
    groups === 1 && isPointwise && sizes.every((size, axis) => size === counts[axis] && strides[axis] === 1)
  );
}

/** Whether each channel has a kernel of its own, which no matrix product gains from. */
function isDepthwise({ channels, groups, features }: Plan): boolean {
  return channels === 1 && groups > 1 && features === 1;
}

/** By products of matrices: the patches under the windows, a block at a time, times the kernel. */
export const convolution: RoutineLowering = {
  functions: (routine) => {
    const plan = planOf(routine);
    return isDepthwise(plan) ? [] : [`gemm_${plan.dtype}`];
  },
  workspaceBytes(routine) {
    const plan = planOf(routine);
    if (isDepthwise(plan)) return 0;
    const patches = isMatrixProduct(plan) ? 0 : plan.blockRows * plan.patch * plan.bytes;
    // Copies of patches may be made 16 bytes at a time.
    return gemmWorkspaceBytes(plan.dtype) + patches + 64;
  },
  emit(routine, context) {
    const plan = planOf(routine);
    const { output, inputs } = routine;
    const { f, address } = context;
    const outputBytes = sizeOf(output.shape) * plan.bytes;
    if (outputBytes === 0) return;
    if (plan.patch === 0 || sizeOf(inputs[0].shape) === 0) {
      f.run(memory.fill(address(output), i32.constant(0), i32.constant(outputBytes)));
    } else if (isDepthwise(plan)) emitDepthwise(routine, plan, context);
    else if (isMatrixProduct(plan)) {
      const [image, kernel, result] = [address(inputs[0]), address(inputs[1]), address(output)];
      multiply(plan, context, { patches: image, kernel, result, rows: i32.constant(plan.rows) });
    } else emitBlocks(routine, plan, context);
  },
};

interface Product {
  readonly patches: I32;
  readonly kernel: I32;
  readonly result: I32;
  readonly rows: I32;
}

function multiply(
  { dtype, features, groups, patch }: Plan,
  { call, workspace }: RoutineContext,
  { patches, kernel, result, rows }: Product,
): void {
  const [columns, inner, line, one] = [features, patch, features * groups, 1].map((value) =>
    i32.constant(value),
  );
  const sizes = [rows, columns, inner];
  const strides = [inner, one, line, one, line];
  call(`gemm_${dtype}`, patches, kernel, result, ...sizes, ...strides, workspace, i32.constant(0));
}

function emitBlocks({ inputs, output }: Routine, plan: Plan, context: RoutineContext): void {
  const { f, address, workspace } = context;
  const { bytes, blockRows, channels, features, groups, rows } = plan;
  const patches = f.let(i32.add(workspace, i32.constant(gemmWorkspaceBytes(plan.dtype))));
  const [image, kernel, result] = [
    f.let(address(inputs[0])),
    f.let(address(inputs[1])),
    f.let(address(output)),
  ];
  countTo(f, groups, () => {
    const block = f.let(i32.constant(0));
    const target = f.let(result);
    f.loopWhileBelow(block, i32.constant(rows), blockRows, () => {
      const count = f.let(i32.sub(i32.constant(rows), block));
      f.if(i32.gt_s(count, i32.constant(blockRows)), () => f.set(count, i32.constant(blockRows)));
      const to = f.let(patches);
      countTo(f, count, (row) => layPatch(f, plan, image, i32.add(block, row), to));
      multiply(plan, context, { patches, kernel, result: target, rows: count });
      advance(f, target, blockRows * features * groups * bytes);
    });
    advance(f, image, channels * bytes);
    advance(f, kernel, features * bytes);
    advance(f, result, features * bytes);
  });
}

/** Copies what lies under window number `row` to `to`, which moves on. */
function layPatch(f: FunctionBuilder, plan: Plan, image: I32, row: I32, to: Local<"i32">): void {
  const { bytes, channels, groups, sizes, window, inputDilation, kernelDilation } = plan;
  const { example, first } = placeOf(f, row, plan);
  const pixelBytes = channels * groups * bytes;
  const tapBytes = channels * bytes;
  const lineBytes = window[2] * tapBytes;
  const zeros = (length: number) => () => {
    f.run(memory.fill(to, i32.constant(0), i32.constant(length)));
    advance(f, to, length);
  };
  const pixelAddress = (place: I32, element: I32): I32 =>
    elementAddress(image, i32.add(i32.mul(place, i32.constant(sizes[2])), element), pixelBytes);
  const isEvenLine = groups === 1 && inputDilation[2] === 1 && kernelDilation[2] === 1;
  forEachTap(
    f,
    plan,
    0,
    first[0],
    (row0) => {
      const above = f.let(i32.add(i32.mul(example, i32.constant(sizes[0])), row0));
      forEachTap(
        f,
        plan,
        1,
        first[1],
        (row1) => {
          const line = f.let(i32.add(i32.mul(above, i32.constant(sizes[1])), row1));
          const byTaps = (): void =>
            forEachTap(
              f,
              plan,
              2,
              first[2],
              (element) => {
                copyBytes(f, to, f.let(pixelAddress(line, element)), tapBytes);
                advance(f, to, tapBytes);
              },
              zeros(tapBytes),
            );
          if (!isEvenLine) {
            byTaps();
            return;
          }
          const last = i32.constant(sizes[2] - window[2]);
          const isWhole = i32.and(i32.ge_s(first[2], i32.constant(0)), i32.le_s(first[2], last));
          f.if(
            isWhole,
            () => {
              copyBytes(f, to, f.let(pixelAddress(line, first[2])), lineBytes);
              advance(f, to, lineBytes);
            },
            byTaps,
          );
        },
        zeros(lineBytes),
      );
    },
    zeros(window[1] * lineBytes),
  );
}

/** Window by window: the row of results is the sum, over the places of the window, of products of rows. */
function emitDepthwise({ inputs, output }: Routine, plan: Plan, { f, address }: RoutineContext): void {
  const { bytes, groups, rows, sizes } = plan;
  const pixelBytes = groups * bytes;
  const target = f.let(address(output));
  const image = f.let(address(inputs[0]));
  countTo(f, rows, (row) => {
    const { example, first } = placeOf(f, row, plan);
    const weights = f.let(address(inputs[1]));
    f.run(memory.fill(target, i32.constant(0), i32.constant(pixelBytes)));
    const skip = (taps: number) => () => advance(f, weights, taps * pixelBytes);
    forEachTap(
      f,
      plan,
      0,
      first[0],
      (row0) => {
        const above = f.let(i32.add(i32.mul(example, i32.constant(sizes[0])), row0));
        forEachTap(
          f,
          plan,
          1,
          first[1],
          (row1) => {
            const line = f.let(i32.add(i32.mul(above, i32.constant(sizes[1])), row1));
            forEachTap(
              f,
              plan,
              2,
              first[2],
              (element) => {
                const pixel = i32.add(i32.mul(line, i32.constant(sizes[2])), element);
                addProducts(f, plan, target, f.let(elementAddress(image, pixel, pixelBytes)), weights);
                advance(f, weights, pixelBytes);
              },
              skip(1),
            );
          },
          skip(plan.window[2]),
        );
      },
      skip(plan.window[1] * plan.window[2]),
    );
    advance(f, target, pixelBytes);
  });
}

/** target[c] += pixel[c]·weights[c] for all channels. */
function addProducts(
  f: FunctionBuilder,
  { dtype, groups, bytes }: Plan,
  target: I32,
  pixel: I32,
  weights: I32,
): void {
  const lanes = dtype === "float32" ? f32x4 : f64x2;
  const perVector = 16 / bytes;
  const [to, a, b] = [f.let(target), f.let(pixel), f.let(weights)];
  const whole = Math.floor(groups / perVector);
  countTo(f, whole, () => {
    const product = lanes.mul(v128.load(a), v128.load(b));
    f.run(v128.store(to, lanes.add(v128.load(to), product)));
    for (const local of [to, a, b]) advance(f, local, 16);
  });
  for (let rest = whole * perVector, offset = 0; rest < groups; rest++, offset += bytes) {
    if (dtype === "float32") {
      const product = f32.mul(f32.load(a, offset), f32.load(b, offset));
      f.run(f32.store(to, f32.add(f32.load(to, offset), product), offset));
    } else {
      const product = f64.mul(f64.load(a, offset), f64.load(b, offset));
      f.run(f64.store(to, f64.add(f64.load(to, offset), product), offset));
    }
  }
}
