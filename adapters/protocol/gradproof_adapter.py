"""The Python side of the audit protocol (docs/audit-protocol.md): what all adapters share.

An adapter imports this module before its framework, writes a class `Running` and a few tables, and calls `serve`. It is run as
`python -P adapters/NAME.py`: with its own folder on the path, `adapters/torch.py` would be what `import torch` finds.

Tensors reach an adapter as NumPy arrays, already rounded to the type asked for, and leave it as anything that NumPy reads.
"""

import base64
import gc
import json
import os
import pickle
import sys
import traceback

from gradproof_values import Refused, chosen, given, number, read, read_rows, spelled, written, written_rows

# Frameworks import thousands of modules that never become garbage, and the collector would look through them again and again. It runs
# now and then when optimizers are dropped.
gc.disable()
# Frameworks print. Replies leave by a descriptor of their own, and what else is written to standard output joins standard error.
REPLIES = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)


class Running:
    """An optimizer with its state. An adapter overrides `__init__`, `step`, and what its framework can do besides."""

    def __init__(self, name, dtype, params, groups):
        """`name` is neutral, `dtype` "f64", "f32", "bf16" or "f16"; `groups` lists pairs of indices of `params` and all their
        hyper-parameters. Without groups in the request there is one pair, with every index."""

    def step(self, grads):
        """One update; all parameters after it. `None` is a missing gradient (capability `missing_grad`)."""
        raise NotImplementedError

    def gradients(self):
        """The buffers in which the last step was given its gradients, as they are now (capability `grads`)."""
        raise Refused("this adapter lacks the capability grads")

    def set_lr(self, lr):
        """The learning rate of all groups from the next step on (capability `set_lr`)."""
        raise Refused("this adapter lacks the capability set_lr")

    def save(self):
        """State and hyper-parameters as an object that `pickle` can write (capability `state`)."""
        raise Refused("this adapter lacks the capability state")

    def load(self, state):
        """Continues from what `save` gave (capability `state`)."""
        raise Refused("this adapter lacks the capability state")

    def evaluate(self, params):
        """For `step` of an optimizer with a closure: asks the auditor for the objective's value and gradients at `params`."""
        send({"ok": True, "evaluate": [written(tensor) for tensor in params]})
        request = receive()
        if request.get("op") != "value" or request.get("id") != self.id:
            raise Refused(f"the objective of '{self.id}' was asked for, and '{request.get('op')}' came")
        return number(request["loss"]), self.read(request["grads"])

    def read(self, grads):
        """Gradients of a request, one for every parameter."""
        grads = [None if grad is None else read(grad, self.dtype) for grad in grads]
        self.fit(grads)
        return grads

    def read_rows(self, rows):
        """Gradients of many steps."""
        rows = read_rows(rows, self.dtype)
        for grads in rows[:1]:
            self.fit(grads)
        return rows

    def fit(self, grads):
        """Refuses gradients that do not fit the parameters."""
        shapes = [shape if grad is None else grad.shape for grad, shape in zip(grads, self.shapes)]
        if len(grads) != len(self.shapes) or shapes != self.shapes:
            raise Refused(f"{len(grads)} gradients of shapes {shapes} do not fit parameters of shapes {self.shapes}")


class Answers:
    """A method for each kind of request. The arguments are those of `serve`."""

    def __init__(self, running, framework, version, optimizers, capabilities, schedules={}, clips={}, inits={}):
        self.make, self.optimizers, self.capabilities = running, optimizers, capabilities
        self.schedules, self.clips, self.inits = schedules, clips, inits
        self.about = {"protocol": 1, "framework": framework, "version": version, "capabilities": capabilities}
        self.about["optimizers"] = {name: {"hyper": hyper, "dtypes": types} for name, (hyper, types) in optimizers.items()}
        self.about["schedules"] = {name: {"hyper": hyper, "dtypes": ["f64"]} for name, (hyper, _) in schedules.items()}
        self.about["clips"] = {kind: {"hyper": {}, "dtypes": types} for kind, (_, types) in clips.items()}
        self.about["inits"] = {kind: {"hyper": {}, "dtypes": types} for kind, (_, types) in inits.items()}
        self.at_work, self.dropped = {}, 0

    def running(self, request):
        return chosen(self.at_work, "optimizer with the id", request["id"])

    def hello(self, request):
        if request.get("protocol") != 1:
            raise Refused(f"this adapter speaks version 1 of the protocol, not {request.get('protocol')}")
        return self.about

    def new(self, request):
        name, dtype = request["optimizer"], request["dtype"]
        defaults, types = chosen(self.optimizers, "optimizer", name)
        chosen(dict.fromkeys(types), f"{name} in the type", dtype)
        hyper = given(name, defaults, request.get("hyper", {}))
        params = [read(tensor, dtype) for tensor in request["params"]]
        groups = request.get("groups") or [{"params": range(len(params)), "hyper": {}}]
        if sorted(index for group in groups for index in group["params"]) != list(range(len(params))):
            raise Refused("every parameter belongs to exactly one group")
        groups = [(list(group["params"]), given(name, hyper, group["hyper"])) for group in groups]
        made = self.make(name, dtype, params, groups)
        made.id, made.dtype, made.shapes = request["id"], dtype, [tensor.shape for tensor in params]
        self.at_work[made.id] = made
        return {"hyper": hyper}

    def step(self, request):
        running = self.running(request)
        if None in request["grads"] and "missing_grad" not in self.capabilities:
            raise Refused("a gradient is missing, and this adapter lacks the capability missing_grad")
        reply = {"params": [written(tensor) for tensor in running.step(running.read(request["grads"]))]}
        if "grads" in self.capabilities:
            reply["grads"] = [None if grad is None else written(grad) for grad in running.gradients()]
        return reply

    def run(self, request):
        running = self.running(request)
        return {"params": written_rows(map(running.step, running.read_rows(request["grads"])))}

    def set_lr(self, request):
        self.running(request).set_lr(number(request["lr"]))
        return {}

    def save(self, request):
        return {"state": base64.b64encode(pickle.dumps(self.running(request).save())).decode()}

    def load(self, request):
        self.running(request).load(pickle.loads(base64.b64decode(request["state"])))
        return {}

    def drop(self, request):
        del self.at_work[self.running(request).id]
        self.dropped += 1
        if self.dropped % 64 == 0:
            gc.collect()
        return {}

    def schedule(self, request):
        name = request["name"]
        defaults, rates = chosen(self.schedules, "schedule", name)
        return {"lr": [spelled(float(lr)) for lr in rates(request["steps"], **given(name, defaults, request.get("hyper", {})))]}

    def clip(self, request):
        (clip, _), dtype = chosen(self.clips, "clip", request["kind"]), request.get("dtype", "f64")
        grads, norm = clip([read(tensor, dtype) for tensor in request["grads"]], number(request["limit"]), dtype)
        return {"grads": [written(tensor) for tensor in grads], **({} if norm is None else {"norm": spelled(float(norm))})}

    def init(self, request):
        init, _ = chosen(self.inits, "initialiser", request["kind"])
        return {"tensor": written(init(request["shape"], request["seed"], request["dtype"]))}

    def value(self, request):
        raise Refused("no objective was asked for")


def send(reply):
    """Writes a reply as one line. A number that JSON has not would be a fault of the adapter, and is an error."""
    REPLIES.write(json.dumps(reply, allow_nan=False, separators=(",", ":")).encode() + b"\n")
    REPLIES.flush()


def receive():
    """The next request. When there is none, or it is the last, this ends the process."""
    line = sys.stdin.buffer.readline()
    request = json.loads(line) if line else {"op": "bye"}
    if request["op"] == "bye":
        if line:
            send({"ok": True})
        sys.exit(0)
    return request


def serve(**tables):
    """Answers requests until the last. The tables, of which `adapters/torch.py` has all:

    `running` (the class), `framework`, `version`, `capabilities`, `optimizers` (name: default hyper-parameters, types); and, where the
    framework has them, `schedules` (name: default hyper-parameters, function of the number of steps and of them), `clips` (kind:
    function of gradients, limit and type that gives gradients and the norm or `None`, types), `inits` (kind: function of shape, seed
    and type, types)."""
    answers = Answers(**tables)
    kinds = "hello new step run set_lr save load drop schedule clip init value".split()
    answer = {kind: getattr(answers, kind) for kind in kinds}
    while True:
        try:
            request = receive()
            send({"ok": True, **chosen(answer, "request", request["op"])(request)})
        except Refused as refusal:
            send({"ok": False, "error": str(refusal)})
        except Exception as error:
            traceback.print_exc()
            send({"ok": False, "error": " ".join(f"{type(error).__name__}: {error}".split())})
