"""scikit-learn: the optimizers of its multi-layer perceptrons."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).with_name("protocol")))
from gradproof_adapter import Running, serve

import sklearn
from sklearn.neural_network import _stochastic_optimizers as stochastic

OPTIMIZERS = {
    "sgd": (stochastic.SGDOptimizer, dict(lr=0.1, momentum=0.9, nesterov=True)),
    "adam": (stochastic.AdamOptimizer, dict(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8)),
}
NAMES = dict(lr="learning_rate_init", beta1="beta_1", beta2="beta_2", eps="epsilon")
TYPES = ["f64", "f32"]


class Optimizer(Running):
    def __init__(self, name, dtype, params, groups):
        ((_, hyper),) = groups
        make, _ = OPTIMIZERS[name]
        self.params = params
        self.optimizer = make(params, **{NAMES.get(neutral, neutral): x for neutral, x in hyper.items()})

    def step(self, grads):
        self.grads = grads
        self.optimizer.update_params(self.params, grads)
        return self.params

    def gradients(self):
        return self.grads

    # A perceptron is saved by pickling it, and its optimizer with it.
    def save(self):
        return self.optimizer

    def load(self, optimizer):
        self.optimizer = optimizer


serve(
    running=Optimizer,
    framework="sklearn",
    version=sklearn.__version__,
    capabilities=["run", "grads", "state"],
    optimizers={name: (hyper, TYPES) for name, (_, hyper) in OPTIMIZERS.items()},
)
