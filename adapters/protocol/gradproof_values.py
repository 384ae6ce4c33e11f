"""Numbers, tensors and hyper-parameters between JSON and NumPy. A number crosses as its shortest decimal form as an f64."""

import numpy

TYPES = {"f64": numpy.float64, "f32": numpy.float32, "f16": numpy.float16}


class Refused(Exception):
    """What cannot be answered; its text is the error of the reply."""


def number(value):
    """A number of a request, which may be spelled "NaN", "Infinity" or "-Infinity"."""
    return float(value) if isinstance(value, str) else value


def spelled(x):
    """A number of a reply."""
    return x if abs(x) < float("inf") else "NaN" if x != x else "Infinity" if x > 0 else "-Infinity"


def read(tensor, dtype):
    """A tensor of a request, rounded once to its type. NumPy has no bf16: such a tensor comes as f32."""
    data, shape = (tensor["data"], tensor["shape"]) if isinstance(tensor, dict) else (tensor, [len(tensor)])
    exact = numpy.array(data, numpy.float64).reshape(shape)
    with numpy.errstate(over="ignore"):
        if dtype == "bf16":
            # Eight bits, fewer below the least normal number. To pass through f32 would be to round twice.
            last = numpy.maximum(numpy.frexp(exact)[1], -125) - 8
            return numpy.asarray(numpy.ldexp(numpy.rint(numpy.ldexp(exact, -last)), last), numpy.float32)
        return exact.astype(TYPES[dtype])


def written(tensor):
    """A tensor of a reply."""
    exact = numpy.asarray(tensor, numpy.float64)
    data = exact.ravel().tolist()
    return {"shape": exact.shape, "data": data if numpy.isfinite(exact).all() else [spelled(x) for x in data]}


def given(what, defaults, hyper):
    """All hyper-parameters, of which a request gives some."""
    typed = {}
    for name, value in hyper.items():
        value = [number(x) for x in value] if isinstance(value, list) else number(value)
        typed[name] = type(chosen(defaults, f"hyper-parameter of {what}", name))(value)
        if typed[name] != value and value == value:
            raise Refused(f"the hyper-parameter '{name}' of {what} cannot be {value}")
    return {**defaults, **typed}


def chosen(table, what, name):
    """The entry of a table with this name."""
    if name not in table:
        raise Refused(f"there is no {what} '{name}'; there are: {', '.join(table) or 'none'}")
    return table[name]
