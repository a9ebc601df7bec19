"""``sweep``: many scenarios in one vectorised solve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from chinchilla_widget import costs
from chinchilla_widget.costs import Terms
from chinchilla_widget.laws import FrontierLaw
from chinchilla_widget.messages import ChinchillaError
from chinchilla_widget.optimum import ENDLESS
from chinchilla_widget.quantities import parse_quantity
from chinchilla_widget.quantities.sentences import error
from chinchilla_widget.scenario import LARGEST, SMALLEST, Scenario, read_word, refuse_unknown
from chinchilla_widget.solver.planning import figures
from chinchilla_widget.solver.points import solve

Array = NDArray[np.float64]

# Small enough that a chunk's temporaries stay in the processor's cache; memory beyond the
# output does not grow with the number of cells.
_CHUNK: Final = 16384

# What may vary from cell to cell, in the order in which a plan reads it, each with a value that
# no check refuses: it stands for the array in the scenario that all cells share. Every other word
# is one for the whole sweep.
VARYING: Final[Mapping[str, float]] = {
    "price_per_hour": 1.0,
    "mfu": 1e-3,
    "goodput": 0.5,
    "final_share": 0.5,
    "token_price": 0.0,
    "unique_tokens": costs.UNLIMITED,
    "served_tokens": 0.0,
    "serving_mfu": 1e-3,
    "serving_price_per_hour": 1.0,
    "params": 1.0,
    "tokens": 1.0,
    "target_loss": 1.0,
    "pue": 1.1,
    "grid": 0.0,
    "chips": 1,
}
# The range of each, as ``read_word`` has it (a test holds them equal).
_LEAST: Final = dict.fromkeys(("params", "tokens", "unique_tokens", "chips", "pue"), 1.0)
_MOST: Final = dict.fromkeys(("mfu", "goodput", "final_share", "serving_mfu"), 1.0)
_MAY_BE_ZERO: Final = ("token_price", "served_tokens", "grid")


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
    refuse_unknown(words)
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


class _Refusals:
    """Which cells of a chunk have no answer, and why."""

    def __init__(self, status: NDArray[np.object_], lang: str) -> None:
        self.status, self.lang = status, lang
        self.good = np.ones(status.shape, dtype=bool)

    def __call__(self, bad: Any, name: str, **_: Any) -> None:
        """What ``solve`` refuses: one sentence without the figures of the cell."""
        if np.any(bad):
            self.say(bad, str(error(f"sweep.{name}", self.lang)))

    def say(self, bad: Any, sentence: str) -> None:
        bad = np.broadcast_to(bad, self.good.shape) & self.good
        self.status[bad] = sentence
        self.good &= ~bad

    def ask(self, bad: Any, values: Any, check: Callable[[float], Any]) -> None:
        """Where ``bad``, the sentence with which ``check`` refuses the value there."""
        if not np.any(bad):
            return
        bad, values = np.broadcast_to(bad, self.good.shape), np.broadcast_to(values, bad.shape)
        for value in np.unique(values[bad]):
            try:
                check(float(value))
            except ChinchillaError as refused:
                same = np.isnan(values) if np.isnan(value) else values == value
                self.say(bad & same, str(refused))


def _solve_chunk(
    base: Scenario, kind: str | None, cells: Mapping[str, Any], out: _Output, part: slice
) -> None:
    refuse = _Refusals(out.status[part], base.lang)
    with np.errstate(all="ignore"):
        for word in ("budget", *VARYING):
            if word in cells:
                _check(word, cells[word], base, refuse)
        question = _Cells(base, kind, cells)
        _check_together(question, refuse)
        found = figures(question, solve(question, refuse))
    out.put(part, found, refuse.good)


def _check(word: str, values: Any, base: Scenario, refuse: _Refusals) -> None:
    """Values that ``plan`` would refuse by themselves."""
    if word == "budget":
        refuse(~((values > 0) & (values <= LARGEST)), "budget")
        return
    fits = (values >= _LEAST.get(word, SMALLEST)) & (values <= _MOST.get(word, LARGEST))
    if word in _MAY_BE_ZERO:
        fits |= values == 0
    elif word == "unique_tokens":
        fits |= values == costs.UNLIMITED
    elif word == "chips":
        fits &= values == np.floor(values)
    refuse.ask(~fits, values, lambda value: read_word(word, value, base.lang))


def _check_together(cells: _Cells, refuse: _Refusals) -> None:
    """Words that ``plan`` would refuse in each other's company."""
    base = cells.base
    chip, dtype, peak = base.accelerator, base.dtype, base.peak_flops
    for mfu in (
        np.minimum(cells.mfu, cells.serving_mfu),
        np.maximum(cells.mfu, cells.serving_mfu),
    ):
        refuse.ask(
            mfu > chip.highest_mfu(dtype, peak_flops=peak),
            mfu,
            lambda value: chip.check_mfu(value, dtype, base.lang, peak_flops=peak),
        )
    if isinstance(cells.law, FrontierLaw):
        for word in ("token_price", "unique_tokens", "served_tokens"):
            value = getattr(cells, word)
            asked = value < ENDLESS if word == "unique_tokens" else value > 0
            if np.any(asked):
                values = {"word": word, "law": cells.law.about.name}
                refuse.say(asked, str(error("scenario.needs_surface", base.lang, **values)))
    elif cells.tokens is not None and not cells.repeats:
        refuse(cells.tokens > cells.unique_tokens, "tokens_beyond")
    if cells.price_per_hour is None and np.any(cells.token_price > 0):
        values = {"word": "token_price", "name": base.accelerator.name}
        refuse.say(cells.token_price > 0, str(error("scenario.no_price_for", base.lang, **values)))


class _Cells:
    """A chunk of scenarios as one question: arrays where words vary, numbers where they do not."""

    price_per_hour: Any
    mfu: Any
    goodput: Any
    chips: Any
    final_share: Any
    token_price: Any
    unique_tokens: Any
    served_tokens: Any
    serving_mfu: Any
    serving_price_per_hour: Any
    params: Any
    tokens: Any
    target_loss: Any
    pue: Any
    grid: Any

    def __init__(self, base: Scenario, kind: str | None, cells: Mapping[str, Any]) -> None:
        self.base, self.kind, self.budget = base, kind, cells.get("budget")
        self.law, self.lang, self.repeats = base.law, base.lang, base.repeats
        self.accelerator = base.accelerator
        for word in VARYING:
            setattr(self, word, cells.get(word, getattr(base, word)))
        if "goodput" not in base.words:
            self.goodput = costs.default_goodput(0 if self.chips is None else self.chips)
        if "serving_mfu" not in base.words:
            self.serving_mfu = self.mfu
        self.flops_per_hour = costs.flops_per_chip_hour(base.peak_flops, self.mfu, self.goodput)
        price = self.price_per_hour
        self.dollars_per_flop = (
            None if price is None else costs.dollars_per_flop(price, self.flops_per_hour)
        )
        self.terms = self._terms()

    @property
    def total_flops(self) -> Any:
        if self.budget is None:
            return None
        amount = self.budget * self.final_share
        return amount if self.kind == "flop" else amount / self.dollars_per_flop

    def _terms(self) -> Terms:
        price = 1.0 if self.price_per_hour is None else self.price_per_hour
        own = self.serving_price_per_hour
        weight = costs.serving_weight(
            self.mfu, self.serving_mfu, price, price if own is None else own
        )
        serving = 0.0
        if np.any(self.served_tokens > 0):
            serving = costs.serving_per_param(self.served_tokens, weight)
        limit = self.unique_tokens
        return Terms.of(
            self.law,
            token_price=self.token_price,
            # Without a price of compute the cells with a price of data have been refused.
            dollars_per_flop=1.0 if self.dollars_per_flop is None else self.dollars_per_flop,
            serving=serving,
            # Beside cells with a limit, "no limit" is a number that arithmetic bears.
            unique_tokens=np.minimum(limit, ENDLESS) if np.any(limit < ENDLESS) else limit,
            repeats=self.repeats,
        )
