"""A fit in words and tables, for a terminal and for a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from chinchilla_widget.fitting.runs import Note
from chinchilla_widget.laws import LEVEL, ends
from chinchilla_widget.messages import say
from chinchilla_widget.quantities import show, show_apart

if TYPE_CHECKING:
    from chinchilla_widget.fitting.fitted import Fit

NAMES = {"alpha": "α", "beta": "β", "alpha_N": "α_N", "alpha_D": "α_D"}
# A run this many times as far off as half of all runs is named.
FAR = 12.0


def notes(fit: Fit) -> tuple[Note, ...]:
    """What the fit itself shows: starts that ended elsewhere, scales at a limit, far-off runs."""
    found: list[Note] = []
    reached, tried = fit.starts
    if reached < tried:
        found.append(("fitting.starts_apart", {"reached": reached, "tried": tried}))
    if fit.family == "repeats":
        from chinchilla_widget.fitting.traced import Repeats

        for letter in ("R_D", "R_N"):
            low, high = Repeats.scales
            if not low * 1.001 < fit.constants[letter] < high * 0.999:
                found.append(("fitting.scale_open", {"name": letter}))
    size = np.abs(fit.errors)
    far = size > FAR * max(float(np.median(size)), 1e-4)
    if far.any():
        worst = int(np.argmax(size))
        found.append(
            (
                "fitting.far_off",
                {
                    "count": int(far.sum()),
                    "factor": ("constant", float(np.exp(size[worst]))),
                    "params": ("params", float(fit.runs.params[worst])),
                    "tokens": ("tokens", float(fit.runs.tokens[worst])),
                },
            )
        )
    return tuple(found)


def budgets(fit: Fit) -> list[float]:
    """Three computes worth looking at: amid the runs, ten and a thousand times the largest."""
    flops = fit.runs.flops
    rounded = (float(np.median(flops)), 10.0 * float(flops.max()), 1000.0 * float(flops.max()))
    return [float(f"{value:.0e}") for value in rounded]


def constants(fit: Fit) -> list[tuple[str, str, str]]:
    """Name, value and 80 % interval of each constant, and of the frontier's exponents."""
    draws = fit.resampled.constants
    rows = []
    for name, value in fit.constants.items():
        low, high = ends(draws[name], LEVEL)
        rows.append((NAMES.get(name, name), f"{value:.6g}", _ends(low, high, "g")))
    exponent = fit.law_alone.frontier()["params"][1]
    spread = np.asarray(fit.resampled.law.frontier()["params"][1]) + np.zeros(len(fit.resampled))
    low, high = ends(spread, LEVEL)
    rows.append(("a (N* ∝ C^a)", f"{exponent:.4f}", _ends(low, high, "f")))
    rows.append(("b (D* ∝ C^b)", f"{1 - exponent:.4f}", _ends(1 - high, 1 - low, "f")))
    lang = fit.lang
    return [(name, _marked(value, lang), _marked(pair, lang)) for name, value, pair in rows]


def _ends(low: float, high: float, form: str) -> str:
    """An interval with as many digits, four to six, as tell its ends apart."""
    for digits in (4, 5, 6):
        ends_of = [f"{end:.{digits}{form}}" for end in (low, high)]
        if ends_of[0] != ends_of[1]:
            break
    return " – ".join(ends_of)


def _marked(text: str, lang: str) -> str:
    """Numbers with the decimal mark of the language."""
    return text.replace(".", ",") if lang == "es" else text


def optima(fit: Fit) -> list[tuple[str, str, str, str]]:
    """Compute, N*, D* and loss at three budgets, each with its calibrated 80 % interval."""
    rows = []
    for flops in budgets(fit):
        params, tokens = fit.law_alone.optimum(flops)
        values: dict[str, Any] = {
            "params": params,
            "tokens": tokens,
            "loss": fit.law_alone.optimal_loss(flops),
        }
        cells: list[str] = []
        for what, value in values.items():
            low, high = fit.interval(what, flops, LEVEL)
            kind: Any = what
            shown = show_apart([float(each) for each in (value, low, high)], kind, fit.lang)
            cells.append("{} ({} – {})".format(*shown))
        size, data, loss = cells
        rows.append((show(flops, "flops", fit.lang), size, data, loss))
    return rows


def others(fit: Fit) -> tuple[str, list[tuple[str, str]]]:
    """N* at ten times the largest run by other ways, under a heading."""
    flops = budgets(fit)[1]
    heading = say("fitting.sum_others", fit.lang, flops=show(flops, "flops", fit.lang))
    rows = []
    for way, pair in fit.alternatives(flops).items():
        low, high = (show(each, "params", fit.lang) for each in pair)
        rows.append(
            (say(f"fitting.way_{way}", fit.lang), low if low == high else f"{low} – {high}")
        )
    return heading, rows


def facts(fit: Fit) -> list[tuple[str, str]]:
    """How the fit was made: rows, objective, starts, condition."""
    lang, verdict = fit.lang, fit.identified
    rows = say("fitting.sum_rows", lang, used=len(fit.runs), read=fit.runs.read)
    columns = ", ".join(f"{what}={name}" for what, name in fit.runs.columns.items())
    starts = say("fitting.sum_starts", lang, reached=fit.starts[0], tried=fit.starts[1])
    drawn = fit.resampled
    told = "sum_by_information" if np.isnan(drawn.objective).all() else "sum_resamples"
    profiles = "; ".join(
        f"{NAMES.get(letter, letter)} {each.low:.3g} – {each.high:.3g}"
        for letter, each in verdict.profiles.items()
    )
    return [
        (say("fitting.sum_family", lang), fit.family),
        (say("fitting.sum_columns", lang), columns),
        (say("fitting.sum_used", lang), rows),
        (say("fitting.sum_objective", lang), _marked(f"{fit.objective:.9e}", lang)),
        (say("fitting.sum_where", lang), starts),
        (say("fitting.sum_condition", lang), _marked(f"{verdict.condition:.2g}", lang)),
        (say("fitting.sum_profiles", lang), _marked(profiles, lang) or "–"),
        (
            say("fitting.sum_drawn", lang),
            say(f"fitting.{told}", lang, done=len(drawn), asked=drawn.asked),
        ),
    ]


def _headings(fit: Fit) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lang = fit.lang
    interval = say("fitting.sum_interval", lang)
    return (
        (say("fitting.sum_constant", lang), say("fitting.sum_value", lang), interval),
        (say("fitting.sum_compute", lang), "N*", "D*", say("fitting.sum_loss", lang)),
    )


def text(fit: Fit) -> str:
    """See ``Fit.summary``."""
    first, second = _headings(fit)
    heading, ways = others(fit)
    parts = [
        _table(facts(fit)),
        _table([first, *constants(fit)]),
        _table([second, *optima(fit)]),
        _table([(heading, ""), *ways]),
        "\n".join(f"! {status}" for status in fit.status),
    ]
    return "\n\n".join(part for part in parts if part)


def _table(rows: Any) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def html(fit: Fit) -> str:
    """The same as tables of a notebook."""
    first, second = _headings(fit)
    heading, ways = others(fit)
    sentences = "".join(f"<li>{escape(str(status))}</li>" for status in fit.status)
    return (
        _rows(None, facts(fit))
        + _rows(first, constants(fit))
        + _rows(second, optima(fit))
        + _rows((heading, ""), ways)
        + (f"<ul>{sentences}</ul>" if sentences else "")
    )


def _rows(heading: tuple[str, ...] | None, rows: Any) -> str:
    head = ""
    if heading is not None:
        head = "".join(f"<th>{escape(cell)}</th>" for cell in heading)
        head = f"<thead><tr>{head}</tr></thead>"
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table>{head}<tbody>{body}</tbody></table>"
