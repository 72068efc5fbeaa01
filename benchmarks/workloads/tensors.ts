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

/** Scale, offset and moving averages. */
function norm(name: string, size: number): Record<string, Values> {
  return {
    ...scaleAndOffset(name, size),
    [`${name}.mean`]: constant([size], 0),
    [`${name}.variance`]: constant([size], 1),
  };
}

/** The projections of query, key and value side by side, and that of the heads' results. */
function attention(name: string, width: number): Record<string, Values> {
  return {
    ...dense(`${name}.projections`, width, 3 * width),
    ...dense(`${name}.output`, width, width),
  };
}

function block(name: string, width: number): Record<string, Values> {
  return {
    ...scaleAndOffset(`${name}.attention.norm`, width),
    ...attention(`${name}.attention`, width),
    ...scaleAndOffset(`${name}.feedForward.norm`, width),
    ...dense(`${name}.feedForward.in`, width, 4 * width),
    ...dense(`${name}.feedForward.out`, 4 * width, width),
  };
}

/** Of the four groups of blocks: the number of blocks, and the channels within a block, a quarter of what it returns. */
const residualGroups = [
  { blocks: 3, channels: 64 },
  { blocks: 4, channels: 128 },
  { blocks: 6, channels: 256 },
  { blocks: 3, channels: 512 },
];

/** Under the names that Keras gives to the layers. */
function residualNetwork(classes: number): Record<string, Values> {
  const convolution = (name: string, field: number, inputs: number, outputs: number) => ({
    [`${name}_conv.kernel`]: glorot([field, field, inputs, outputs]),
    [`${name}_conv.bias`]: constant([outputs], 0),
    ...norm(`${name}_bn`, outputs),
  });
  const parts: Record<string, Values>[] = [convolution("conv1", 7, 3, 64)];
  let inputs = 64;
  residualGroups.forEach(({ blocks, channels }, group) => {
    for (let index = 1; index <= blocks; index++) {
      const name = `conv${group + 2}_block${index}`;
      if (index === 1) parts.push(convolution(`${name}_0`, 1, inputs, 4 * channels));
      parts.push(convolution(`${name}_1`, 1, inputs, channels));
      parts.push(convolution(`${name}_2`, 3, channels, channels));
      parts.push(convolution(`${name}_3`, 1, channels, 4 * channels));
      inputs = 4 * channels;
    }
  });
  return merge([...parts, dense("predictions", inputs, classes)]);
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
            ...norm(`norm${index}`, count),
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
    case "gru": {
      const { batch, length, features, units, classes } = model;
      return {
        inputs: even([batch, length, features], 0, 1),
        labels: integers([batch], classes),
        "gru.kernel": glorot([features, 3 * units]),
        "gru.recurrent": glorot([units, 3 * units]),
        "gru.bias": constant([2, 3 * units], 0),
        ...dense("dense", units, classes),
      };
    }
    case "attention": {
      const { batch, tokens, width, classes } = model;
      return {
        inputs: even([batch, tokens, width], -1, 1),
        labels: integers([batch], classes),
        ...attention("attention", width),
        ...dense("dense", width, classes),
      };
    }
    case "batchNormalized": {
      const { channels, classes } = model;
      return { ...images(model), ...norm("norm", channels), ...dense("dense", channels, classes) };
    }
    case "resnet50":
      return { ...images({ ...model, channels: 3 }), ...residualNetwork(model.classes) };
    case "epoch":
    case "prediction":
      return valuesOf({ ...model.network, batch: model.network.batch * model.batches });
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
