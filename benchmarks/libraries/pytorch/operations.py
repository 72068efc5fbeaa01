"""Single ops of PyTorch."""
import torch

from draw import draw


def compute(model):
    transposed = model.get("transposed")
    functions = {
        "matmul": lambda left, right: torch.matmul(
            left.T if transposed == "left" else left, right.T if transposed == "right" else right
        ),
        "conv2d": lambda image, kernel: torch.nn.functional.conv2d(image, kernel, padding="same"),
        "softmax": lambda x: torch.softmax(x, -1),
        "layerNorm": lambda x, scale, offset: torch.nn.functional.layer_norm(x, x.shape[1:], scale, offset),
        "sumOfRows": lambda x: x.sum(1),
        "sumOfColumns": lambda x: x.sum(0),
        "exp": torch.exp,
        "add": torch.add,
    }
    return functions[model["kind"]]


class Operation:
    """One op at each call; its result is kept."""

    def __init__(self, model, tensors):
        drawn = {name: draw(description) for name, description in tensors.items()}
        if model["kind"] == "adam":
            self.result = drawn["weights"].requires_grad_()
            self.result.grad = drawn["gradient"]
            self.step = torch.optim.Adam([self.result], eps=1e-7).step
            return
        if model["kind"] == "conv2d":
            drawn["image"] = drawn["image"].permute(0, 3, 1, 2).contiguous()
            drawn["kernel"] = drawn["kernel"].permute(3, 2, 0, 1).contiguous()
        function, operands = compute(model), list(drawn.values())

        def step():
            self.result = function(*operands)

        self.step = step

    def __call__(self):
        self.step()

    def observe(self):
        values = self.result.detach().double()
        return [values.mean().item(), values.square().mean().item()]
