"""Whether runs determine a law at all, and if not, why, and which runs would help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from chinchilla_widget.fitting import design
from chinchilla_widget.fitting.families import law_of, surface_for
from chinchilla_widget.fitting.information import Information, information
from chinchilla_widget.fitting.newton import descend
from chinchilla_widget.fitting.runs import Note, Runs

if TYPE_CHECKING:
    from chinchilla_widget.fitting.fitted import Fit

Array = Any
# Student's t, 97.5 %, for 1, 2, … degrees of freedom; farther on 1.96 + 2.4/dof is as good.
STUDENT = (12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
# A table longer than this is judged by so many of its runs, which say the same.
JUDGED = 4_000
# An exponent or a floor known to within these factors is known well enough to plan with.
WIDEST = {"exponent": 2.0, "floor": 3.0}
# Where the optimum is looked at: a decade beyond the largest run.
BEYOND = 10.0
# sd of ln N* there, beyond which a plan says nothing: 68 % within a factor of 3.
LOOSEST = 1.1
# ln of a factor beyond which another means nothing.
MOST_FACTOR = float(np.log(1000.0))


@dataclass(frozen=True, eq=False)
class Profile:
    """The best objective for each held value of one constant, and the 95 % range it leaves.

    A range that reaches the end of ``values`` goes on beyond.
    """

    values: Array
    objective: Array
    low: float
    high: float


@dataclass(frozen=True)
class Verdict:
    """Whether the runs determine the law.

    Attributes:
        identified: False where a plan from it would rest on nothing.
        condition: condition number of the joint information, unknowns scaled.
        profiles: by letter, of the exponents and of E.
        movement: by what is left out (a sweep), how far ln N* moves a decade beyond the runs.
        spread: sd of ln N* there, from the joint information.
        notes: the sentences, "not identified" first.
    """

    identified: bool
    condition: float
    profiles: Mapping[str, Profile]
    movement: Mapping[str, float]
    spread: float
    notes: tuple[Note, ...] = field(default=())


def verdict(whole: Fit) -> Verdict:
    """The verdict on a fit."""
    fit = thinned(whole)
    known = information(fit.runs, fit.family, fit.theta, fit.price).of_more(
        len(whole.runs) / len(fit.runs)
    )
    surface = surface_for(fit.family, fit.runs)
    profiles = {
        letter: profile(fit, surface, known, index)
        for index, letter in enumerate(surface.letters)
        if letter in ("alpha", "beta", "E")
    }
    beyond = BEYOND * float(fit.runs.flops.max())
    spread = design.spread(fit, known.matrix, beyond)
    movement = left_out(fit, beyond)
    reasons = _reasons(fit, profiles, spread, movement)
    notes: list[Note] = []
    if reasons:
        helpful = design.helpful(fit, known, beyond)
        notes = [("fitting.not_identified", {}), *reasons, helpful]
    return Verdict(not reasons, known.condition, profiles, movement, spread, tuple(notes))


def thinned(fit: Fit) -> Fit:
    """The fit of some of its runs, spread evenly over compute, where there are very many."""
    if len(fit.runs) <= JUDGED:
        return fit
    order = np.argsort(fit.runs.flops, kind="stable")
    runs = fit.runs.where(order[:: -(-len(order) // JUDGED)])
    surface = surface_for(fit.family, runs)
    start = surface.point(fit.constants)[None]
    end = descend(surface, start, runs.weight, fit.price, damping=0.1)
    constants = {letter: float(each) for letter, each in surface.constants(end.theta[0]).items()}
    value = float(end.at.value[0])
    return replace(fit, runs=runs, theta=end.theta[0], constants=constants, objective=value)


def student(freedom: int) -> float:
    """Student's t, 97.5 %: how far, in sd told from the runs themselves, 95 % reaches."""
    return STUDENT[freedom - 1] if freedom <= len(STUDENT) else 1.96 + 2.4 / freedom


def profile(fit: Fit, surface: Any, known: Information, index: int) -> Profile:
    """One unknown held at values around the optimum, the others free."""
    letter = surface.letters[index]
    at = float(fit.theta[index])
    of_floor = letter == "E"
    steps = np.linspace(-1.0, 1.0, 25)
    if of_floor:  # θ holds ln E: from a tenth of E to just below the least loss
        above = max(0.1, float(np.log(fit.runs.loss.min())) - at - 0.01)
        held = at + np.where(steps < 0.0, 2.3 * steps, above * steps)
    else:
        held = at * np.exp(np.log(4.0) * steps)
    theta = np.repeat(fit.theta[None], held.size, axis=0)
    theta[:, index] = held
    free = np.arange(fit.theta.size) != index
    # All values at once, so the other unknowns go along the ridge first.
    theta += np.outer(held - at, _ridge(known.covariance, index)) * free
    np.clip(theta, *surface.limits, out=theta)
    most = 30 if fit.family == "repeats" else 200  # each step there takes fifty times as long
    end = descend(surface, theta, fit.runs.weight, fit.price, gain=1e-5, most=most, free=free)
    objective = end.at.value
    values = np.exp(held) if of_floor else held
    worse = np.sqrt(np.maximum(2.0 * (objective - fit.objective) * known.ratio, 0.0))
    # The scatter is told from what the constants left of it: with few runs, too little.
    freedom = max(1, len(fit.runs) - fit.theta.size)
    most = student(freedom) * np.sqrt(len(fit.runs) / freedom)
    middle = held.size // 2
    low = _crossing(values[middle::-1], worse[middle::-1], most)
    high = _crossing(values[middle:], worse[middle:], most)
    return Profile(values, objective, low, high)


def _crossing(values: Array, worse: Array, most: float) -> float:
    """Where the profile, going outwards, first is too unlikely; the last value if it never is."""
    return float(np.interp(most, np.maximum.accumulate(worse), values))


def _ridge(covariance: Array, index: int) -> Array:
    """How the best of the others move with one unknown: the regression on it."""
    return covariance[index] / covariance[index, index]


def left_out(fit: Fit, flops: float) -> dict[str, float]:
    """ln N*(C) without each sweep, less that of all runs: one fit a sweep, in one batch.

    Sweeps are the cluster column; without one, the sizes where there are at most twelve, else
    eight parts of equal number by compute.
    """
    labels, groups = sweeps(fit.runs)
    surface = surface_for(fit.family, fit.runs)
    weights = np.where(groups[None] == np.arange(len(labels))[:, None], 0.0, fit.runs.weight)
    keep = [i for i, row in enumerate(weights) if (row > 0).sum() > fit.theta.size]
    if len(keep) < 2:
        return {}
    starts = np.repeat(fit.theta[None], len(keep), axis=0)
    end = descend(surface, starts, weights[keep], fit.price, gain=1e-9, damping=0.1)
    moved = np.log(law_of(fit.family, surface.constants(end.theta)).optimum(flops)[0])
    here = np.log(law_of(fit.family, dict(fit.constants)).optimum(flops)[0])
    return {labels[i]: float(each - here) for i, each in zip(keep, moved, strict=True)}


def sweeps(runs: Runs) -> tuple[list[str], Array]:
    """Names of the sweeps and the sweep of each row."""
    if runs.cluster is not None:
        return [str(i + 1) for i in range(int(runs.cluster.max()) + 1)], runs.cluster
    sizes, groups = np.unique(np.round(np.log(runs.params), 2), return_inverse=True)
    if sizes.size <= 12:
        return [f"N = {np.exp(size):.3g}" for size in sizes], groups
    parts = 8
    order = np.argsort(np.argsort(runs.flops, kind="stable"), kind="stable")
    groups = order * parts // len(runs)
    return [f"C {i + 1}/{parts}" for i in range(parts)], groups


def _reasons(
    fit: Fit, profiles: Mapping[str, Profile], spread: float, movement: Mapping[str, float]
) -> list[Note]:
    found: list[Note] = []
    for letter, each in profiles.items():
        at = float(fit.constants[letter])
        factor = WIDEST["floor" if letter == "E" else "exponent"]
        # The floor can only be too low: above, the losses themselves hold it.
        if each.low < at / factor or (letter != "E" and each.high > at * factor):
            name = {"alpha": "α", "beta": "β"}.get(letter, letter)
            low, high = (("constant", float(f"{end:.2g}")) for end in (each.low, each.high))
            found.append(("fitting.why_profile", {"name": name, "low": low, "high": high}))
    # An E far below every loss, or a tiny exponent, is where one constant stands in for another.
    least = float(fit.runs.loss.min())
    floor = fit.constants.get("E")
    if (
        floor is not None
        and floor < 0.25 * least
        and not any(note[1]["name"] == "E" for note in found)
    ):
        values = {"floor": ("loss", floor), "least": ("loss", least)}
        found.append(("fitting.why_floor", values))
    if not spread < LOOSEST:
        found.append(_moved("fitting.why_spread", spread))
    elif movement and max(map(abs, movement.values())) > 2.0 * LOOSEST:
        worst = max(movement, key=lambda name: abs(movement[name]))
        found.append(_moved("fitting.why_sweep", abs(movement[worst]), sweep=worst))
    return found


def _moved(code: str, by: float, **values: str) -> Note:
    """The sentence on a movement of ln N*; beyond a factor that says anything, that it is more."""
    if by < MOST_FACTOR:
        return code, {**values, "factor": ("ratio", float(np.exp(by)))}
    return f"{code}_more", {**values, "factor": ("ratio", float(np.exp(MOST_FACTOR)))}
