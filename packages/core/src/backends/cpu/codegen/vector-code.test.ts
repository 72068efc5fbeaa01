/** The code of float kernels: vectors throughout, but for lanes that are rare, and a tail for what is left of a row. */
import { describe, expect, it } from "vitest";
import { kernelsOf } from "../../../compiler/testing/programs.ts";
import { allocateArray, type DType } from "../../../dtype.ts";
import { programFor } from "../../../evaluate.ts";
import { dataNode, type GraphNode } from "../../../graph/node.ts";
import { applyPrimitive, build } from "../../../primitives/apply.ts";
import { acceptedDTypes, rowNames, rowOf } from "../../../primitives/testing/evaluate-row.ts";
import { type Shape, sizeOf } from "../../../shape.ts";
import { valuesOn } from "../../../testing/backends.ts";
import { firstDifference, ulpOf } from "../../../testing/closeness.ts";
import { Draw, moderateValues } from "../../../testing/draw.ts";
import { ModuleBuilder } from "../assembler/module.ts";
import { disassemble, type InstructionKind } from "../assembler/testing/disassemble.ts";
import { emitterOf } from "../elementwise/table.ts";
import { addKernel } from "./kernel.ts";

const floats = ["float32", "float64"] as const;

/** The instructions of the kernels that compute a node. */
function instructionsOf(node: GraphNode): InstructionKind[] {
  const program = programFor(node);
  expect(program.steps.map(({ kind }) => kind)).toEqual(["kernel"]);
  const operands = {
    dtypes: program.buffers.map(({ dtype }) => dtype),
    scalarCount: program.scalarCount,
    overlap: (left: number, right: number) => left === right,
  };
  const module = new ModuleBuilder({ initial: 1, maximum: 1, shared: false });
  return kernelsOf(program).flatMap((kernel) => {
    const { f } = addKernel(module, "kernel", kernel, operands, { relaxedSimd: false, emitterOf });
    return disassemble(f);
  });
}

function expectVectors(node: GraphNode): void {
  const kinds = instructionsOf(node);
  expect(kinds.filter((kind) => kind === "vector").length).toBeGreaterThan(0);
  expect(kinds.filter((kind) => kind === "scalar float")).toEqual([]);
}

function zeros(shape: Shape, dtype: DType): GraphNode {
  return dataNode(allocateArray(dtype, sizeOf(shape)), { shape, dtype });
}

describe.each(floats)("a kernel of %s has vector instructions, and no scalar ones, for", (dtype) => {
  const elementwise = rowNames.flatMap((name) => {
    const row = rowOf(name);
    // What changes nothing has no code of its own.
    if (row.kind !== "elementwise" || row.changesNothing) return [];
    const call = { shapes: [[7], [], []].slice(0, row.arity), attributes: { dtype, order: 2 } };
    const accepted = acceptedDTypes(row, call).find((each) => each.includes(dtype));
    return accepted ? [[name, { ...call, dtypes: accepted }] as const] : [];
  });
  const reductions = rowNames.filter((name) => rowOf(name).kind === "reduction");
  const axes = [[0], [1], [2], [0, 2], [0, 1, 2]];

  it.each(elementwise)("%s", (name, { shapes, dtypes, attributes }) => {
    const operands = shapes.map((shape, index) => zeros(shape, dtypes[index]));
    expectVectors(applyPrimitive(name, operands, attributes));
  });

  it.each(reductions)("%s, along any axes", (name) => {
    for (const each of axes) expectVectors(applyPrimitive(name, [zeros([5, 3, 7], dtype)], { axes: each }));
  });
});

describe.each(floats)("rows of any length have the right values in %s,", (dtype) => {
  const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const nodes = (make: (x: GraphNode) => readonly GraphNode[]) => (): GraphNode[] =>
    lengths.flatMap((length) => {
      const shape = [3, length];
      return make(dataNode(moderateValues(new Draw(length), dtype, shape), { shape, dtype }));
    });
  const wrong = (make: (x: GraphNode) => readonly GraphNode[]): (string | null)[] => {
    const expected = valuesOn("reference", nodes(make));
    return valuesOn("cpu", nodes(make)).map((actual, index) =>
      firstDifference(
        actual,
        expected[index],
        (position) => 4 * ulpOf(dtype, Math.max(1, Math.abs(expected[index][position]))),
      ),
    );
  };

  it("of elementwise ops, transposed ones too", () => {
    const found = wrong((x) => [build.mul(build.exp(x), x), build.exp(build.transpose(x, [1, 0]))]);
    expect(found.filter((each) => each !== null)).toEqual([]);
  });

  it.each(rowNames.filter((name) => rowOf(name).kind === "reduction"))("of %s along either axis", (name) => {
    const found = wrong((x) => [[0], [1], [0, 1]].map((axes) => applyPrimitive(name, [x], { axes })));
    expect(found.filter((each) => each !== null)).toEqual([]);
  });
});
