"""``sweep``: many scenarios in one vectorised solve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from chinchilla_widget.messages import refuse_unknown
from chinchilla_widget.quantities import parse_quantity
from chinchilla_widget.quantities.sentences import error
from chinchilla_widget.scenario import WORDS, Scenario
from chinchilla_widget.solver.cells import VARYING, Cells, Refusals, check
from chinchilla_widget.solver.planning import figures
from chinchilla_widget.solver.points import solve

Array = NDArray[np.float64]

# Small enough that a chunk's temporaries stay in the processor's cache; memory beyond the
# output does not grow with the number of cells.
_CHUNK: Final = 16384


def sweep(*, flops: Any = None, dollars: Any = None, **words: Any) -> dict[str, Any]:
    """Plans for arrays of inputs, broadcast against each other.

    Args:
        flops: budgets in FLOP, a number or array-like; or
        dollars: budgets in dollars; or neither, with ``target_loss``, ``params`` or ``tokens``,
            as in ``plan``.
        **words: the keywords of ``plan``. Those of ``VARYING`` may be arrays.

    Returns:
        The numeric fields of ``Plan`` as float64 arrays of the broadcast shape (``dollars_by``
        as a dict of arrays) and ``status``, an array of sentences: "" where all is well. A cell
        without an answer is NaN and its sentence stands in ``status``; NaN alone stands for
        what a plan leaves out (days without a chip count).

    Raises:
        ChinchillaError: a word that holds for every cell cannot be read or has no answer.
        TypeError: an unknown keyword.
    """
    lang = words.get("lang") or "en"
    refuse_unknown(words, WORDS)
    kind, budgets = _budgets(flops, dollars, words, lang)
    arrays = {word: _array(word, value, lang) for word, value in words.items() if _is_array(value)}
    base = _shared(words, arrays, kind, lang)
    if budgets is not None:
        arrays["budget"] = budgets
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{word} {array.shape}" for word, array in arrays.items())
        raise error("sweep.shapes", lang, shapes=shapes) from None
    flat = {word: np.broadcast_to(array, shape).flat for word, array in arrays.items()}
    out = _Output(int(np.prod(shape)))
    for begin in range(0, out.size, _CHUNK):
        part = slice(begin, min(begin + _CHUNK, out.size))
        # What is one number for all cells stays one.
        cells = {
            word: array.ravel()[0] if array.size == 1 else flat[word][part]
            for word, array in arrays.items()
        }
        _solve_chunk(base, kind, cells, out, part)
    return out.shaped(shape)


def _is_array(value: Any) -> bool:
    return isinstance(value, (list, tuple, range)) or hasattr(value, "__array__")


def _array(word: str, value: Any, lang: str) -> Array:
    if word not in VARYING and word != "budget":
        raise error("sweep.one_value", lang, word=word, words=", ".join(VARYING))
    try:
        return np.ascontiguousarray(value, dtype=float).reshape(np.shape(value))
    except (TypeError, ValueError):
        raise error("sweep.numbers", lang, word=word, kind=type(value).__name__) from None


def _budgets(
    flops: Any, dollars: Any, words: Mapping[str, Any], lang: str
) -> tuple[str | None, Array | None]:
    if sum(value is not None for value in (flops, dollars, words.get("budget"))) == 0:
        return None, None
    if words.get("budget") is not None or (flops is not None and dollars is not None):
        raise error("sweep.one_budget", lang)
    if flops is not None:
        value = parse_quantity(flops, "flops", lang) if isinstance(flops, str) else flops
        return "flop", _array("budget", value, lang)
    value = parse_quantity(dollars, "dollars", lang) if isinstance(dollars, str) else dollars
    return "money", _array("budget", value, lang)


def _shared(
    words: Mapping[str, Any], arrays: Mapping[str, Array], kind: str | None, lang: str
) -> Scenario:
    """The scenario all cells share."""
    fixed = {word: value for word, value in words.items() if word not in arrays}
    budget = {"flop": "1 FLOP", "money": "$1"}.get(kind or "")
    return Scenario.of(**{**fixed, "budget": budget, **{word: VARYING[word] for word in arrays}})


class _Output:
    """The arrays of the answer, filled chunk by chunk."""

    parts = ("training", "data", "serving")
    names = (
        *("params", "tokens", "loss", "flops", "tokens_per_param", "dollars"),
        *("unique_tokens_used", "epochs", "chip_hours", "days", "energy_kwh", "co2_kg"),
    )

    def __init__(self, size: int) -> None:
        self.size = size
        # One block, for its memory comes in large pages: half the time of a plain sweep.
        rows = iter(np.empty((len(self.names) + len(self.parts), size)))
        self.arrays = dict(zip(self.names, rows, strict=False))
        self.dollars_by = dict(zip(self.parts, rows, strict=True))
        self.status = np.empty(size, dtype=object)
        self.status.fill("")

    def put(self, part: slice, found: dict[str, Any], good: NDArray[np.bool_]) -> None:
        by = found.pop("dollars_by") or dict.fromkeys(self.parts)
        without = ~good
        some = bool(without.any())
        for arrays, values in ((self.arrays, found), (self.dollars_by, by)):
            for name, value in values.items():
                arrays[name][part] = np.nan if value is None else value
                if some:
                    arrays[name][part][without] = np.nan

    def shaped(self, shape: tuple[int, ...]) -> dict[str, Any]:
        return {
            **{name: array.reshape(shape) for name, array in self.arrays.items()},
            "dollars_by": {part: a.reshape(shape) for part, a in self.dollars_by.items()},
            "status": self.status.reshape(shape),
        }


def _solve_chunk(
    base: Scenario, kind: str | None, cells: Mapping[str, Any], out: _Output, part: slice
) -> None:
    refuse = Refusals(out.status[part], base.lang)
    with np.errstate(all="ignore"):
        question = Cells(base, kind, cells)
        check(question, cells, refuse)
        found = figures(question, solve(question, refuse))
    out.put(part, found, refuse.good)
