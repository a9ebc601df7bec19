"""A plan's pictures as an ordinary Altair chart, for a figure or a paper."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from chinchilla_widget.charts import parts, theme
from chinchilla_widget.charts.frontier import MODELS, model_rows
from chinchilla_widget.charts.panels import panels
from chinchilla_widget.charts.values import values_of
from chinchilla_widget.messages import say
from chinchilla_widget.plans import Plan


def figure(plan: Plan, *, width: int = 300, height: int = 270) -> Any:
    """The panels of a plan side by side, as an ``altair.HConcatChart``; without the loss where
    its law has none.

    The colours are values, not a page's variables, so that it saves and prints anywhere.
    ``width`` and ``height`` are those of one panel, in pixels.
    """
    values = values_of(plan)
    law, lang = plan.scenario.law, plan.scenario.lang
    has_loss = values.get("k_has_loss") != 0.0
    chart = _template(law.family, lang, width, height, has_loss).copy(deep=True)
    for param in chart.params:
        if param.expr is alt.Undefined:
            param.value = values[param.name.to_dict()]
    return chart


def _level(config: dict[str, Any]) -> dict[str, Any]:
    """Labels at the ends of vertical axes stay within: one above would lift its panel's title."""
    return {**config, "axisY": {"labelFlush": 7}}


@cache
def _template(family: str, lang: str, width: int, height: int, has_loss: bool) -> Any:
    """The chart but for the values of its params: Altair takes seconds to make this many marks."""
    ink, muted = theme.FIGURE["ink"], theme.FIGURE["muted"]
    made = []
    names: set[str] = set()
    derived = {"k_width": str(width), "k_height": str(height)}
    for name, panel in panels(family, lang).items():
        if name == "loss" and not has_loss:
            continue
        names |= {f"k_{signal}" for signal in panel.signals}
        derived |= panel.derived
        title = {
            "text": say(f"charts.{name}_title", lang),
            "subtitle": say(f"charts.{name}_about", lang),
            "anchor": "start",
            "fontSize": 13,
            "color": ink,
            "subtitleColor": muted,
        }
        made.append(
            {"title": title, "width": width, "height": height, "layer": panel.build(theme.FIGURE)}
        )
    return alt.HConcatChart.from_dict(
        {
            "hconcat": made,
            "spacing": 32,
            "datasets": {MODELS: model_rows(lang)},
            "params": [
                *parts.signals(dict.fromkeys(sorted(names), 0.0)),
                *parts.derived(derived),
            ],
            "config": _level(theme.config(theme.FIGURE)),
        }
    )
