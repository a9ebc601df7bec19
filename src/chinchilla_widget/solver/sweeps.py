"""``sweep``: many scenarios in one vectorised solve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chinchilla_widget import costs
from chinchilla_widget.costs import Terms
from chinchilla_widget.laws import FrontierLaw
from chinchilla_widget.quantities.sentences import error
from chinchilla_widget.scenario import Scenario, refuse_unknown
from chinchilla_widget.solver.points import (
    Point,
    best,
    bought,
    flops_for_loss,
    flops_where,
    lowest_loss,
)

Array = NDArray[np.float64]

# Small enough that a chunk's temporaries stay in the processor's cache; memory beyond the
# output does not grow with the number of cells.
_CHUNK = 8192

# What may vary from cell to cell. The rest of a scenario is one for the whole sweep.
VARYING = (
    "price_per_hour",
    "mfu",
    "goodput",
    "chips",
    "final_share",
    "token_price",
    "unique_tokens",
    "served_tokens",
    "serving_mfu",
    "serving_price_per_hour",
    "params",
    "tokens",
    "target_loss",
)
_SHARES = ("mfu", "goodput", "final_share", "serving_mfu")
_MAY_BE_ZERO = ("token_price", "served_tokens")


def sweep(
    *, flops: Any = None, dollars: Any = None, **words: Any
) -> dict[str, Any]:
    """Plans for arrays of inputs, broadcast against each other.

    Args:
        flops: budgets in FLOP, array-like; or
        dollars: budgets in dollars, array-like; or neither, with ``target_loss``, or with
            ``params`` and ``tokens``, as in ``plan``.
        **words: the keywords of ``plan``. The numeric ones may be arrays.

    Returns:
        The numeric fields of ``Plan`` as float64 arrays of the broadcast shape (``dollars_by``
        as a dict of arrays) and ``status``, an array of sentences: "" where all is well. A cell
        without an answer is NaN and its sentence stands in ``status``.

    Raises:
        ChinchillaError: a word that holds for every cell cannot be read or has no answer.
        TypeError: an unknown keyword.
    """
    refuse_unknown(words)
    arrays = {
        word: np.asarray(words[word], dtype=float)
        for word in VARYING
        if isinstance(words.get(word), (list, tuple, np.ndarray))
    }
    budget = _budget(flops, dollars, words)
    fixed = {word: value for word, value in words.items() if word not in arrays}
    base = _base(fixed, arrays, budget)
    if budget is not None:
        arrays["budget"] = np.asarray(budget[1], dtype=float)
    shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    size = int(np.prod(shape))
    flat = {word: np.broadcast_to(array, shape) for word, array in arrays.items()}
    out = _Output(size)
    for begin in range(0, size, _CHUNK):
        part = slice(begin, min(begin + _CHUNK, size))
        cells = {
            word: (array.reshape(-1)[part] if array.flags.c_contiguous else array.flat[part])
            for word, array in flat.items()
        }
        _solve_chunk(base, None if budget is None else budget[0], cells, out, part)
    return out.shaped(shape)


def _budget(flops: Any, dollars: Any, words: Mapping[str, Any]) -> tuple[str, Any] | None:
    given = [("flop", flops), ("money", dollars)]
    given = [(kind, value) for kind, value in given if value is not None]
    if "budget" in words or len(given) > 1:
        raise error("sweep.one_budget", words.get("lang") or "en")
    return given[0] if given else None


def _base(
    fixed: Mapping[str, Any], arrays: Mapping[str, Array], budget: tuple[str, Any] | None
) -> Scenario:
    """The scenario all cells share, with a harmless number in place of each array."""
    stand_in = {word: 1.0 for word in arrays}
    stand_in |= {word: 0.5 for word in _SHARES if word in arrays}
    if "mfu" in arrays or "serving_mfu" in arrays:
        # Whether an MFU is possible is judged cell by cell.
        stand_in |= {word: 0.1 for word in ("mfu", "serving_mfu") if word in arrays}
    if "params" in arrays or "tokens" in arrays:
        stand_in |= {word: 1e9 for word in ("params", "tokens") if word in arrays}
    if "unique_tokens" in arrays:
        stand_in["unique_tokens"] = 1e12
    text = None if budget is None else "1 FLOP" if budget[0] == "flop" else "$1"
    return Scenario.of(text, **{**fixed, **stand_in})


class _Output:
    """The arrays of the answer, filled chunk by chunk."""

    names = (
        "params",
        "tokens",
        "loss",
        "flops",
        "tokens_per_param",
        "dollars",
        "unique_tokens_used",
        "epochs",
        "chip_hours",
        "days",
        "energy_kwh",
        "co2_kg",
    )
    parts = ("training", "data", "serving")

    def __init__(self, size: int) -> None:
        self.arrays = {name: np.empty(size) for name in self.names}
        self.dollars_by = {part: np.empty(size) for part in self.parts}
        self.status = np.full(size, "", dtype=object)

    def shaped(self, shape: tuple[int, ...]) -> dict[str, Any]:
        return {
            **{name: array.reshape(shape) for name, array in self.arrays.items()},
            "dollars_by": {part: a.reshape(shape) for part, a in self.dollars_by.items()},
            "status": self.status.reshape(shape),
        }


def _solve_chunk(
    base: Scenario, kind: str | None, cells: Mapping[str, Array], out: _Output, part: slice
) -> None:
    status = out.status[part]
    good = np.ones(status.shape, dtype=bool)

    def refuse(bad: Any, code: str, **values: Any) -> None:
        """Cells that have no answer: NaN from here on, with their sentence."""
        nonlocal good
        bad = np.broadcast_to(bad, good.shape) & good
        if bad.any():
            status[bad] = str(error(code, base.lang, **values))
            good = good & ~bad

    for word, array in cells.items():
        low = array < 0 if word in _MAY_BE_ZERO else array <= 0
        open_ended = word == "unique_tokens"
        refuse(low | np.isnan(array) | (np.isinf(array) & (not open_ended)), "sweep.cell", word=word)
        if word in _SHARES:
            refuse(array > 1, "scenario.share", word=word, value="> 1")
    ceiling = base.accelerator.matmul_ceiling
    if ceiling is not None and base.dtype in ("bf16", "fp16") and "peak_flops" not in base.words:
        for word in ("mfu", "serving_mfu"):
            if word in cells:
                highest = ceiling / base.peak_flops
                refuse(
                    cells[word] > highest,
                    "sweep.mfu_ceiling",
                    ceiling=("percent", highest),
                    name=base.accelerator.name,
                )
    with np.errstate(all="ignore"):
        _answer(_Cells(base, kind, cells), good, refuse, out, part)


class _Cells:
    """The words of a chunk, each an array where it varies and a number where it does not."""

    def __init__(self, base: Scenario, kind: str | None, cells: Mapping[str, Array]) -> None:
        self.base, self.kind, self.cells = base, kind, cells
        self.mfu = self.word("mfu")
        self.serving_mfu = (
            self.mfu if "serving_mfu" not in base.words else self.word("serving_mfu")
        )
        chips = cells.get("chips")
        self.chips = base.chips if chips is None else chips
        goodput_given = "goodput" in base.words
        self.goodput = (
            self.word("goodput") if goodput_given else costs.default_goodput(self.chips or 0)
            if chips is None
            else costs.default_goodput(chips)
        )
        self.per_hour = costs.flops_per_chip_hour(base.peak_flops, self.mfu, self.goodput)
        self.price = self.word("price_per_hour")
        self.rate = None if self.price is None else self.price / self.per_hour

    def word(self, name: str) -> Any:
        return self.cells.get(name, getattr(self.base, name))

    @property
    def total_flops(self) -> Any:
        if self.kind is None:
            return None
        amount = self.cells["budget"] * self.word("final_share")
        return amount if self.kind == "flop" else amount / self.rate

    @property
    def terms(self) -> Terms:
        base = self.base
        price = serving = 0.0
        token_price, served = self.word("token_price"), self.word("served_tokens")
        priced = bool(np.any(token_price > 0))
        if priced:
            price = token_price / 1e6 / self.rate
        if np.any(served > 0):
            own = self.word("serving_price_per_hour")
            paid = 1.0 if self.price is None or own is None else own / self.price
            serving = costs.serving_per_param(served, self.mfu / self.serving_mfu * paid)
        unique = self.word("unique_tokens")
        return Terms(
            data_price=price,
            serving=serving,
            unique_tokens=unique,
            stock=unique,
            repeats=base.repeats,
            repeat_scale=getattr(base.law, "repeat_scale", 1.0),
            priced=priced,
            limited=bool(np.any(np.isfinite(unique))),
        )


def _answer(cells: _Cells, good: Any, refuse: Any, out: _Output, part: slice) -> None:
    base = cells.base
    flops, terms = cells.total_flops, cells.terms
    if isinstance(base.law, FrontierLaw):
        params, tokens = base.law.optimum(flops)
        point = Point(params, tokens, 0.0, flops, base.law.optimal_loss(flops))
        trained = flops
    else:
        point = _points(cells, terms, flops, good, refuse)
        trained = costs.training_flops(point.params, point.tokens)
    hours = trained / cells.per_hour
    watts = base.accelerator.tdp_w
    energy = np.nan if watts is None else costs.energy_kwh(hours, watts, base.pue)
    nan = np.nan
    by: dict[str, Any] = {name: nan for name in out.parts}
    if cells.rate is not None:
        by = {
            "training": trained * cells.rate,
            "data": point.unique_tokens * (cells.word("token_price") / 1e6),
            "serving": terms.serving * point.params * cells.rate,
        }
    tokens = point.tokens
    values = {
        "params": point.params,
        "tokens": tokens,
        "loss": nan if point.loss is None else point.loss,
        "flops": trained,
        "tokens_per_param": tokens / point.params,
        "dollars": by["training"] + by["data"] + by["serving"],
        "unique_tokens_used": point.unique_tokens,
        "epochs": tokens / point.unique_tokens,
        "chip_hours": hours,
        "days": nan if cells.chips is None else costs.days(hours, cells.chips),
        "energy_kwh": energy,
        "co2_kg": costs.co2_kg(energy, base.grid),
    }
    everywhere = bool(np.all(good))
    for arrays, found in ((out.arrays, values), (out.dollars_by, by)):
        for name, value in found.items():
            arrays[name][part] = value
            if not everywhere:
                arrays[name][part][~good] = nan


def _points(cells: _Cells, terms: Terms, flops: Any, good: Any, refuse: Any) -> Point:
    """The solved cells; one without an answer is refused and solved as something harmless."""
    base, law = cells.base, cells.base.law
    params, tokens, target = (cells.word(w) for w in ("params", "tokens", "target_loss"))
    if params is not None and tokens is not None:
        return bought(law, terms, params, tokens)
    if not base.repeats and tokens is not None:
        refuse(tokens > terms.unique_tokens, "sweep.tokens_beyond")
    if target is not None:
        reachable = lowest_loss(law, terms, params, tokens)
        refuse(target <= reachable, "sweep.below_reachable", law=law.about.name)
        target = np.where(target > reachable, target, reachable + 1.0)
        flops = flops_for_loss(law, terms, target, params, tokens)
    elif flops is None:
        name, goal = ("tokens", tokens) if params is None else ("params", params)
        flops = flops_where(law, terms, name, goal)
        params = tokens = None
    if params is not None:
        refuse(terms.serving * params >= flops, "sweep.cannot_serve")
    if tokens is not None and not base.repeats:
        refuse(terms.data_price * tokens >= flops, "sweep.cannot_buy")
    return best(law, terms, flops, params=params, tokens=tokens)
