"""What things cost and what is left: arithmetic only, on every carrier.

Inside a plan everything is counted in *training FLOP*: the FLOP the same money, or the same chip
time, would have trained with. Money becomes training FLOP by ``dollars_per_flop``; a price of
data and a load of serving become FLOP per token and FLOP per param (``Terms``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from chinchilla_widget.laws.base import R_D_MUENNIGHOFF
from chinchilla_widget.laws.data_limited import effective_tokens
from chinchilla_widget.tracing import where

UNLIMITED = float("inf")
HOURS_PER_DAY = 24.0
SECONDS_PER_HOUR = 3600.0
HAIR = 1e-9  # what rounding may add to a share


def training_flops(params: Any, tokens: Any) -> Any:
    """6ND: forward and backward pass over every token (Kaplan et al. 2020, section 2.1)."""
    return 6.0 * params * tokens


def flops_per_chip_hour(peak_flops: Any, mfu: Any, goodput: Any) -> Any:
    """Model FLOP one chip does in an hour: its dense peak, times MFU, times goodput."""
    return SECONDS_PER_HOUR * peak_flops * mfu * goodput


def dollars_per_flop(price_per_hour: Any, flops_per_hour: Any) -> Any:
    """Dollars for one model FLOP."""
    return price_per_hour / flops_per_hour


def default_goodput(chips: Any) -> Any:
    """The share of time that trains: .98 to 64 chips, .95 to 1,000, .90 beyond or unknown (0)."""
    return where((chips > 0) & (chips <= 64), 0.98, where((chips > 0) & (chips <= 1000), 0.95, 0.9))


def serving_weight(mfu: Any, serving_mfu: Any, price: Any, serving_price: Any) -> Any:
    """Training FLOP that one FLOP of serving costs: another MFU, another price an hour."""
    return (mfu / serving_mfu) * (serving_price / price)


def serving_per_param(served_tokens: Any, weight: Any) -> Any:
    """Training FLOP that serving costs for each param: 2 FLOP a token (Sardana et al. 2024)."""
    return 2.0 * served_tokens * weight


def days(chip_hours: Any, chips: Any) -> Any:
    """Days of wall-clock time on ``chips`` chips."""
    return chip_hours / (HOURS_PER_DAY * chips)


def energy_kwh(chip_hours: Any, watts: Any, pue: Any) -> Any:
    """Energy at the chip's thermal design power, with the building's overhead ``pue``."""
    return chip_hours * watts / 1000.0 * pue


def co2_kg(energy: Any, grid: Any) -> Any:
    """Location-based emissions of ``energy`` in kWh at ``grid`` grams of CO₂ a kWh."""
    return energy * grid / 1000.0


@dataclass(frozen=True)
class Terms:
    """What beside training draws on the budget, in training FLOP, and what data there is.

    ``data_price`` is training FLOP per unique token bought, ``serving`` training FLOP per param
    over the model's life, ``unique_tokens`` how many can be had, ``repeats`` whether they may be
    read again, ``repeat_scale`` the law's R_D*. ``stock``, the tokens that exist, is what a law of
    effective params goes by; it differs from ``unique_tokens`` only inside the solver.
    """

    data_price: Any = 0.0
    serving: Any = 0.0
    unique_tokens: Any = UNLIMITED
    stock: Any = UNLIMITED
    repeats: Any = True
    repeat_scale: Any = R_D_MUENNIGHOFF
    # Structure, not values: a picture carries the general case, a plain plan skips it.
    priced: bool = False
    limited: bool = False

    @classmethod
    def of(
        cls,
        law: Any,
        *,
        token_price: Any,
        dollars_per_flop: Any,
        serving: Any,
        unique_tokens: Any,
        repeats: Any,
    ) -> Terms:
        """The draws of a question; ``token_price`` is dollars per million unique tokens."""
        priced = bool(np.any(token_price > 0))
        return cls(
            data_price=token_price / 1e6 / dollars_per_flop if priced else 0.0,
            serving=serving,
            unique_tokens=unique_tokens,
            stock=unique_tokens,
            repeats=repeats,
            repeat_scale=getattr(law, "repeat_scale", R_D_MUENNIGHOFF),
            priced=priced,
            limited=bool(np.any(unique_tokens < UNLIMITED)),
        )

    @property
    def plain_data(self) -> bool:
        """Every token is fresh and free."""
        return not (self.priced or self.limited)

    def leaves_fresh(self, tokens: Any) -> Any:
        """Whether these are fresh tokens, and their end does not hold a run up.

        Where they may not be read again a run that reads them all would have taken more.
        """
        return tokens <= self.unique_tokens * where(self.repeats, 1.0 + HAIR, 1.0 - HAIR)


def best_repeats(price_ratio: Any, scale: Any) -> Any:
    """The repeats worth buying when a fresh token costs ``price_ratio`` times training on it.

    With R = scale·x the best x solves (1 + scale)·e^x = scale·x + 1 + scale + ratio: least cost
    of U·(ratio + 1 + R) for the effective tokens U·(1 + scale·(1 − e^(−R/scale))). The left side
    minus the right is convex and rising, so Newton from above falls onto the root; four steps
    from the bound below reach rounding for ratios of 0 to 1e18 (tested).
    """
    one = 1.0 + scale
    # e^x ≥ 1 + x + x²/2 and e^x ≥ 1 + x give two upper bounds; the lesser is sharpened once.
    by_square = (np.sqrt(1.0 + 2.0 * one * price_ratio) - 1.0) / one
    above = np.minimum(by_square, np.log(1.0 + price_ratio))
    x = np.log((one + price_ratio + scale * above) / one)
    for _ in range(4):
        growth = one * np.exp(x)
        x = x - (growth - scale * x - one - price_ratio) / (growth - scale)
    return scale * np.maximum(x, 0.0)


def free_repeats(terms: Terms, params: Any) -> Any:
    """The best repeats at this size, as if unique tokens were unlimited."""
    if not terms.priced:
        return 0.0
    wanted = best_repeats(terms.data_price / (6.0 * params), terms.repeat_scale)
    return where(terms.repeats, wanted, 0.0)


def purchase(terms: Terms, params: Any, money: Any, repeats: Any) -> tuple[Any, Any]:
    """Unique tokens and repeats that ``money`` (training FLOP) buys at this size.

    ``repeats`` is what ``free_repeats`` found; where unique tokens run out the rest of the money
    goes into reading them again, or stays where they may not be read again.
    """
    each = 6.0 * params
    if terms.plain_data:
        return money / each, 0.0
    unique = money / (terms.data_price + each * (1.0 + repeats))
    if not terms.limited:
        return unique, repeats
    limit = terms.unique_tokens
    again = (money / limit - terms.data_price) / each - 1.0
    return (
        np.minimum(unique, limit),
        where(unique < limit, repeats, where(terms.repeats, again, 0.0)),
    )


def size_for(terms: Terms, unique_tokens: Any, tokens: Any, flops: Any) -> Any:
    """The size that ``flops`` trains on ``tokens`` and serves, ``unique_tokens`` of them bought."""
    return (flops - terms.data_price * unique_tokens) / (6.0 * tokens + terms.serving)


def effective(terms: Terms, unique_tokens: Any, repeats: Any) -> Any:
    """Fresh tokens that would be worth as much."""
    if terms.plain_data:
        return unique_tokens
    return effective_tokens(unique_tokens, repeats, terms.repeat_scale)
