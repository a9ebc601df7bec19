"""What Python tells the page: messages, tables, bounds, status. Plain JSON."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import numpy as np

from chinchilla_widget.accelerators import ACCELERATORS, HIGH_MFU, Accelerator, Price
from chinchilla_widget.charts import drawn_models, law_signals, specs, sure_signals
from chinchilla_widget.laws import FITTED, LAWS, ParametricLaw, draws_of, normal_order
from chinchilla_widget.messages import ChinchillaError, catalogue, filled, say
from chinchilla_widget.messages.sources import sourced
from chinchilla_widget.optimum import ENDLESS
from chinchilla_widget.plans import Plan, Status, doubt
from chinchilla_widget.plans.forms import clean
from chinchilla_widget.quantities import show, show_rate
from chinchilla_widget.quantities.sentences import printed
from chinchilla_widget.scenario import (
    DEFAULT_ACCELERATOR,
    KINDS,
    MAY_BE_ZERO,
    PRICE_KINDS,
    WORDS,
    Scenario,
    budget_amount,
    given_words,
    kept_words,
    printed_budget,
    range_of,
    rate_day,
    rates_of,
    said_beside,
)
from chinchilla_widget.solver.doubts import varying

# The rooms whose sentences the page prints by itself.
_SPOKEN = ("ui.", "plans.", "charts.")
# What a page without Python must be able to say besides.
_ALONE: Final = frozenset(
    code
    for code in catalogue("en")
    if code.startswith("live.")
    or code.startswith("words.")
    or code
    in (
        "accelerators.geometric_mean",
        "accelerators.mfu_high",
        "scenario.budget_and",
        "scenario.needs_surface",
        "scenario.no_price",
        "scenario.no_price_for",
        "scenario.price_old",
        "scenario.price_undated",
        "scenario.tokens_beyond",
    )
)

# The figures that have an interval under them (``js/interval.ts``).
_WITH_INTERVAL: Final = ("params", "tokens", "tokens_per_param", "loss")

# Where the budget slider begins and ends: dollars, FLOP, chip-hours.
_RANGES: Mapping[str, tuple[float, float]] = {
    "money": (1e3, 1e9),
    "flop": (1e18, 1e27),
    "chip_time": (1e2, 1e9),
}


@cache
def messages(lang: str) -> dict[str, str]:
    """The page's sentences in ``lang``, by name."""
    reasons = {_why(chip) for chip in ACCELERATORS.values()}
    return {
        code: text
        for code, text in catalogue(lang).items()
        if code.startswith(_SPOKEN) or code in reasons
    }


def _why(chip: Accelerator) -> str:
    """The code of the sentence that gives a reason for the chip's MFU."""
    return f"accelerators.mfu_{chip.mfu_why}"


def tables(
    own_laws: Mapping[str, Any], plan: Plan | None, defaults: Mapping[str, Any], lang: str
) -> dict[str, Any]:
    """The catalogue, the laws and models, what the words default to, a pinned answer, and which
    words are as they were saved."""
    known = {**LAWS, **own_laws}
    return {
        "accelerators": _accelerators(lang),
        "laws": [_law(key, law, lang) for key, law in known.items()],
        "models": [each | {"source": sourced(each["source"], lang)} for each in drawn_models()],
        "defaults": dict(defaults),
        "ranges": {kind: list(ends) for kind, ends in _RANGES.items()},
        "endless": ENDLESS,
        "pin": _pin(plan),
        "kept": {},  # a planner asks today's catalogue
    }


def _pin(plan: Plan | None) -> dict[str, Any] | None:
    """Size and tokens where the budget is not the question; the page solves only for a budget."""
    if plan is None:
        return None
    scenario = plan.scenario
    if scenario.budget is not None and scenario.tokens is None:
        return None
    return {
        "params": plan.params,
        "tokens": plan.tokens,
        "unique_tokens": plan.unique_tokens_used,
        # Its draws are other questions: the page could not ask them.
        "sure": _sure(plan),
    }


def _sure(plan: Plan) -> dict[str, list[float]] | None:
    """Between which ends the figures lie that were not asked for; None where nobody knows."""
    if draws_of(plan.scenario.law) is None:
        return None
    return {f"k_{name}": list(each) for name, each in varying(plan, _WITH_INTERVAL).items()}


@cache
def _accelerators(lang: str) -> list[dict[str, Any]]:
    return [
        {
            "id": chip.id,
            "name": chip.name,
            "chip_word": chip.chip_word,
            "peaks": dict(chip.peak_flops),
            "dtype": chip.peak(None)[0],
            "prices": {"on-demand": _price(chip.on_demand, lang), "spot": _price(chip.spot, lang)},
            "mfu": chip.mfu,
            "matmul": chip.matmul_ceiling,
            "mfu_reason": _why(chip),
            "spec_source": sourced(chip.spec_source, lang),
            "tdp_w": chip.tdp_w,
        }
        for chip in ACCELERATORS.values()
    ]


def _price(price: Price | None, lang: str) -> dict[str, Any] | None:
    if price is None:
        return None
    return {
        "low": price.low,
        "typical": price.typical,
        "high": price.high,
        "date": price.date,
        "source": sourced(price.source, lang),
    }


@cache
def _shipped_law(key: str, lang: str) -> dict[str, Any]:
    return _describe(key, LAWS[key], lang)


def _law(key: str, law: Any, lang: str) -> dict[str, Any]:
    if LAWS.get(key) is law:
        return _shipped_law(key, lang)
    told = _describe(key, law, lang)
    # Anybody's text: on one line, and in its own direction.
    return {k: clean(v) if isinstance(v, str) and k != "id" else v for k, v in told.items()} | {
        "own": True,
        "again": read_again(law),
    }


def read_again(law: Any) -> str:
    """How a law that no name stands for is read again in Python: a fit has a file of its own."""
    if law.about.id == FITTED:
        return 'cw.load_law("law.json")'
    return 'cw.Plan.from_json("plan.json").scenario.law'


def _describe(key: str, law: Any, lang: str) -> dict[str, Any]:
    about = law.about
    low, high = about.domain.get("flops", (None, None))
    reference = None
    if isinstance(law, ParametricLaw):
        # A loss alone says nothing to most people: the same law's loss for a model they know.
        reference = {"name": "Chinchilla 70B", "loss": float(law.loss(70e9, 1.4e12))}
    return {
        "id": key,
        "name": about.says("name", lang),
        "family": law.family,
        "counts": about.counts,
        "scale": about.scale,
        "compare": about.compare,
        "constants": {letter: float(value) for letter, value in law.constants.items()},
        "domain": {what: list(ends) for what, ends in about.domain.items()},
        "signals": {name: float(value) for name, value in law_signals(law).items()},
        "flops_low": low,
        "flops_high": high,
        "reference": reference,
        "draws": _draws(law, lang),
        "data": about.says("data", lang),
        "source": about.says("source", lang),
        "verified": about.says("verified", lang),
        "note": about.says("note", lang),
        "doubts": [
            {"code": code, "text": clean(spoken(Status(code, values, lang)))}
            for code, values in about.doubts
        ],
    }


def _draws(law: Any, lang: str) -> dict[str, Any] | None:
    """The joint draws of a law's constants, with what extrapolation adds to each of them."""
    if (draws := draws_of(law)) is None:
        return None
    return {
        "signals": {f"k_{letter}": _single(each) for letter, each in draws.constants.items()},
        "widening": {what: draws.widening.get(what, 0.0) for what in ("loss", "params")},
        "normal": _single(normal_order(len(draws))),
        "flops": draws.flops,
        "source": draws_source(law, draws, lang),
        "sure": sure_signals(law),
    }


def draws_source(law: Any, draws: Any, lang: str) -> str:
    """Where a law's draws are from; of a law of one's own as somebody wrote it."""
    told = clean(draws.source)
    return sourced(told, lang) if LAWS.get(law.about.id) is law else told


def _single(values: Any) -> str:
    """Numbers in single precision, in base64: seven digits each in fewer bytes than six written."""
    return base64.b64encode(np.asarray(values, "<f4").tobytes()).decode()


def bounds(
    plan: Plan | None, budget: str | None, fx: float | None, lang: str, before: Mapping[str, Any]
) -> dict[str, Any]:
    """How far the budget's slider goes, and its value where the page cannot read the text.

    A budget that stands as it is printed the page reads by itself: in a drag nothing changes here.
    """
    if budget is None:
        if plan is None:  # the slider stays, and nothing stands in the field
            ends = {name: before["budget"][name] for name in ("kind", "low", "high")}
            return {"budget": {**ends, "value": None}}
        kind, amount = ("flop", plan.flops) if plan.dollars is None else ("money", plan.dollars)
        return {"budget": {"kind": kind, "value": None, **_ends(kind, amount)}}
    try:
        read = budget_amount(budget, fx, lang) if plan is None else plan.scenario.budget
    except ChinchillaError:  # readable, but in a currency whose rate is gone
        return dict(before)
    assert read is not None
    found: dict[str, Any] = {"kind": read.kind, **_ends(read.kind, read.amount)}
    chip = None if plan is None else plan.scenario.accelerator
    if chip is None or budget != printed_budget(read.kind, read.amount, chip, lang):
        found["value"] = read.amount
        if plan is not None and (told := rates(plan.scenario)):  # what is printed is in dollars
            found["rates"] = told
    return {"budget": found}


def _ends(kind: str, amount: float) -> dict[str, float]:
    """A slider's ends: they stay where they are unless the budget lies beyond them."""
    low, high = _RANGES[kind]
    return {
        "low": low if amount >= low else 10.0 ** math.floor(math.log10(amount)),
        "high": high if amount <= high else 10.0 ** math.ceil(math.log10(amount)),
    }


def rates(scenario: Scenario) -> list[tuple[str, str]]:
    """The exchange rates that a budget was read with, each as printed and where it is from."""
    lang, given = scenario.lang, "fx" in given_words(scenario)
    told = []
    for currency, rate in rates_of(scenario).items():
        day = rate_day(currency, rate)
        value = say("ui.rate", lang, currency=currency, rate=show_rate(rate, lang))
        if given or day is None:
            told.append((value, say("ui.given" if given else "ui.kept", lang)))
        else:
            told.append((value, say("ui.rate_bank", lang, date=day)))
    return told


# What the page says by itself, in every frame: how far the plan lies outside what its law was
# fitted on; and, as long as somebody types, how its field read the budget.
_SAID_BY_THE_PAGE: Final = ("plans.extrapolates", "plans.extrapolates_spread", "plans.below_domain")
_SAID_BY_THE_FIELD: Final = "scenario.reading"
# How words were read.
_READINGS: Final = ("scenario.reading", "scenario.decided", "scenario.echo")
# Keywords that are no words of any language; the others read as they are ("mfu", "chips"), unless
# a sentence begins with one, under a label that says something else.
_CODE_WORDS: Final = re.compile(
    rf"(?<!\{{)\b({'|'.join(word for word in WORDS if '_' in word)})\b=?"
    rf"|^({'|'.join(word for word in WORDS if '_' not in word)})(?=,? )"
)
# Values of sentences that are keywords.
_KEYWORDS: Final = {"word", "words"}


def in_words(template: str, lang: str) -> str:
    """A sentence for the page, where a person sees fields and not keywords."""
    said = _CODE_WORDS.sub(lambda found: _named(found[1] or found[2], lang), template)
    return said[:1].upper() + said[1:] if said != template else template


def _named(word: str, lang: str) -> str:
    return say(f"words.{word}", lang) if word in WORDS else word


def spoken(told: ChinchillaError | Status) -> str:
    """What a refusal or a plan says, in words; what people typed or named stays as they did."""
    template, values = catalogue(told.lang)[told.code], printed(told.values, told.lang)
    for name in _KEYWORDS & values.keys():
        named = ", ".join(_named(word, told.lang) for word in str(values[name]).split(", "))
        if template.startswith(f"{{{name}}}"):
            named = named[:1].upper() + named[1:]
        template = template.replace(f"{{{name}}}=", named).replace(f"{{{name}}}", named)
    return filled(in_words(template, told.lang), values)


def status(
    plan: Plan | None, error: ChinchillaError | None, errors: Mapping[str, ChinchillaError]
) -> dict[str, Any]:
    """Sentences: what is wrong in a field, why there is no plan, what the plan must admit."""
    sentences = [] if plan is None else _sentences(plan)
    return {
        "errors": {word: spoken(each) for word, each in errors.items()},
        "error": None if error is None else spoken(error),
        "sentences": [each for each in sentences if each["code"] != _SAID_BY_THE_FIELD],
    }


def _sentences(plan: Plan) -> list[dict[str, str]]:
    """What the plan must admit; how a word was read is true as long as that word stands."""
    return [
        {"code": each.code, "text": spoken(each)}
        | ({"word": each.values.get("word", "budget")} if each.code in _READINGS else {})
        for each in plan.status
        if each.code not in _SAID_BY_THE_PAGE
    ]


def state(plan: Plan) -> dict[str, Any]:
    """All that the page needs to go on without Python: every trait, and what a report knows."""
    scenario = plan.scenario
    own = (
        {}
        if LAWS.get(scenario.law.about.id) is scenario.law
        else {_own_name(scenario): scenario.law}
    )
    words = trait_words(scenario, next(iter(own), None))
    defaults = {**WORDS, "accelerator": DEFAULT_ACCELERATOR, "price_kind": PRICE_KINDS[0]}
    limits = bounds(plan, words["budget"], None, scenario.lang, {})
    if told := rates(scenario):
        limits["budget"]["rates"] = told
    alone = {
        code: in_words(text, scenario.lang)
        for code, text in catalogue(scenario.lang).items()
        if code in _ALONE
    }
    return {
        **words,
        "messages": {**messages(scenario.lang), **alone},
        "specs": specs(scenario.lang),
        "tables": {**tables(own, plan, defaults, scenario.lang), "kept": kept_words(scenario)},
        "bounds": limits,
        "status": {**status(plan, None, {}), "sentences": _sentences(plan)},
        "report": {
            "words": {word: list(range_of(word)) for word in (*KINDS, "chips")},
            "may_be_zero": sorted(MAY_BE_ZERO),
            "high_mfu": HIGH_MFU,
            "largest_corpus": doubt.LARGEST_OPEN_CORPUS,
            "public_text": doubt.PUBLIC_TEXT,
            "epochs_nearly_free": doubt.EPOCHS_NEARLY_FREE,
            "epochs_spent": doubt.EPOCHS_SPENT,
        },
    }


def trait_words(scenario: Scenario, law: str | None = None) -> dict[str, Any]:
    """A scenario's words as the traits of a planner hold them; what the catalogue says is None.

    ``law`` is the name of a law of one's own. A plan that was saved when prices were others
    carries them as given.
    """
    s, chip = scenario, scenario.accelerator
    given, kept = given_words(s), kept_words(s)

    def told(word: str) -> Any:
        return getattr(s, word) if word in given else kept.get(word)

    return {
        "budget": _budget_text(s),
        "accelerator": chip.id,
        "dtype": None if s.dtype == chip.peak(None)[0] else s.dtype,
        "peak_flops": told("peak_flops"),
        "price_kind": s.price_kind,
        "price_per_hour": told("price_per_hour"),
        "fx": _fx(s, kept),
        "mfu": told("mfu"),
        "goodput": told("goodput"),
        "chips": s.chips,
        "final_share": s.final_share,
        "law": law or s.law.about.id,
        "token_price": s.token_price,
        "unique_tokens": None if math.isinf(s.unique_tokens) else s.unique_tokens,
        "repeats": s.repeats,
        "served_tokens": s.served_tokens,
        "serving_mfu": told("serving_mfu"),
        "serving_price_per_hour": s.serving_price_per_hour,
        "params": s.params,
        "tokens": s.tokens,
        "target_loss": s.target_loss,
        "pue": s.pue,
        "grid": s.grid,
        "lang": s.lang,
    }


def _fx(scenario: Scenario, kept: Mapping[str, Any]) -> Any:
    """The rate that the budget was read with, where it was given or is as it was saved."""
    if said_beside(scenario):
        return None  # the budget is printed, in dollars
    if "fx" in given_words(scenario):
        return next(iter(rates_of(scenario).values()), None)
    return kept.get("fx")


def _budget_text(scenario: Scenario) -> str | None:
    """The budget as it was put; printed where its text also says what has a field of its own."""
    budget, lang = scenario.budget, scenario.lang
    if budget is None:
        return None
    if said_beside(scenario) == {}:
        return budget.text
    text = printed_budget(budget.kind, budget.amount, scenario.accelerator, lang)
    # Where printing would round it, all its digits: the page counts with what it shows.
    exact = budget_amount(text, None, lang).amount == budget.amount
    return text if exact else _exact_budget(budget.kind, budget.amount, scenario)


def prints(scenario: Scenario) -> bool:
    """Whether the budget stands as the page prints it."""
    budget = scenario.budget
    if budget is None:
        return False
    text = printed_budget(budget.kind, budget.amount, scenario.accelerator, scenario.lang)
    return budget.text == text


def _exact_budget(kind: str, amount: float, scenario: Scenario) -> str:
    digits = show(amount, "plain")
    if kind == "money":
        return f"{digits} USD"
    if kind == "flop":
        return f"{digits} FLOP"
    return f"{digits} {scenario.accelerator.chip_word}-hours"


def _own_name(scenario: Scenario) -> str:
    """A law of one's own never takes the name of another."""
    name, count = str(scenario.law.about.id), 1
    while name in LAWS:
        count += 1
        name = f"{scenario.law.about.id}-{count}"
    return name
