"""The solver as expressions: the same laws and costs, traced, so the page needs no kernel.

``program(family)`` holds Vega expressions in the order they are evaluated: ``before`` once,
``step`` until its result is next to nothing (Newton on the traced condition of ``optimum``),
``after`` once. Inputs and results are signals, read and set by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from chinchilla_widget import costs
from chinchilla_widget.costs import Terms
from chinchilla_widget.laws import LAWS, FrontierLaw, ParametricLaw, Power
from chinchilla_widget.optimum import ENDLESS, fresh_only, place, start, tilt, useful, whole_stock
from chinchilla_widget.solver.roots import rising_root
from chinchilla_widget.tracing import Dual, Symbol, emit, where

_LONGEST = 8.0  # e-folds one Newton step may go

# The inputs, with the values a specification starts from; 0 means "as by rule" or "not given".
INPUTS: Mapping[str, float] = {
    "k_budget": 1e6,
    "k_budget_kind": 0,
    "k_peak_flops": 989e12,
    "k_price_per_hour": 2.95,
    "k_mfu": 0.37,
    "k_goodput": 0,
    "k_chips": 0,
    "k_final_share": 1,
    "k_token_price": 0,
    "k_unique_tokens": ENDLESS,
    "k_repeats": 1,
    "k_served_tokens": 0,
    "k_serving_mfu": 0,
    "k_serving_price_per_hour": 0,
    "k_own_params": 0,
    "k_own_tokens": 0,
    "k_pin_params": 0,
    "k_pin_tokens": 0,
    "k_pin_unique": 0,
    "k_pue": 1.1,
    "k_grid": 400,
    "k_tdp": 700,
    "k_scale": 0,
}
LAW_CONSTANTS = ("E", "A", "B", "alpha", "beta", "R_D", "R_N")


def symbol(name: str) -> Any:
    """An input or output signal, by the name it has in ``Plan``."""
    return Symbol(f"k_{name}")


def symbolic_law() -> ParametricLaw:
    """The parametric family with its constants as signals."""
    return ParametricLaw({letter: symbol(letter) for letter in LAW_CONSTANTS})


def law_signals(law: Any) -> dict[str, float]:
    """The constants of a law as signal values of its family."""
    scale = {"k_scale": float(scales().get(law.about.scale, 0))}
    if isinstance(law, FrontierLaw):
        # A law that gives a loss alone has no frontier to draw: it is asked for its loss only.
        powers = law.frontier() if law.params or law.tokens else {}
        loss = law.loss_by_flops
        signals = {
            **scale,
            "k_has_loss": float(loss is not None),
            "k_loss_k": 0.0 if loss is None else loss.k * law.compute_unit**-loss.exponent,
            "k_loss_exponent": 0.0 if loss is None else loss.exponent,
            "k_loss_floor": 0.0 if loss is None else loss.floor,
        }
        for name in ("params", "tokens"):
            factor, exponent = powers.get(name, (0.0, 0.0))
            signals |= {f"k_{name}_factor": factor, f"k_{name}_exponent": exponent}
        return signals
    constants = {**dict.fromkeys(LAW_CONSTANTS, 0.0), **law.constants, "R_D": law.repeat_scale}
    low, high = band(law)
    return {
        **scale,
        **{f"k_{letter}": float(constants[letter]) for letter in LAW_CONSTANTS},
        "k_band_low": low,
        "k_band_high": high,
    }


@cache
def scales() -> dict[str, int]:
    """The loss scales by number, from 1; losses compare only within one."""
    found = dict.fromkeys(law.about.scale for law in LAWS.values() if law.about.scale)
    return {name: number for number, name in enumerate(found, start=1)}


BAND = 0.05  # the extra compute that the soft band of sizes allows


def band(law: ParametricLaw, extra: float = BAND) -> tuple[float, float]:
    """The sizes, relative to the optimum, that reach its loss with ``extra`` more compute.

    For a plain budget they do not depend on it (de Vries 2023, "Go smol or go home"):
    k_D = (1 − (k_N^−α − 1)·β/α)^(−1/β), and the compute is k_N·k_D times the least.
    """
    alpha, beta = law.constants["alpha"], law.constants["beta"]
    rest = (1.0 + alpha / beta) ** (-1.0 / alpha)  # no data would do below this size

    def log_compute(size: Any) -> Any:
        return np.log(size) - np.log(1.0 - (size**-alpha - 1.0) * beta / alpha) / beta

    goal = np.log1p(extra)
    below = rising_root(
        lambda x: goal - log_compute(rest + (1.0 - rest) / (1.0 + np.exp(-x))), 0.0, 1.0
    )
    above = rising_root(lambda x: log_compute(1.0 + np.exp(x)) - goal, 0.0, 1.0)
    return rest + (1.0 - rest) / (1.0 + np.exp(-below)), 1.0 + np.exp(above)


@cache
def program(family: str) -> dict[str, Any]:
    """What answers a scenario under a law of ``family``, as plain JSON.

    ``inputs`` are signals with the values they start from; ``before``, ``step`` and ``after``
    are lists of ``[name, expression]``. ``step``, where there is one, moves the signal
    ``k_at`` by ``k_move`` at a time; the sign of ``k_tilt`` says on which side of the root it is.
    """
    before, step, after = _parametric() if family == "parametric" else _frontier()
    sample = next(law for law in LAWS.values() if law.family == family)
    return {
        "inputs": {**INPUTS, **law_signals(sample)},
        "before": [list(line) for line in emit(before, "b")],
        "step": [list(line) for line in emit(step, "s")],
        "after": [list(line) for line in emit(after, "a")],
    }


def _money() -> dict[str, Any]:
    """Budget to training FLOP, and what a FLOP costs."""
    s = symbol
    goodput = where(s("goodput") > 0, s("goodput"), costs.default_goodput(s("chips")))
    per_hour = costs.flops_per_chip_hour(s("peak_flops"), s("mfu"), goodput)
    rate = costs.dollars_per_flop(s("price_per_hour"), per_hour)
    amount = s("budget") * s("final_share")
    kind = s("budget_kind")
    total = where(kind == 0, amount / rate, where(kind == 1, amount, amount * per_hour))
    serving_mfu = where(s("serving_mfu") > 0, s("serving_mfu"), s("mfu"))
    price = where(s("price_per_hour") > 0, s("price_per_hour"), 1.0)
    serving_price = where(s("serving_price_per_hour") > 0, s("serving_price_per_hour"), price)
    weight = costs.serving_weight(s("mfu"), serving_mfu, price, serving_price)
    return {
        "k_goodput_used": goodput,
        "k_per_hour": per_hour,
        "k_dollars_per_flop": rate,
        "k_budget_flops": total,
        "k_serving_mfu_used": serving_mfu,
        "k_serving_price_used": serving_price,
        "k_serving_weight": weight,
        "k_serving_per_param": costs.serving_per_param(s("served_tokens"), weight),
        "k_data_price": where(s("token_price") > 0, s("token_price") / 1e6 / rate, 0.0),
    }


def terms() -> Terms:
    """The draws on the budget beside training, as ``before`` leaves them."""
    s = symbol
    return Terms(
        data_price=s("data_price"),
        serving=s("serving_per_param"),
        unique_tokens=s("unique_tokens"),
        stock=s("unique_tokens"),
        repeats=s("repeats") > 0,
        repeat_scale=s("R_D"),
        priced=True,
        limited=True,
    )


Stages = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def _parametric() -> Stages:
    s, law, draws = symbol, symbolic_law(), terms()
    total, at = s("budget_flops"), s("at")
    # Where tokens may not be read again the limit is a kink, put in afterwards.
    solved = replace(draws, unique_tokens=where(draws.repeats, draws.unique_tokens, ENDLESS))
    slope = tilt(law, solved, *place(Dual(at, 1.0), total, draws.serving))
    move = np.minimum(np.maximum(slope.value / slope.slope, -_LONGEST), _LONGEST)
    own, pin = s("own_params"), _pin(draws, total)
    pinned = pin.tokens
    unlimited, left = place(at, total, draws.serving)
    once = fresh_only(draws, unlimited, left, total)
    best = _run(law, draws, total, where(draws.repeats, unlimited, once), pin)
    shown = _run(law, draws, total, where((own > 0) & (pinned == 0), own, best.params), pin)
    plain = (draws.data_price == 0) & (draws.serving == 0) & (pinned == 0)
    best_plain = plain & draws.leaves_fresh(best.tokens)
    shown_plain = best_plain & (own == 0)
    size, data = law.terms(shown.useful, shown.effective)
    factor, exponent = law.frontier()["params"]
    after = {
        **_answer(shown.params, shown.tokens, shown.unique, shown.loss, shown.flops),
        **_doubt(shown_plain, shown_plain),
        "k_last_mile": _mile_on_fresh_data(law, shown_plain),
        "k_unlimited_params": unlimited,
        "k_least_params": where(draws.repeats, 0.0, whole_stock(draws, total)),
        "k_best_params": best.params,
        "k_best_tokens": best.tokens,
        "k_best_loss": best.loss,
        "k_best_plain": where(best_plain, 1.0, 0.0),
        "k_loss_of_params": size,
        "k_loss_of_tokens": data,
        "k_frontier_factor": factor,
        "k_frontier_exponent": exponent,
    }
    # The start asks for what `before` computes: it comes after it.
    return (
        {**_money(), "k_at": start(law, solved, total)},
        {"k_tilt": slope.value, "k_move": move},
        after,
    )


@dataclass(frozen=True)
class _Run:
    """A size and what the budget trains it with; where all is pinned, what was pinned."""

    params: Any
    unique: Any
    tokens: Any
    useful: Any
    effective: Any
    loss: Any

    @property
    def flops(self) -> Any:
        return costs.training_flops(self.params, self.tokens)


@dataclass(frozen=True)
class _Pin:
    """Size, tokens and unique tokens that are not the best for a budget; 0 where there is none."""

    params: Any
    tokens: Any
    unique: Any


def _pin(draws: Terms, total: Any) -> _Pin:
    """What Python solved; where tokens are asked for, the size that the budget trains on them."""
    asked = symbol("own_tokens")
    unique = np.minimum(asked, draws.unique_tokens)
    return _Pin(
        where(asked > 0, costs.size_for(draws, unique, asked, total), symbol("pin_params")),
        where(asked > 0, asked, symbol("pin_tokens")),
        where(asked > 0, unique, np.minimum(symbol("pin_unique"), draws.unique_tokens)),
    )


def _run(law: ParametricLaw, draws: Terms, total: Any, free: Any, pin: _Pin) -> _Run:
    pinned = pin.tokens > 0
    params = where(pinned, pin.params, free)
    left = total - draws.serving * params
    bought, again = costs.purchase(draws, params, left, costs.free_repeats(draws, params))
    unique = where(pinned, pin.unique, bought)
    tokens = where(pinned, pin.tokens, unique * (1.0 + again))
    counted, fresh = useful(law, draws, params, unique, tokens / unique - 1.0)
    return _Run(params, unique, tokens, counted, fresh, law.loss(counted, fresh))


def _mile_on_fresh_data(law: ParametricLaw, plain: Any) -> Any:
    """The last mile, unless fresh tokens would run out on the way: then it has no such price."""
    factor = last_mile(symbol("loss"), law.floor, law.frontier()["reducible"][1])
    wanted = symbol("tokens") * factor ** law.frontier()["tokens"][1]
    return where(plain & (wanted <= symbol("unique_tokens")), factor, 0.0)


def _frontier() -> Stages:
    s = symbol
    total, pinned = s("budget_flops"), s("pin_params")
    best = {
        name: Power(s(f"{name}_factor"), s(f"{name}_exponent"))(total)
        for name in ("params", "tokens")
    }
    params = where(pinned > 0, pinned, best["params"])
    tokens = where(pinned > 0, s("pin_tokens"), best["tokens"])
    flops = where(pinned > 0, costs.training_flops(params, tokens), total)
    loss = Power(s("loss_k"), s("loss_exponent"), s("loss_floor"))(flops)
    known = (s("has_loss") > 0) & (pinned == 0)
    after = {
        **_answer(params, tokens, tokens, where(known, loss, 0.0), flops),
        **_doubt(pinned == 0, known),
        "k_last_mile": where(known, last_mile(s("loss"), s("loss_floor"), s("loss_exponent")), 0.0),
        "k_best_params": params,
        "k_best_tokens": tokens,
        "k_best_loss": where(known, loss, 0.0),
        "k_best_plain": where(pinned == 0, 1.0, 0.0),
        "k_loss_of_flops": where(known, loss - s("loss_floor"), 0.0),
    }
    return _money(), {}, after


def _answer(params: Any, tokens: Any, unique: Any, loss: Any, flops: Any) -> dict[str, Any]:
    """Everything that follows from a solved point, under the names of ``Plan``."""
    s = symbol
    rate = s("dollars_per_flop")
    serving = s("serving_per_param") * params
    hours = flops / s("per_hour")
    energy = costs.energy_kwh(hours, s("tdp"), s("pue"))
    training, data = flops * rate, unique * (s("token_price") / 1e6)
    return {
        "k_params": params,
        "k_tokens": tokens,
        "k_unique_tokens_used": unique,
        "k_tokens_per_param": tokens / params,
        "k_epochs": tokens / unique,
        "k_loss": loss,
        "k_flops": flops,
        "k_total_flops": flops + serving + s("data_price") * unique,
        "k_dollars_training": training,
        "k_dollars_data": data,
        "k_dollars_serving": serving * rate,
        "k_dollars": training + data + serving * rate,
        "k_serving_price": 2e6 * params * rate * s("serving_weight"),
        "k_chip_hours": hours,
        "k_days": where(s("chips") > 0, costs.days(hours, s("chips")), 0.0),
        "k_energy_kwh": energy,
        "k_co2_kg": costs.co2_kg(energy, s("grid")),
    }


def _doubt(plain: Any, has_loss: Any) -> dict[str, Any]:
    """The range across laws; 0 where it does not apply."""
    outputs = {"k_plain": where(plain, 1.0, 0.0)}
    for name, (low, high) in spread_of(symbol("budget_flops"), symbol("scale")).items():
        shown = plain if name != "loss" else has_loss & (high - low > 1e-12) & (high > 0)
        outputs[f"k_{name}_low"] = where(shown, low, 0.0)
        outputs[f"k_{name}_high"] = where(shown, high, 0.0)
    return outputs


def last_mile(loss: Any, floor: Any, exponent: Any, better: float = 0.02) -> Any:
    """How many times the compute a loss lower by ``better`` takes, under a plain budget.

    ``exponent`` is that of the reducible loss in FLOP, below 0. 0 where no budget reaches it.
    """
    wanted = (1.0 - better) * loss - floor
    factor = np.exp(np.log(np.maximum(wanted, 1e-300) / (loss - floor)) / exponent)
    return where(wanted > 0, factor, 0.0)


def spread_of(flops: Any, scale: Any) -> dict[str, tuple[Any, Any]]:
    """Lowest and highest answer across the laws that apply, as expressions over ``flops``.

    Params and tokens across all of them, loss across those on the loss ``scale`` alone.
    """
    powers = [(law, law.frontier()) for law in LAWS.values() if law.about.compare]
    found = {}
    sizes = [power["params"][0] * flops ** power["params"][1] for _, power in powers]
    data = [power["tokens"][0] * flops ** power["tokens"][1] for _, power in powers]
    ratios = [tokens / params for tokens, params in zip(data, sizes, strict=True)]
    for name, answers in (("params", sizes), ("tokens", data), ("tokens_per_param", ratios)):
        found[name] = (_fold(np.minimum, answers), _fold(np.maximum, answers))
    losses = [
        (number, law.floor + power["reducible"][0] * flops ** power["reducible"][1])
        for law, power in powers
        if isinstance(law, ParametricLaw) and (number := scales().get(law.about.scale, 0))
    ]
    found["loss"] = (
        _fold(np.minimum, [where(scale == number, loss, 1e9) for number, loss in losses]),
        _fold(np.maximum, [where(scale == number, loss, 0.0) for number, loss in losses]),
    )
    return found


def _fold(pick: Any, values: list[Any]) -> Any:
    result = values[0]
    for value in values[1:]:
        result = pick(result, value)
    return result
