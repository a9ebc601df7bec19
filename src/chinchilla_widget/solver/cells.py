"""Many scenarios as one question: what varies from cell to cell, and which cells have no answer."""

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
from chinchilla_widget.quantities.sentences import error
from chinchilla_widget.scenario import LARGEST, MAY_BE_ZERO, Scenario, range_of, read_word

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


class Cells:
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


class Refusals:
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


def check(cells: Cells, given: Mapping[str, Any], refuse: Refusals) -> None:
    """Refuse the cells that ``plan`` would refuse before it solves anything."""
    if "budget" in given:
        refuse(~((given["budget"] > 0) & (given["budget"] <= LARGEST)), "budget")
    for word in VARYING:
        if word in given:
            _check_value(word, given[word], refuse)
    _check_together(cells, refuse)


def _check_value(word: str, values: Any, refuse: Refusals) -> None:
    """Values that ``plan`` would refuse by themselves."""
    least, most = range_of(word)
    fits = (values >= least) & (values <= most)
    if word in MAY_BE_ZERO:
        fits |= values == 0
    elif word == "unique_tokens":
        fits |= values == costs.UNLIMITED
    elif word == "chips":
        fits &= values == np.floor(values)
    refuse.ask(~fits, values, lambda value: read_word(word, value, refuse.lang))


def _check_together(cells: Cells, refuse: Refusals) -> None:
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
                values = {"word": word, "law": cells.law.about.says("name", base.lang)}
                refuse.say(asked, str(error("scenario.needs_surface", base.lang, **values)))
    elif cells.tokens is not None and not cells.repeats:
        refuse(cells.tokens > cells.unique_tokens, "tokens_beyond")
    if cells.price_per_hour is None and np.any(cells.token_price > 0):
        values = {"word": "token_price", "name": base.accelerator.name}
        refuse.say(cells.token_price > 0, str(error("scenario.no_price_for", base.lang, **values)))
