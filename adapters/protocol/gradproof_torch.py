"""What adapters of PyTorch and of packages on top of it share: tensors, and optimizers with the interface of torch.optim."""

import torch
from gradproof_adapter import Running

torch.set_num_threads(1)
TYPES = {"f64": torch.float64, "f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16}


def tensor(array, dtype):
    return torch.from_numpy(array).to(TYPES[dtype])


def arrays(tensors):
    return [None if tensor is None else tensor.double().numpy() for tensor in tensors]


def offer(make, hyper, **called):
    """A row of the table of optimizers: what makes one, its defaults, and what the neutral names are called there, if not the same."""
    return make, hyper, called


def keywords(hyper, called):
    """Hyper-parameters as PyTorch takes them."""
    words = {called.get(neutral, neutral): x for neutral, x in hyper.items()}
    if "beta1" in words:
        words["betas"] = words.pop("beta1"), words.pop("beta2")
    if words.pop("tensor_lr", False):
        words["lr"] = torch.tensor(words["lr"], dtype=torch.float64)
    return words


class Optimizer(Running):
    """An optimizer out of a table of offers."""

    def __init__(self, table, name, dtype, params, groups):
        make, _, called = table[name]
        self.params = [tensor(param, dtype) for param in params]
        words = [keywords(hyper, called) for _, hyper in groups]
        members = [[self.params[i] for i in indices] for indices, _ in groups]
        # Every group has all its hyper-parameters; those of the first serve the constructor's own checks.
        self.optimizer = make([{"params": group, **own} for group, own in zip(members, words)], **words[0])

    def give(self, grads):
        for param, grad in zip(self.params, grads):
            param.grad = None if grad is None else tensor(grad, self.dtype)

    def step(self, grads):
        self.give(grads)
        self.optimizer.step()
        return arrays(self.params)

    def gradients(self):
        return arrays(param.grad for param in self.params)

    def set_lr(self, lr):
        for group in self.optimizer.param_groups:
            group["lr"] = torch.full_like(group["lr"], lr) if torch.is_tensor(group["lr"]) else lr

    def save(self):
        return self.optimizer.state_dict()

    def load(self, state):
        self.optimizer.load_state_dict(state)
