"""``fit``: from a table of runs to a ``Fit``."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from chinchilla_widget.fitting import arguments
from chinchilla_widget.fitting.approaches import FrontierFit, by_envelope, by_isoflop
from chinchilla_widget.fitting.checks import read_runs
from chinchilla_widget.fitting.families import SURFACES, search, surface_for
from chinchilla_widget.fitting.fitted import Fit
from chinchilla_widget.fitting.objective import Objective
from chinchilla_widget.fitting.reading import clipped, read_table
from chinchilla_widget.fitting.runs import Runs
from chinchilla_widget.messages import LANGUAGES, ChinchillaError
from chinchilla_widget.quantities.given import quoted

# How near its objective must be to the best for a start to count as having reached it.
NEAR = 1e-6
LONGEST_NAME = 200


@arguments.known_words
def fit(
    runs: Any,
    params: str | int | None = None,
    tokens: str | int | None = None,
    loss: str | int | None = None,
    *,
    flops: str | int | None = None,
    unique_tokens: str | int | None = None,
    cluster: Any = None,
    weights: Any = None,
    family: str = "parametric",
    approach: int = 3,
    objective: str = "huber",
    delta: float = 1e-3,
    overestimate_penalty: float = 1.0,
    seed: int = 0,
    name: str = "",
    lang: str = "en",
) -> Any:
    """A law fitted on training runs.

    Args:
        runs: a table with a row for each finished run: a data frame (pandas, polars, pyarrow),
            lazy ones too), a dict of arrays, or the path of a file: text parted by commas,
            semicolons, tabs, bars or spaces, gzipped or not, or Parquet.
        params, tokens, loss: names of its columns: N, D and the loss in nats per token. Usual
            names are found without. A number names a column that is called so.
        flops: name of the column of training compute, which may replace params or tokens
            (C = 6ND) and otherwise checks their units.
        unique_tokens: name of the column of different tokens, for the family "repeats".
        cluster: name of a column, or labels ``(rows,)``, the same for the runs of one sweep: the
            bootstrap then draws whole sweeps.
        weights: name of a column, or an array ``(rows,)``: how much each row counts.
        family: "parametric" (Hoffmann et al. 2022, equation 2), "tied" (α = β), "repeats"
            (Muennighoff et al. 2023) or "kaplan" (Kaplan et al. 2020, equation 1.5).
        approach: 3, a loss surface; 2, parabolas of equal compute; 1, the envelope (Hoffmann
            et al. 2022, section 3). 1 and 2 give a frontier alone, with their bias said.
        objective: "huber" or "least-squares", of log losses, summed.
        delta: where Huber's price turns from a square into a line, in nats of log loss.
        overestimate_penalty: times the price of runs the law expects to be worse than they were.
        seed: of all that is drawn.
        lang: the language of its sentences.

    Returns:
        A ``Fit``; for approaches 1 and 2 a ``FrontierFit``.

    Raises:
        ChinchillaError: one sentence: what was read, what is wrong, what would work.
    """
    if not isinstance(lang, str) or lang not in LANGUAGES:
        raise ChinchillaError("scenario.lang", text=quoted(lang), known=", ".join(LANGUAGES))
    price = _price(objective, delta, overestimate_penalty, lang)
    approach = arguments.approach(approach, lang)
    family = arguments.family(family, SURFACES, approach, lang)
    seed = arguments.whole("seed", seed, lang, least=0)
    names = {
        "params": params,
        "tokens": tokens,
        "loss": loss,
        "flops": flops,
        "unique_tokens": unique_tokens,
    }
    read = read_runs(read_table(runs, lang), names, weights, cluster, family, lang)
    found = fitted(read, family, price, seed, lang, clipped(str(name), LONGEST_NAME))
    if approach == 3:
        return found
    answer: FrontierFit = (by_envelope if approach == 1 else by_isoflop)(found)
    return answer


def fitted(runs: Runs, family: str, price: Objective, seed: int, lang: str, name: str = "") -> Fit:
    """The fit of ready runs.

    Raises:
        ChinchillaError: the best surface does not fall with params, or with tokens.
    """
    surface = surface_for(family, runs, lang)
    ends = search(surface, runs.weight, price)
    value = np.where(np.isfinite(ends.at.value), ends.at.value, np.inf)
    best = int(np.argmin(value))
    # Data that fit exactly leave rounding to compare.
    near = value <= value[best] * (1.0 + NEAR) + 1e-26 * len(runs)
    theta = ends.theta[best]
    constants = {letter: float(each) for letter, each in surface.constants(theta).items()}
    made = Fit(
        runs,
        family,
        theta,
        constants,
        float(value[best]),
        (int(near.sum()), int(near.size)),
        price,
        seed,
        lang,
        name,
    )
    _refuse_rising(made)
    return made


def _refuse_rising(made: Fit) -> None:
    """A loss that does not fall has no optimum, whatever the constants are."""
    law = made.constants
    if made.family == "kaplan":
        exponents = {"params": law["alpha_N"], "tokens": law["alpha_D"]}
        shares = dict.fromkeys(exponents, 1.0)
    else:
        exponents = {"params": law["alpha"], "tokens": law.get("beta", law["alpha"])}
        slopes = surface_for(made.family, made.runs).jacobian(made.theta[None])[0]
        shares = {"params": float(slopes[:, 0].max()), "tokens": float(slopes[:, 1].max())}
    for what in sorted(exponents, key=exponents.__getitem__):
        # A term of less than a ten-thousandth of the loss, or flat over all the data, is none.
        if exponents[what] <= 1e-3 or shares[what] <= 1e-4:
            raise ChinchillaError(f"fitting.rises_with_{what}", made.lang)


def _price(objective: Any, delta: Any, penalty: Any, lang: str) -> Objective:
    if not isinstance(objective, str) or objective not in ("huber", "least-squares"):
        raise ChinchillaError("fitting.objective", lang, text=quoted(objective))
    delta = arguments.positive("delta", delta, lang, finite=False)
    penalty = arguments.positive("overestimate_penalty", penalty, lang)
    return Objective(math.inf if objective == "least-squares" else delta, penalty)
