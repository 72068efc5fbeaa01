import type { DrawnTensor, DrawnTensors, Model, Workload } from "./workload.ts";

type Shape = readonly number[];
/** A tensor before it has its stream. */
type Values = Omit<DrawnTensor, "stream">;

const even = (shape: Shape, minimum: number, maximum: number): Values => {
  return { shape, dtype: "float32", minimum, maximum };
};
const constant = (shape: Shape, value: number): Values => even(shape, value, value);
const integers = (shape: Shape, count: number): Values => {
  return { shape, dtype: "int32", minimum: 0, maximum: count };
};

/** Weights between ±√(6 / (inputs + outputs)): X. Glorot, Y. Bengio (2010). */
function glorot(shape: Shape): Values {
  const places = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  const limit = Math.sqrt(6 / (places * (shape[shape.length - 2] + shape[shape.length - 1])));
  return even(shape, -limit, limit);
}

function dense(name: string, inputs: number, outputs: number): Record<string, Values> {
  return { [`${name}.kernel`]: glorot([inputs, outputs]), [`${name}.bias`]: constant([outputs], 0) };
}

function scaleAndOffset(name: string, size: number): Record<string, Values> {
  return { [`${name}.scale`]: constant([size], 1), [`${name}.offset`]: constant([size], 0) };
}

function block(name: string, width: number): Record<string, Values> {
  return {
    ...scaleAndOffset(`${name}.attention.norm`, width),
    ...dense(`${name}.attention.projections`, width, 3 * width),
    ...dense(`${name}.attention.output`, width, width),
    ...scaleAndOffset(`${name}.feedForward.norm`, width),
    ...dense(`${name}.feedForward.in`, width, 4 * width),
    ...dense(`${name}.feedForward.out`, 4 * width, width),
  };
}

const merge = (parts: readonly Record<string, Values>[]): Record<string, Values> =>
  Object.assign({}, ...parts);

function images(model: { batch: number; size: number; channels: number; classes: number }) {
  const { batch, size, channels, classes } = model;
  return { inputs: even([batch, size, size, channels], 0, 1), labels: integers([batch], classes) };
}

function valuesOf(model: Model): Record<string, Values> {
  switch (model.kind) {
    case "perceptron": {
      const { batch, widths } = model;
      return {
        inputs: even([batch, widths[0]], 0, 1),
        labels: integers([batch], widths[widths.length - 1]),
        ...merge(widths.slice(1).map((outputs, index) => dense(`layer${index}`, widths[index], outputs))),
      };
    }
    case "convnet": {
      const { filters, channels, classes, size } = model;
      const side = size >> filters.length;
      return {
        ...images(model),
        ...merge(
          filters.map((count, index) => ({
            [`convolution${index}.kernel`]: glorot([3, 3, filters[index - 1] ?? channels, count]),
            [`convolution${index}.bias`]: constant([count], 0),
          })),
        ),
        ...dense("dense", side * side * filters[filters.length - 1], classes),
      };
    }
    case "normalizedConvnet": {
      const { filters, channels, classes } = model;
      return {
        ...images(model),
        ...merge(
          filters.map((count, index) => ({
            [`convolution${index}.kernel`]: glorot([3, 3, filters[index - 1] ?? channels, count]),
            ...scaleAndOffset(`norm${index}`, count),
            [`norm${index}.mean`]: constant([count], 0),
            [`norm${index}.variance`]: constant([count], 1),
          })),
        ),
        ...dense("dense", filters[filters.length - 1], classes),
      };
    }
    case "lstm": {
      const { batch, length, features, units, classes } = model;
      return {
        inputs: even([batch, length, features], 0, 1),
        labels: integers([batch], classes),
        "lstm.kernel": glorot([features, 4 * units]),
        "lstm.recurrent": glorot([units, 4 * units]),
        "lstm.bias": constant([4 * units], 0),
        ...dense("dense", units, classes),
      };
    }
    case "transformer": {
      const { batch, tokens, vocabulary, width, blocks } = model;
      return {
        inputs: integers([batch, tokens], vocabulary),
        labels: integers([batch, tokens], vocabulary),
        embedding: even([vocabulary, width], -0.5, 0.5),
        positions: even([tokens, width], -0.5, 0.5),
        ...merge(Array.from({ length: blocks }, (_, index) => block(`block${index}`, width))),
        ...scaleAndOffset("norm", width),
        ...dense("dense", width, vocabulary),
      };
    }
    case "matmul": {
      const { rows, inner, columns, transposed } = model;
      return {
        left: even(transposed === "left" ? [inner, rows] : [rows, inner], -1, 1),
        right: even(transposed === "right" ? [columns, inner] : [inner, columns], -1, 1),
      };
    }
    case "conv2d": {
      const { image, filters } = model;
      return { image: even(image, -1, 1), kernel: glorot([3, 3, image[3], filters]) };
    }
    case "layerNorm":
      return {
        x: even([model.rows, model.columns], -1, 1),
        scale: even([model.columns], 0.5, 1.5),
        offset: even([model.columns], -1, 1),
      };
    case "softmax":
    case "sumOfRows":
    case "sumOfColumns":
      return { x: even([model.rows, model.columns], -1, 1) };
    case "exp":
      return { x: even([model.size], -4, 4) };
    case "add":
      return { x: even([model.size], -1, 1), y: even([model.size], -1, 1) };
    case "adam":
      return { weights: even([model.size], -1, 1), gradient: even([model.size], -1, 1) };
  }
}

/** A model with the tensors that it starts from. */
export function workloadOf<M extends Model>(model: M): Workload<M> {
  const tensors: DrawnTensors = Object.fromEntries(
    Object.entries(valuesOf(model)).map(([name, values], index) => [name, { ...values, stream: index + 1 }]),
  );
  return { model, tensors };
}
