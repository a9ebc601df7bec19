"""Questions that have no answer, as far as that can be seen without solving them."""

from __future__ import annotations

from typing import Final

from chinchilla_widget import costs
from chinchilla_widget.laws import FrontierLaw
from chinchilla_widget.quantities.sentences import error
from chinchilla_widget.scenario.question import Scenario
from chinchilla_widget.scenario.words import FIXED

_NEEDS_SURFACE: Final = ("token_price", "unique_tokens", "served_tokens", "target_loss")


def refuse_unanswerable(s: Scenario) -> None:
    """Refuse a question without an answer that can be seen without solving it."""
    known = [word for word in FIXED if getattr(s, word) is not None]
    if s.budget is not None and ("target_loss" in known or len(known) == 2):
        raise error("scenario.budget_and", s.lang, words=", ".join(known))
    if len(known) == 3:
        raise error("scenario.all_three", s.lang)
    if s.budget is None and not known:
        raise error("scenario.nothing", s.lang)
    if s.price_per_hour is None:
        name, chip = s.accelerator.name, s.accelerator.chip_word
        if s.budget is not None and s.budget.kind == "money":
            raise error("scenario.no_price", s.lang, name=name, chip=chip)
        if s.token_price or s.serving_price_per_hour:
            word = "token_price" if s.token_price else "serving_price_per_hour"
            raise error("scenario.no_price_for", s.lang, name=name, word=word)
    if not s.repeats and s.tokens is not None and s.tokens > s.unique_tokens:
        raise error(
            "scenario.tokens_beyond",
            s.lang,
            tokens=("tokens", s.tokens),
            unique=("tokens", s.unique_tokens),
        )
    if isinstance(s.law, FrontierLaw):
        _check_frontier(s, known)


def _check_frontier(s: Scenario, known: list[str]) -> None:
    """A frontier law answers a budget, and what is optimal for a size or a token count."""
    asked = [w for w in _NEEDS_SURFACE if getattr(s, w) not in (None, 0.0, costs.UNLIMITED)]
    if s.budget is not None:
        asked += [word for word in known if word != "target_loss"]
    if asked:
        raise error(
            "scenario.needs_surface", s.lang, word=asked[0], law=s.law.about.says("name", s.lang)
        )
