"""Intervals from joint draws: of the optimum at a compute, and of the loss of one run to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chinchilla_widget.fitting.families import law_of
from chinchilla_widget.laws import Draws, ends
from chinchilla_widget.messages import ChinchillaError

if TYPE_CHECKING:
    from chinchilla_widget.fitting.fitted import Fit

Array = Any
WHAT = ("params", "tokens", "tokens_per_param", "loss")


def interval(
    draws: Draws, family: str, what: str, flops: float, level: float, calibrated: bool, lang: str
) -> tuple[float, float]:
    """See ``Fit.interval``."""
    if what not in WHAT:
        raise ChinchillaError("fitting.what", lang, text=str(what), known=", ".join(WHAT))
    law = law_of(family, dict(draws.constants))
    of = "loss" if what == "loss" else "params"
    logs = draws.optimum(law, of, flops, calibrated=calibrated)
    # Tokens and tokens per param follow from N at a given compute: D = C/6N.
    if what == "tokens":
        logs = np.log(flops / 6.0) - logs
    elif what == "tokens_per_param":
        logs = np.log(flops / 6.0) - 2.0 * logs
    low, high = np.exp(ends(logs, level))
    return float(low), float(high)


def predict(
    fit: Fit, params: Any, tokens: Any, level: float, calibrated: bool
) -> tuple[Any, Any, Any]:
    """See ``Fit.predict``: draws of the law, each with an error of the runs' own."""
    params, tokens = np.broadcast_arrays(np.asarray(params, float), np.asarray(tokens, float))
    draws = fit.draws
    random = np.random.default_rng([fit.seed, 11])
    errors = random.choice(-fit.errors, len(draws), p=fit.runs.weight / fit.runs.weight.sum())
    law = law_of(fit.family, dict(draws.constants))
    flat = np.empty((3, params.size))
    middle_law = fit.law_alone
    for i, (size, data) in enumerate(zip(params.ravel(), tokens.ravel(), strict=True)):
        logs = np.log(law.loss(size, data)) + errors
        if calibrated:
            logs = draws.widened(logs, "loss", 6.0 * size * data)
        low, high = ends(logs, level)
        flat[:, i] = np.exp(low), float(middle_law.loss(size, data)), np.exp(high)
    low, middle, high = (each.reshape(params.shape) for each in flat)
    if params.ndim == 0:
        return float(low), float(middle), float(high)
    return low, middle, high
