# PyTorch's side of steps.ts: for each line asked, milliseconds a step, as JSON.
import json
import sys
import time

started = time.perf_counter()
import torch

torch.set_num_threads(int(sys.argv[2]))
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


step = {"mlp": mlp}[sys.argv[1]]()
loaded = time.perf_counter()
step()
first = time.perf_counter()
print(json.dumps({
    "description": f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads",
    "startMilliseconds": (loaded - started) * 1e3,
    "firstStepMilliseconds": (first - loaded) * 1e3,
}), flush=True)
for line in sys.stdin:
    until = time.perf_counter() + float(line) / 1e3
    times = []
    while time.perf_counter() < until:
        before = time.perf_counter()
        step()
        times.append((time.perf_counter() - before) * 1e3)
    print(json.dumps(times), flush=True)
