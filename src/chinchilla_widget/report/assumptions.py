"""All that a plan assumes, each with its value and where it comes from.

The same rows, in the same words, as the drawer of the widget (``js/assumptions.ts``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from chinchilla_widget.costs import UNLIMITED
from chinchilla_widget.laws import LAWS, LEVEL, FrontierLaw, ParametricLaw, draws_of
from chinchilla_widget.messages import say
from chinchilla_widget.messages.sources import sourced
from chinchilla_widget.page import draws_source, rates
from chinchilla_widget.plans import Plan
from chinchilla_widget.plans.forms import clean
from chinchilla_widget.quantities import ShowKind, show
from chinchilla_widget.quantities.sentences import sentence
from chinchilla_widget.scenario import Scenario, given_words, kept_words
from chinchilla_widget.solver import plan_for

Row = tuple[str, str, str]

# As papers write them; what bears a subscript has it after the letter.
_GREEK: Final = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ"}
_STARRED: Final = {"R_D": "R_D*", "R_N": "R_N*"}
# A letter, which may have a subscript: other constants have names, not letters.
_LETTER: Final = re.compile(r"([A-Za-z]|alpha|beta|gamma|delta)(_[A-Za-z0-9]+)?")
_RANGES: Final[dict[str, ShowKind]] = {
    "flops": "flops",
    "params": "params",
    "tokens": "tokens",
    "tokens_per_param": "constant",
}


def assumptions(plan: Plan) -> list[Row]:
    """Name, printed value, and where it comes from, in the scenario's language."""
    s = plan.scenario
    lang, chip, law = s.lang, s.accelerator, s.law
    spec = sourced(chip.spec_source, lang)

    def text(code: str, **values: Any) -> str:
        return sentence(f"ui.{code}", lang, chip=chip.chip_word, **values)

    given, kept = given_words(s), kept_words(s)

    def origin(word: str) -> str:
        """Where a value is from that is not the catalogue's; "" where it is."""
        return text("given") if word in given else text("kept") if word in kept else ""

    peak = text("tflops", peak=("constant", s.peak_flops / 1e12))
    own_peak = origin("peak_flops")
    reason = say(f"accelerators.mfu_{chip.mfu_why}", lang)
    serving_price = s.serving_price_per_hour or s.price_per_hour
    own_serving = origin("serving_mfu") or s.serving_price_per_hour is not None
    rows: list[Row] = [
        ("accelerator", chip.name, spec),
        ("peak", peak, own_peak)
        if own_peak
        else ("peak", text("peak_dense", peak=peak, dtype=s.dtype), spec),
        _price(s, origin("price_per_hour")),
        *(("fx", value, where) for value, where in rates(s)),
        ("mfu", show(s.mfu, "percent", lang), origin("mfu") or _sentence(reason)),
        (
            "goodput",
            show(s.goodput, "percent", lang),
            origin("goodput") or text("goodput_rule"),
        ),
        ("share", show(s.final_share, "percent", lang), text("share_rule")),
        ("training", "6 N D", text("training_rule")),
        *_tokens(s),
        (
            "serving",
            text(
                "serving_at",
                mfu=("percent", s.serving_mfu),
                price="–" if serving_price is None else ("price", serving_price),
            ),
            text("serving_rule" if own_serving else "serving_as_training"),
        ),
    ]
    if plan.energy_kwh is not None and chip.tdp_w is not None:
        rule = text("energy_rule", tdp=("count", chip.tdp_w), pue=("constant", s.pue))
        rows.append(("energy", show(plan.energy_kwh, "energy", lang), f"{rule} {spec}"))
    if plan.co2_kg is not None:
        rows.append(
            ("co2", show(plan.co2_kg, "mass", lang), text("co2_rule", grid=("count", s.grid)))
        )
    if isinstance(law, ParametricLaw):
        scale = show(law.repeat_scale, "constant", lang)
        own = law.about.says("source", lang) if "R_D" in law.constants else ""
        rows.append(("repeats", scale, f"{text('repeats_rule')} {clean(own)}".strip()))
    rows.append(
        (
            "law",
            clean(law.about.says("name", lang)),
            f"{_fitted(s)} {clean(law.about.says('source', lang))}".strip(),
        )
    )
    if isinstance(law, ParametricLaw):
        told = text(
            "reference_rule", name="Chinchilla 70B", law=clean(law.about.says("name", lang))
        )
        rows.append(("reference", show(float(law.loss(70e9, 1.4e12)), "loss", lang), told))
    draws = draws_of(law)
    if draws is not None:
        told = text("interval_rule", draws=show(len(draws), "count", lang))
        source = draws_source(law, draws, lang)
        rows.append(("interval", show(LEVEL, "percent", lang), f"{told} {source}".strip()))
    ranged = [each.about.says("name", lang) for each in LAWS.values() if each.about.compare]
    rows.append(("across", str(len(ranged)), text("across_rule", laws=" · ".join(ranged))))
    if _soft_band(plan):
        rows.append(("band", show(0.05, "percent", lang), text("band_rule")))
    return [(say(f"ui.assume_{name}", lang), value, where) for name, value, where in rows]


def _soft_band(plan: Plan) -> bool:
    """Whether the picture shows which sizes are nearly as good: a plain budget's alone."""
    s = plan.scenario
    if s.budget is None or not isinstance(s.law, ParametricLaw):
        return False
    best = plan if s.params is None or s.tokens is not None else plan_for(replace(s, params=None))
    return best.plain


def law_facts(plan: Plan) -> list[tuple[str, str]]:
    """The law's form, its constants, what its N counts, its range, its data, its source."""
    lang, law = plan.scenario.lang, plan.scenario.law
    about = law.about
    form = (
        "ui.law_surface"
        if isinstance(law, ParametricLaw)
        else "ui.law_frontier"
        if law.loss_by_flops is None
        else "ui.law_frontier_loss"
    )
    constants = _equations(law.constants, lang)
    if isinstance(law, FrontierLaw):
        formed = _of_the_form(law)
        own = {
            letter: value
            for letter, value in law.constants.items()
            if letter not in formed and _LETTER.fullmatch(letter)
        }
        constants = "; ".join(filter(None, (_equations(formed, lang), _equations(own, lang))))
    ranges = [
        sentence(f"ui.fitted_{what}", lang, low=(kind, ends[0]), high=(kind, ends[1]))
        for what, kind in _RANGES.items()
        if (ends := about.domain.get(what)) is not None
    ]
    told = [
        ("law", clean(about.says("name", lang))),
        ("law_formula", say(form, lang)),
        ("law_constants", constants),
        ("law_counts", say(f"ui.counts_{about.counts.replace('-', '_')}", lang)),
        ("law_fitted", "; ".join(ranges)),
        ("law_data", clean(about.says("data", lang) or about.scale)),
        ("law_source", clean(about.says("source", lang))),
        ("law_verified", clean(about.says("verified", lang))),
        ("law_note", clean(about.says("note", lang))),
    ]
    return [(say(f"ui.{code}", lang), value) for code, value in told if value]


def _of_the_form(law: FrontierLaw) -> dict[str, float]:
    """What the form's letters stand for, with compute in FLOP: a paper may count otherwise."""
    powers = law.frontier()
    found = {"k": powers["params"][0], "a": powers["params"][1]}
    found |= {"k′": powers["tokens"][0], "b": powers["tokens"][1]}
    if (loss := law.loss_by_flops) is not None:
        found |= {
            "E": loss.floor,
            "k″": loss.k * law.compute_unit**-loss.exponent,
            "c": -loss.exponent,
        }
    return found


def _equations(constants: Mapping[str, Any], lang: str) -> str:
    return " · ".join(
        f"{_written(letter)} = {show(float(value), 'constant', lang)}"
        for letter, value in constants.items()
    )


def _written(letter: str) -> str:
    """A constant's name as papers write it: α_C for alpha_C."""
    head, low, below = clean(str(letter)).partition("_")
    return _STARRED.get(letter, f"{_GREEK.get(head, head)}{low}{below}")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _fitted(s: Scenario) -> str:
    ends = s.law.about.domain.get("flops")
    if ends is None:
        return ""
    return sentence("ui.fitted_between", s.lang, low=("flops", ends[0]), high=("flops", ends[1]))


def _tokens(s: Scenario) -> list[Row]:
    """What was said of data and of serving."""
    price = f"{show(s.token_price, 'price', s.lang)} {say('ui.per_million', s.lang)}"
    asked = (
        ("token_price", s.token_price > 0, price),
        ("unique_tokens", s.unique_tokens < UNLIMITED, show(s.unique_tokens, "tokens", s.lang)),
        ("served_tokens", s.served_tokens > 0, show(s.served_tokens, "tokens", s.lang)),
    )
    given = say("ui.given", s.lang)
    return [(name, value, given) for name, there, value in asked if there]


def _price(s: Scenario, own: str) -> Row:
    lang, chip = s.lang, s.accelerator
    spot = s.price_kind == "spot"
    name = "price_spot" if spot else "price"
    if s.price_per_hour is None:
        return name, "–", say("ui.price_none_spot" if spot else "ui.price_none", lang)
    value = sentence(
        "ui.price_an_hour", lang, price=("price", s.price_per_hour), chip=chip.chip_word
    )
    seen = chip.spot if spot else chip.on_demand
    if own or seen is None:
        return name, value, own
    ends = {"low": ("price", seen.low), "high": ("price", seen.high)}
    # One price is no range.
    code = "ui.price_range" if seen.typical is not None else "ui.price_mean"
    told = "" if seen.low == seen.high else sentence(code, lang, **ends) + " "
    when = (
        sentence("ui.price_date", lang, date=seen.date)
        if seen.date
        else say("ui.price_no_date", lang)
    )
    return name, value, f"{told}{when} {sourced(seen.source, lang)}"
