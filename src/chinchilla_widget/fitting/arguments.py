"""What the functions of this room are asked with: each argument read, or one sentence why not."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import replace
from functools import wraps
from numbers import Integral, Real
from typing import Any, Final, ParamSpec, TypeVar

import numpy as np

from chinchilla_widget.fitting.runs import Runs
from chinchilla_widget.messages import ChinchillaError, refuse_unknown
from chinchilla_widget.quantities import Kind
from chinchilla_widget.quantities.given import number, quoted

Array = Any
P = ParamSpec("P")
R = TypeVar("R")
# Beyond these a product or a power leaves floating point; no question does.
MOST_FLOPS: Final = 1e40
MOST_COUNTED: Final = 1e36
MOST_RESAMPLES: Final = 10_000_000


def known_words(function: Callable[P, R]) -> Callable[P, R]:
    """The function, with a TypeError for an unknown keyword that names the nearest real one."""
    known = [name for name in inspect.signature(function).parameters if name != "self"]

    @wraps(function)
    def asked(*args: P.args, **words: P.kwargs) -> R:
        refuse_unknown(words, known)
        return function(*args, **words)

    return asked


def positive(word: str, value: Any, lang: str, *, finite: bool = True) -> float:
    """A number above 0."""
    found = number(value, "number", lang)
    if not found > 0.0 or (finite and math.isinf(found)):
        raise ChinchillaError("fitting.positive", lang, word=word, value=quoted(value))
    return found


def from_one(word: str, value: Any, lang: str) -> float:
    """A finite number of at least 1."""
    found = number(value, "number", lang)
    if not 1.0 <= found < math.inf:
        raise ChinchillaError("fitting.from_one", lang, word=word, value=quoted(value))
    return found


def share(word: str, value: Any, lang: str) -> float:
    """More than 0 and at most 1, or a percentage."""
    found = number(value, "share", lang)
    if not 0.0 < found <= 1.0:
        raise ChinchillaError("fitting.share", lang, word=word, value=quoted(value))
    return found


def compute(word: str, value: Any, lang: str) -> float:
    """FLOP, as a number or as text ("1e21 FLOP")."""
    found = number(value, "flops", lang)
    if not 0.0 < found < MOST_FLOPS:
        raise ChinchillaError("fitting.flops", lang, word=word, value=quoted(value))
    return found


def cuts(value: Any, lang: str) -> list[float] | None:
    """Several computes, or one."""
    if value is None:
        return None
    one = isinstance(value, (str, Real)) or getattr(value, "ndim", None) == 0
    several = [value] if one or not isinstance(value, Iterable) else list(value)
    return [compute("cuts", each, lang) for each in several]


def whole(word: str, value: Any, lang: str, *, least: int) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        words = {"word": word, "least": least, "value": quoted(value)}
        raise ChinchillaError("fitting.whole", lang, **words)
    return int(value)


def resamples(value: Any, lang: str) -> int:
    """How many resamples: 400.0 is a whole number too."""
    found = math.nan if isinstance(value, str) else number(value, "number", lang)
    if not 1 <= found <= MOST_RESAMPLES or found != int(found):
        raise ChinchillaError("fitting.resamples", lang, value=quoted(value))
    return int(found)


def executor(value: Any, lang: str) -> Executor | None:
    """Anything that ``concurrent.futures`` calls an executor."""
    if value is not None and not isinstance(value, Executor):
        kind = value.__name__ if isinstance(value, type) else quoted(value)
        raise ChinchillaError("fitting.executor", lang, kind=kind)
    return value


def clustered(runs: Runs, cluster: Any, lang: str) -> Runs:
    """The runs with another choice of clusters, of which there must be several."""
    try:
        found = _clustered(runs, cluster, lang)
    except ValueError as wrong:
        if isinstance(wrong, ChinchillaError):
            raise
        # Lists of several lengths.
        raise ChinchillaError("fitting.clusters", lang, rows=len(runs)) from None
    if found.cluster is not None and not found.cluster.any():
        raise ChinchillaError("fitting.one_cluster", lang)
    return found


def _clustered(runs: Runs, cluster: Any, lang: str) -> Runs:
    if cluster is None:
        return runs
    if cluster is False:
        return replace(runs, cluster=None)
    if isinstance(cluster, str) and cluster == runs.columns.get("cluster"):
        return runs
    labels = np.asarray(cluster)
    if labels.shape != (len(runs),):
        raise ChinchillaError("fitting.clusters", lang, rows=len(runs))
    return replace(runs, cluster=np.unique(labels.astype(str), return_inverse=True)[1])


def family(value: Any, known: Iterable[str], approach: int, lang: str) -> str:
    """A family by its name; approaches 1 and 2 draw a line, which has none."""
    names = list(known)
    if not isinstance(value, str) or value not in names:
        words = {"text": quoted(value), "known": ", ".join(names)}
        raise ChinchillaError("fitting.family", lang, **words)
    if approach != 3 and value != names[0]:
        raise ChinchillaError("fitting.no_family", lang, family=value, approach=approach)
    return value


def approach(value: Any, lang: str) -> int:
    """1, 2 or 3."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value not in (1, 2, 3):
        raise ChinchillaError("fitting.approach", lang, text=quoted(value))
    return int(value)


def pair(params: Any, tokens: Any, lang: str) -> tuple[Array, Array]:
    """Sizes and token counts, one for all or as many of one as of the other."""
    sizes, data = _counts("params", params, lang), _counts("tokens", tokens, lang)
    try:
        found = np.broadcast_arrays(sizes, data)
    except ValueError:
        one, other = ("×".join(map(str, each.shape)) for each in (sizes, data))
        raise ChinchillaError("fitting.shapes", lang, one=one, other=other) from None
    return found[0], found[1]


def _counts(word: Kind, value: Any, lang: str) -> Array:
    """Numbers, or texts such as "70B", as an array of the same shape."""
    try:
        given = np.ma.filled(value, np.nan) if np.ma.isMaskedArray(value) else np.asarray(value)
    except (TypeError, ValueError):  # lists of several lengths, a mask over whole numbers
        given = np.asarray(math.nan)
    flat = given.ravel()
    if given.dtype.kind in "fiu":
        numbers = flat.astype(float)
    else:
        numbers = np.array([number(each, word, lang) for each in flat.tolist()], dtype=float)
    bad = ~((numbers >= 1.0) & (numbers <= MOST_COUNTED))
    if bad.any():
        # A single number as it was given, of several the first that cannot be.
        shown = quoted(value if given.ndim == 0 else flat[int(np.argmax(bad))])
        raise ChinchillaError("fitting.count", lang, word=word, value=shown)
    return numbers.reshape(given.shape)
