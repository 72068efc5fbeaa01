"""ResNet-50 as Keras has it: biases behind the convolutions, the strides of a block in its first one."""
from torch import nn


def convolution(name, inputs, outputs, field, stride, load):
    layer = nn.Conv2d(inputs, outputs, field, stride, padding=field // 2)
    norm = nn.BatchNorm2d(outputs, eps=1.001e-5, momentum=0.01)
    return nn.Sequential(load(layer, f"{name}_conv"), load(norm, f"{name}_bn"))


class Block(nn.Module):
    def __init__(self, name, inputs, channels, stride, load):
        super().__init__()
        outputs = 4 * channels
        self.shortcut = convolution(f"{name}_0", inputs, outputs, 1, stride, load) if name.endswith("block1") else None
        self.convolutions = nn.Sequential(
            convolution(f"{name}_1", inputs, channels, 1, stride, load),
            nn.ReLU(),
            convolution(f"{name}_2", channels, channels, 3, 1, load),
            nn.ReLU(),
            convolution(f"{name}_3", channels, outputs, 1, 1, load),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        kept = x if self.shortcut is None else self.shortcut(x)
        return self.relu(kept + self.convolutions(x))


def resnet50(model, load=lambda layer, name: layer):
    """The network; `load` gives a layer its weights, by the name that Keras has for it."""
    layers, inputs = [convolution("conv1", 3, 64, 7, 2, load), nn.ReLU(), nn.MaxPool2d(3, 2, padding=1)], 64
    for group, blocks in enumerate([3, 4, 6, 3]):
        channels = 64 * 2**group
        for index in range(1, blocks + 1):
            stride = 2 if group > 0 and index == 1 else 1
            layers.append(Block(f"conv{group + 2}_block{index}", inputs, channels, stride, load))
            inputs = 4 * channels
    dense = load(nn.Linear(inputs, model["classes"]), "predictions")
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), dense)
