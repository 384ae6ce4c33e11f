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


def parts(tensor):
    """The shape and the numbers of a tensor in a request."""
    return (tensor["shape"], tensor["data"]) if isinstance(tensor, dict) else ([len(tensor)], tensor)


def rounded(exact, dtype):
    """Numbers rounded once to a type. NumPy has no bf16: such numbers come as f32."""
    with numpy.errstate(over="ignore"):
        if dtype == "bf16":
            # Eight bits, fewer below the least normal number. To pass through f32 would be to round twice.
            last = numpy.maximum(numpy.frexp(exact)[1], -125) - 8
            return numpy.asarray(numpy.ldexp(numpy.rint(numpy.ldexp(exact, -last)), last), numpy.float32)
        return exact.astype(TYPES[dtype])


def read(tensor, dtype):
    """A tensor of a request, rounded once to its type."""
    shape, data = parts(tensor)
    return rounded(numpy.array(data, numpy.float64).reshape(shape), dtype)


def read_rows(rows, dtype):
    """Rows of tensors, of the same shapes in every row: a column is rounded in one go, which takes a tenth of the time."""
    columns = []
    for column in zip(*rows, strict=True):
        shapes, data = zip(*map(parts, column))
        if any(shape != shapes[0] for shape in shapes):
            raise Refused(f"the shapes of a tensor differ within one request: {shapes}")
        columns.append(rounded(numpy.array(data, numpy.float64).reshape(len(rows), *shapes[0]), dtype))
    return [[column[row, ...] for column in columns] for row in range(len(rows))]


def written(tensor):
    """A tensor of a reply."""
    exact = numpy.asarray(tensor, numpy.float64)
    data = exact.ravel().tolist()
    return {"shape": exact.shape, "data": data if numpy.isfinite(exact).all() else [spelled(x) for x in data]}


def written_rows(rows):
    """Rows of tensors of a reply. A row is copied as it comes: it may be what the next one changes."""
    rows = [[numpy.array(tensor, numpy.float64) for tensor in row] for row in rows]
    finite = all(numpy.isfinite(numpy.stack(column)).all() for column in zip(*rows))
    one = (lambda tensor: {"shape": tensor.shape, "data": tensor.ravel().tolist()}) if finite else written
    return [[one(tensor) for tensor in row] for row in rows]


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
