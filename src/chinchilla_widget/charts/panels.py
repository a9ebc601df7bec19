"""The panels of each family of laws, and the specifications they make for the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from chinchilla_widget.charts import expected_loss, frontier, isoflop, parts, theme
from chinchilla_widget.charts.program import INPUTS, law_signals
from chinchilla_widget.charts.sure import NO_BANDS
from chinchilla_widget.laws import LAWS

HEIGHT = 270
FAMILIES = ("parametric", "frontier")


def vega_lite(lang: str) -> dict[str, dict[str, Any]]:
    """Every family's panels in Vega-Lite: ``{family: {panel: specification}}``.

    The build compiles them to Vega and ships them (``scripts/panels.py``): they depend on the
    family and the language alone, so no notebook has to make them again.
    """
    return {
        family: {
            name: parts.panel(
                panel.build(theme.PAGE), _defaults(family, panel.signals), panel.derived, HEIGHT
            )
            for name, panel in panels(family, lang).items()
        }
        for family in FAMILIES
    }


class Panel(NamedTuple):
    """How a panel is built, the signals it reads, and those it works out from them."""

    build: Callable[[Mapping[str, str]], list[parts.Json]]
    signals: tuple[str, ...]
    derived: Mapping[str, str]


def panels(family: str, lang: str) -> dict[str, Panel]:
    """The panels of a family. A frontier law has no loss surface, so no IsoFLOP curve."""
    made: dict[str, Panel] = {}
    if family == "parametric":
        made["isoflop"] = Panel(
            lambda colors: isoflop.isoflop(colors, lang),
            isoflop.SIGNALS + isoflop.TEXTS,
            isoflop.derived(),
        )
    made["frontier"] = Panel(
        lambda colors: frontier.frontier(colors, lang, family),
        frontier.SIGNALS + frontier.FAMILY_SIGNALS[family],
        frontier.derived(family),
    )
    made["loss"] = Panel(
        lambda colors: expected_loss.expected_loss(colors, lang, family),
        expected_loss.SIGNALS + expected_loss.FAMILY_SIGNALS[family] + expected_loss.TEXTS,
        expected_loss.derived(family),
    )
    return made


def _defaults(family: str, names: tuple[str, ...]) -> dict[str, parts.Value]:
    """Values a panel opens with until the page sets its own: they need only be drawable."""
    law = next(law for law in LAWS.values() if law.family == family)
    known: dict[str, parts.Value] = {**INPUTS, **law_signals(law), **NO_BANDS}
    drawable = {"loss": 2.0, "flops": 1e23, "params": 1e10, "tokens": 1e12}
    found: dict[str, parts.Value] = {}
    for name in names:
        if name.startswith("text_"):
            found[f"k_{name}"] = ""
            continue
        plain = re.sub("^(anchor_|budget_|total_|best_)*", "", name)
        found[f"k_{name}"] = known.get(f"k_{name}", drawable.get(plain, 0.0))
    return found
