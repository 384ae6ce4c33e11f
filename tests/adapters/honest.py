"""An adapter without a framework: a few lines of Python that keep what their names promise."""

import json
import math
import random
import struct
import sys


def rounded(x, dtype):
    """The nearest number of a type; what it does not reach becomes infinite."""
    if dtype == "f64":
        return x
    try:
        return struct.unpack("f", struct.pack("f", x))[0]
    except OverflowError:
        return math.copysign(math.inf, x)


def spelled(x):
    """A number for JSON."""
    return x if math.isfinite(x) else "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"


def read(tensor):
    """A tensor's shape and its numbers."""
    shaped = tensor if isinstance(tensor, dict) else {"shape": [len(tensor)], "data": tensor}
    return shaped["shape"], [float(x) for x in shaped["data"]]


def write(shape, numbers):
    return {"shape": shape, "data": [spelled(x) for x in numbers]}


class Descent:
    """Gradient descent. `armijo` is the same with a step that is halved until the objective falls."""

    HYPER = {"sgd": {"lr": 0.01, "weight_decay": 0.0, "maximize": False}, "armijo": {"lr": 1.0}}

    def __init__(self, request):
        self.name, self.dtype = request["optimizer"], request["dtype"]
        self.hyper = dict(self.HYPER[self.name])
        self.set(self.hyper, request["hyper"])
        self.shapes, self.params = map(list, zip(*map(read, request["params"]))) if request["params"] else ([], [])
        self.own = [self.hyper] * len(self.params)
        for group in request.get("groups", []):
            hyper = dict(self.hyper)
            self.set(hyper, group["hyper"])
            for index in group["params"]:
                self.own[index] = hyper

    @staticmethod
    def set(hyper, given):
        for name in given:
            if name not in hyper:
                raise ValueError(f"no hyper-parameter '{name}'")
        hyper.update(given)

    def round(self, x):
        return rounded(x, self.dtype)

    def moved(self, params, grads, factor=1.0):
        """Parameters after a step of the learning rate times a factor."""
        def tensor(x, g, hyper):
            if g is None:
                return x
            sign, decay = (-1.0 if hyper.get("maximize") else 1.0), hyper.get("weight_decay", 0.0)
            lr = self.round(factor * hyper["lr"])
            return [self.round(a - self.round(lr * self.round(sign * b + self.round(decay * a)))) for a, b in zip(x, g)]
        return [tensor(*each) for each in zip(params, grads, self.own)]

    def written(self, tensors):
        return [None if x is None else write(shape, x) for shape, x in zip(self.shapes, tensors)]

    def step(self, grads):
        grads = [None if g is None else read(g)[1] for g in grads]
        if self.name == "armijo":
            self.start, self.best, self.factor = (self.params, grads), None, None
            return {"evaluate": self.written(self.params)}
        self.params = self.moved(self.params, grads)
        return {"params": self.written(self.params), "grads": self.written(grads)}

    def value(self, loss):
        """The first objective is that of the start, every other one that of a try."""
        if self.best is None:
            self.best, self.factor = loss, 1.0
        elif loss < self.best or self.factor < 1e-6:
            self.params = self.moved(*self.start, self.factor)
            return {"params": self.written(self.params), "grads": self.written(self.start[1])}
        else:
            self.factor /= 2
        return {"evaluate": self.written(self.moved(*self.start, self.factor))}


def clip(kind, limit, grads, dtype):
    shapes, grads = zip(*map(read, grads))
    if kind == "value":
        return {"grads": [write(s, [max(-limit, min(limit, x)) for x in g]) for s, g in zip(shapes, grads)]}
    norm = math.hypot(*(x for g in grads for x in g))
    factor = min(1.0, limit / norm) if norm > 0 else 1.0
    return {"grads": [write(s, [rounded(factor * x, dtype) for x in g]) for s, g in zip(shapes, grads)], "norm": spelled(norm)}


def init(kind, shape, seed, dtype):
    source, bound = random.Random(seed), math.sqrt(6 / math.prod(shape[1:]))
    draw = {"zeros": lambda: 0.0, "ones": lambda: 1.0, "he_uniform": lambda: source.uniform(-bound, bound)}[kind]
    return {"tensor": write(shape, [rounded(draw(), dtype) for _ in range(math.prod(shape))])}


OPTIMIZERS = {}


def answer(request):
    """The fields of the reply."""
    op, own = request["op"], OPTIMIZERS.get(request.get("id"))
    if op == "hello":
        optimizers = {name: {"hyper": hyper, "dtypes": ["f64", "f32"]} for name, hyper in Descent.HYPER.items()}
        capabilities = ["set_lr", "groups", "state", "missing_grad", "closure", "run", "grads", "telepathy"]
        clips, inits = {"value": {}, "global_norm": {}}, {"zeros": {}, "ones": {}, "he_uniform": {}}
        schedules = {"exponential": {"hyper": {"lr": 0.1, "gamma": 0.9}}}
        return {"protocol": 1, "framework": "honest", "version": "1.0", "optimizers": optimizers, "clips": clips,
                "inits": inits, "schedules": schedules, "capabilities": capabilities}
    if op == "new":
        own = OPTIMIZERS[request["id"]] = Descent(request)
        return {"hyper": own.hyper}
    if op == "step":
        return own.step(request["grads"])
    if op == "value":
        return own.value(float(request["loss"]))
    if op == "run":
        return {"params": [own.step(row)["params"] for row in request["grads"]]}
    if op == "set_lr":
        own.hyper["lr"] = float(request["lr"])
        return {}
    if op == "save":
        return {"state": json.dumps(own.hyper)}
    if op == "load":
        own.hyper.update(json.loads(request["state"]))
        return {}
    if op == "drop":
        del OPTIMIZERS[request["id"]]
        return {}
    if op == "schedule":
        hyper = request["hyper"]
        return {"lr": [hyper["lr"] * hyper["gamma"] ** t for t in range(request["steps"])]}
    if op == "clip":
        return clip(request["kind"], request["limit"], request["grads"], request.get("dtype", "f64"))
    if op == "init":
        return init(request["kind"], request["shape"], request["seed"], request["dtype"])
    if op == "bye":
        return {}
    raise ValueError(f"no request '{op}'")


def reply(line):
    """The line that answers a line, and the request in it."""
    request = json.loads(line)
    try:
        return json.dumps({"ok": True, **answer(request)}, allow_nan=False), request
    except Exception as error:
        return json.dumps({"ok": False, "error": str(error)}), request


if __name__ == "__main__":
    log = open(sys.argv[1], "w") if len(sys.argv) > 1 else None  # every message, for the test of the schema
    for line in sys.stdin:
        text, request = reply(line)
        print(text, flush=True)
        if log:
            log.write(line + text + "\n")
        if request["op"] == "bye":
            break
