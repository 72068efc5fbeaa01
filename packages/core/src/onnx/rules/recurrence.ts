import type { OnnxValue } from "../model.ts";
import { onnxSizes } from "../model-parts.ts";
import type { Value, ValueType } from "../value.ts";
import { GraphWriter } from "../writer.ts";

/**
 * The results of all steps along the middle axis of [B, N, I], each made of the one before.
 *
 * @param sequences What is taken apart along that axis.
 * @param initial What the first step finds before it, [B, I].
 * @param step Makes the nodes of a step.
 */
export function recurrence(
  writer: GraphWriter,
  sequences: readonly Value[],
  initial: Value,
  step: (body: GraphWriter, before: Value, entries: readonly Value[]) => Value,
): Value {
  const [{ shape, dtype }] = sequences;
  const type: ValueType = { shape: initial.shape, dtype };
  const body = new GraphWriter(writer.parts, writer);
  const parameter = (name: string): Value => ({ name: writer.parts.unique(name), ...type, origin: null });
  const before = parameter("before");
  const entries = sequences.map(() => parameter("entry"));
  const after = step(body, before, entries);
  // A graph may not give one value twice.
  const results = [after, body.value("Identity", [after], type)];
  const valuesOf = (values: readonly Value[]): OnnxValue[] =>
    values.map((value) => ({
      name: value.name,
      dtype,
      shape: onnxSizes(writer.parts, value.shape),
    }));
  const graph = body.finish("step", valuesOf([before, ...entries]), valuesOf(results));
  const [, stacked] = writer.node(
    "Scan",
    [initial, ...sequences].map(({ name }) => name),
    {
      body: { kind: "graph", value: graph },
      num_scan_inputs: { kind: "int", value: sequences.length },
      scan_input_axes: { kind: "ints", value: sequences.map(() => 1) },
      scan_output_axes: { kind: "ints", value: [1] },
    },
    2,
  );
  return { name: stacked, shape, dtype, origin: null };
}
