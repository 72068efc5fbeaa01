"""Steps of training as PyTorch's users write them, from the weights that all libraries start with."""
import torch
from torch import nn

from draw import draw
from resnet import resnet50


def copy(parameter, values):
    with torch.no_grad():
        parameter.copy_(values)


def load_dense(layer, tensors, name):
    copy(layer.weight, draw(tensors[f"{name}.kernel"]).T)
    copy(layer.bias, draw(tensors[f"{name}.bias"]))
    return layer


def load_norm(layer, tensors, name):
    copy(layer.weight, draw(tensors[f"{name}.scale"]))
    copy(layer.bias, draw(tensors[f"{name}.offset"]))
    return layer


def load_convolution(layer, tensors, name):
    copy(layer.weight, draw(tensors[f"{name}.kernel"]).permute(3, 2, 0, 1))
    if layer.bias is not None:
        copy(layer.bias, draw(tensors[f"{name}.bias"]))
    return layer


def load_attention(layer, tensors, name):
    copy(layer.in_proj_weight, draw(tensors[f"{name}.projections.kernel"]).T)
    copy(layer.in_proj_bias, draw(tensors[f"{name}.projections.bias"]))
    load_dense(layer.out_proj, tensors, f"{name}.output")
    return layer


def perceptron(model, tensors):
    widths, layers = model["widths"], []
    for index, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        if index > 0:
            layers += [nn.ReLU(), nn.Dropout(model["dropout"])] if model["dropout"] > 0 else [nn.ReLU()]
        layers.append(load_dense(nn.Linear(inputs, outputs), tensors, f"layer{index}"))
    return nn.Sequential(*layers)


def convnet(model, tensors):
    layers, channels = [], model["channels"]
    for index, filters in enumerate(model["filters"]):
        convolution = nn.Conv2d(channels, filters, 3, padding="same")
        layers += [load_convolution(convolution, tensors, f"convolution{index}"), nn.ReLU(), nn.MaxPool2d(2)]
        channels = filters
    side = model["size"] >> len(model["filters"])
    dense = nn.Linear(side * side * channels, model["classes"])
    # The other libraries flatten height, width, channels; here channels come first.
    kernel = draw(tensors["dense.kernel"]).reshape(side, side, channels, -1).permute(3, 2, 0, 1)
    copy(dense.weight, kernel.reshape(dense.weight.shape))
    copy(dense.bias, draw(tensors["dense.bias"]))
    return nn.Sequential(*layers, nn.Flatten(), dense)


def normalized_convnet(model, tensors):
    layers, channels = [], model["channels"]
    for index, filters in enumerate(model["filters"]):
        convolution = nn.Conv2d(channels, filters, 3, padding="same", bias=False)
        norm = nn.BatchNorm2d(filters, eps=1e-5, momentum=0.1)
        layers += [
            load_convolution(convolution, tensors, f"convolution{index}"),
            load_norm(norm, tensors, f"norm{index}"),
            nn.ReLU(),
        ]
        if index in model["pooled"]:
            layers.append(nn.MaxPool2d(2))
        channels = filters
    dense = load_dense(nn.Linear(channels, model["classes"]), tensors, "dense")
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), dense)


class Lstm(nn.Module):
    def __init__(self, model, tensors):
        super().__init__()
        self.lstm = nn.LSTM(model["features"], model["units"], batch_first=True)
        copy(self.lstm.weight_ih_l0, draw(tensors["lstm.kernel"]).T)
        copy(self.lstm.weight_hh_l0, draw(tensors["lstm.recurrent"]).T)
        copy(self.lstm.bias_ih_l0, draw(tensors["lstm.bias"]))
        # PyTorch has a second bias, to no effect but that Adam would move their sum twice as far.
        copy(self.lstm.bias_hh_l0, torch.zeros(4 * model["units"]))
        self.lstm.bias_hh_l0.requires_grad_(False)
        self.dense = load_dense(nn.Linear(model["units"], model["classes"]), tensors, "dense")

    def forward(self, sequences):
        outputs, _ = self.lstm(sequences)
        return self.dense(outputs[:, -1])


class Transformer(nn.Module):
    def __init__(self, model, tensors):
        super().__init__()
        width = model["width"]
        self.embedding = nn.Embedding(model["vocabulary"], width)
        copy(self.embedding.weight, draw(tensors["embedding"]))
        self.positions = nn.Parameter(draw(tensors["positions"]))
        self.blocks = nn.Sequential(
            *(self.block(model, tensors, f"block{index}") for index in range(model["blocks"]))
        )
        self.norm = load_norm(nn.LayerNorm(width), tensors, "norm")
        self.dense = load_dense(nn.Linear(width, model["vocabulary"]), tensors, "dense")

    @staticmethod
    def block(model, tensors, name):
        width = model["width"]
        block = nn.TransformerEncoderLayer(
            width, model["heads"], 4 * width, dropout=0, activation="gelu", batch_first=True, norm_first=True
        )
        load_norm(block.norm1, tensors, f"{name}.attention.norm")
        load_attention(block.self_attn, tensors, f"{name}.attention")
        load_norm(block.norm2, tensors, f"{name}.feedForward.norm")
        load_dense(block.linear1, tensors, f"{name}.feedForward.in")
        load_dense(block.linear2, tensors, f"{name}.feedForward.out")
        return block

    def forward(self, ids):
        return self.dense(self.norm(self.blocks(self.embedding(ids) + self.positions)))


class Gru(nn.Module):
    def __init__(self, model, tensors):
        super().__init__()
        self.gru = nn.GRU(model["features"], model["units"], batch_first=True)

        def gates(name):
            # Update, reset, candidate; PyTorch has the reset gate first.
            update, reset, candidate = draw(tensors[f"gru.{name}"]).chunk(3, -1)
            return torch.cat([reset, update, candidate], -1)

        copy(self.gru.weight_ih_l0, gates("kernel").T)
        copy(self.gru.weight_hh_l0, gates("recurrent").T)
        copy(self.gru.bias_ih_l0, gates("bias")[0])
        copy(self.gru.bias_hh_l0, gates("bias")[1])
        self.dense = load_dense(nn.Linear(model["units"], model["classes"]), tensors, "dense")

    def forward(self, sequences):
        outputs, _ = self.gru(sequences)
        return self.dense(outputs[:, -1])


class Attention(nn.Module):
    def __init__(self, model, tensors):
        super().__init__()
        attention = nn.MultiheadAttention(model["width"], model["heads"], batch_first=True)
        self.attention = load_attention(attention, tensors, "attention")
        self.dense = load_dense(nn.Linear(model["width"], model["classes"]), tensors, "dense")

    def forward(self, x):
        attended, _ = self.attention(x, x, x, need_weights=False)
        return self.dense(attended.mean(1))


def batch_normalized(model, tensors):
    norm = load_norm(nn.BatchNorm2d(model["channels"], eps=1e-5, momentum=0.1), tensors, "norm")
    dense = load_dense(nn.Linear(model["channels"], model["classes"]), tensors, "dense")
    return nn.Sequential(norm, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), dense)


def loaded_resnet50(model, tensors):
    loaders = {nn.Conv2d: load_convolution, nn.BatchNorm2d: load_norm, nn.Linear: load_dense}
    return resnet50(model, lambda layer, name: loaders[type(layer)](layer, tensors, name))


networks = {
    "perceptron": perceptron,
    "convnet": convnet,
    "normalizedConvnet": normalized_convnet,
    "lstm": Lstm,
    "gru": Gru,
    "transformer": Transformer,
    "attention": Attention,
    "batchNormalized": batch_normalized,
    "resnet50": loaded_resnet50,
}


def images_first(inputs):
    """Channels first where the inputs are images."""
    return inputs.permute(0, 3, 1, 2).contiguous() if inputs.dim() == 4 else inputs


class TrainingStep:
    """One step of training at each call; the loss is read, and kept."""

    def __init__(self, model, tensors):
        self.network = networks[model["kind"]](model, tensors)
        trained = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.Adam(trained, lr=model["learningRate"], eps=1e-7)
        self.inputs, self.labels = images_first(draw(tensors["inputs"])), draw(tensors["labels"]).long()

    def __call__(self):
        self.optimizer.zero_grad()
        scores = self.network(self.inputs)
        loss = nn.functional.cross_entropy(scores.flatten(0, -2), self.labels.flatten())
        loss.backward()
        self.optimizer.step()
        self.loss = loss.item()

    def observe(self):
        return [self.loss]


class Prediction:
    """All predictions at each call, batch after batch, joined."""

    def __init__(self, model, tensors):
        self.network = networks[model["network"]["kind"]](model["network"], tensors).eval()
        self.batches = images_first(draw(tensors["inputs"])).split(model["network"]["batch"])

    def __call__(self):
        with torch.no_grad():
            self.outputs = torch.cat([self.network(batch) for batch in self.batches])

    def observe(self):
        values = self.outputs.double()
        return [values.mean().item(), values.square().mean().item()]
