"""PyTorch's side of a contest: answers each line of JSON, as contest/worker.ts does."""
import json
import re
import sys
import time

started = time.perf_counter()
import torch

from memory import PeakMemory
from operations import Operation
from resnet import resnet50
from steps import Prediction, TrainingStep, networks

torch.set_num_threads(int(sys.argv[1]))


def prepare(workload):
    torch.manual_seed(1)
    model, tensors = workload["model"], workload["tensors"]
    if model["kind"] == "prediction":
        return Prediction(model, tensors)
    return (TrainingStep if model["kind"] in networks else Operation)(model, tensors)


def describe():
    """Debian's torch calls the system's libblas, whichever that is; torch itself only knows how it was built."""
    try:
        with open("/proc/self/maps") as maps:
            files = {line.split()[-1] for line in maps if "/lib" in line}
    except OSError:  # only Linux tells
        files = set()
    names = ("libblas.", "libopenblas", "libmkl")
    blas = sorted(file for file in files if file.rsplit("/", 1)[-1].startswith(names))
    built = [line.strip(" -") for line in torch.__config__.show().split("\n")]
    facts = [line for line in built if line.startswith(("CPU capability", "Intel(R) MKL-DNN"))]
    facts += re.findall(r"BLAS_INFO=\w+", torch.__config__.show())
    return "; ".join([f"BLAS in use: {', '.join(blas) or 'not known'}", *facts])


class Worker:
    prepared = None

    def prepare(self, question):
        self.prepared = None
        self.prepared = prepare(question["workload"])
        begun = time.perf_counter()
        self.prepared()
        return {"milliseconds": (time.perf_counter() - begun) * 1e3}

    def time(self, question):
        begun, times = time.perf_counter(), []
        while not times or (time.perf_counter() - begun) * 1e3 < question["milliseconds"]:
            before = time.perf_counter()
            self.prepared()
            times.append((time.perf_counter() - before) * 1e3)
        return {"times": times}

    def observe(self, question):
        run, values = prepare(question["workload"]), []
        for _ in range(question["runs"]):
            run()
            values.append(run.observe())
        return {"values": values}

    def build(self, question):
        begun = time.perf_counter()
        resnet50(question["workload"]["model"])
        return {"buildMilliseconds": (time.perf_counter() - begun) * 1e3, "summaryMilliseconds": None}

    def memory(self, question):
        peak = PeakMemory()
        run = prepare(question["workload"])
        for _ in range(question["runs"]):
            run()
        return {"peakBytes": peak.bytes(), "countedBytes": None}


worker = Worker()
print(json.dumps({
    "description": f"PyTorch {torch.__version__}; {describe()}",
    "startMilliseconds": (time.perf_counter() - started) * 1e3,
}), flush=True)
for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = getattr(worker, question["request"])(question)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
