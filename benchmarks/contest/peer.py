# PyTorch's side of a contest: answers each line {case, milliseconds} with the times of its runs, as JSON.
import json
import sys
import time

started = time.perf_counter()
import torch

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)


def mlp():
    model = torch.nn.Sequential(
        torch.nn.Linear(784, 512), torch.nn.ReLU(), torch.nn.Dropout(0.2),
        torch.nn.Linear(512, 512), torch.nn.ReLU(), torch.nn.Dropout(0.2),
        torch.nn.Linear(512, 10),
    )
    optimizer = torch.optim.Adam(model.parameters(), eps=1e-7)
    loss_of = torch.nn.CrossEntropyLoss()
    images, labels = torch.rand(128, 784), torch.randint(0, 10, (128,))

    def step():
        optimizer.zero_grad()
        loss = loss_of(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def operation(function, *shapes):
    def prepare():
        inputs = [torch.rand(shape) for shape in shapes]
        return lambda: function(*inputs)

    return prepare


def product(m, k, n):
    return operation(torch.matmul, (m, k), (k, n))


def adam():
    weights = torch.rand(2**20, requires_grad=True)
    weights.grad = torch.rand(2**20)
    return torch.optim.Adam([weights], eps=1e-7).step


def part(wanted, function, *shapes):
    def prepare():
        inputs = [torch.rand(shape) * 2 - 1 for shape in shapes]
        position = {"forward": None, "input gradient": 0, "kernel gradient": 1}[wanted]
        if position is None:
            return lambda: function(*inputs)
        inputs[position].requires_grad_()
        output = function(*inputs)
        seed = torch.rand(output.shape)
        return lambda: torch.autograd.grad(output, inputs[position], seed, retain_graph=True)

    return prepare


def convolution_cases():
    shapes = {
        "28×28×1 → 32": ((128, 1, 28, 28), (32, 1, 3, 3), 0),
        "13×13×32 → 64": ((128, 32, 13, 13), (64, 32, 3, 3), 0),
        "32×32×3 → 32": ((64, 3, 32, 32), (32, 3, 3, 3), 1),
        "32×32×32 → 32": ((64, 32, 32, 32), (32, 32, 3, 3), 1),
        "16×16×32 → 64": ((64, 32, 16, 16), (64, 32, 3, 3), 1),
        "8×8×64 → 128": ((64, 64, 8, 8), (128, 64, 3, 3), 1),
        "16×16×128 → 128, 1×1": ((64, 128, 16, 16), (128, 128, 1, 1), 0),
    }
    parts = ["forward", "input gradient", "kernel gradient"]
    functions = torch.nn.functional
    cases = {}
    for wanted in parts:
        for name, (image, kernel, padding) in shapes.items():
            def convolve(x, k, padding=padding):
                return functions.conv2d(x, k, padding=padding)
            cases[f"conv2d {name}, {wanted}"] = part(wanted, convolve, image, kernel)
        cases[f"depthwise 32×32×64, {wanted}"] = part(
            wanted, lambda x, k: functions.conv2d(x, k, padding=1, groups=64), (32, 64, 32, 32), (64, 1, 3, 3))
    for wanted in parts[:2]:
        cases[f"maxPool2d 26×26×32, {wanted}"] = part(
            wanted, lambda x: functions.max_pool2d(x, 2), (128, 32, 26, 26))
        cases[f"averagePool2d 26×26×32, {wanted}"] = part(
            wanted, lambda x: functions.avg_pool2d(x, 2), (128, 32, 26, 26))
    return cases


cases = {
    "mlp": mlp,
    **{f"matmul {n}": product(n, n, n) for n in (64, 128, 256, 512, 1024, 2048)},
    "matmul 128×512×10": product(128, 512, 10),
    "matmul 1×784×512": product(1, 784, 512),
    "softmax 1024×1000": operation(lambda x: torch.softmax(x, -1), (1024, 1000)),
    "layerNorm 1024×512": operation(
        lambda x, scale, shift: torch.nn.functional.layer_norm(x, (512,), scale, shift, 1e-3),
        (1024, 512), (512,), (512,)),
    "exp 2²⁰": operation(torch.exp, (2**20,)),
    "add 2²⁰": operation(torch.add, (2**20,), (2**20,)),
    "sum of rows 1024×1024": operation(lambda x: x.sum(1), (1024, 1024)),
    "sum of columns 1024×1024": operation(lambda x: x.sum(0), (1024, 1024)),
    "Adam 2²⁰": adam,
    **convolution_cases(),
}

print(json.dumps({
    "description": f"PyTorch {torch.__version__}",
    "startMilliseconds": (time.perf_counter() - started) * 1e3,
}), flush=True)
prepared = {}
for line in sys.stdin:
    question = json.loads(line)
    name = question["case"]
    begun = time.perf_counter()
    if name not in prepared:
        prepared[name] = cases[name]()
    run, times = prepared[name], []
    while not times or (time.perf_counter() - begun) * 1e3 < question["milliseconds"]:
        before = time.perf_counter()
        run()
        times.append((time.perf_counter() - before) * 1e3)
    print(json.dumps(times), flush=True)
