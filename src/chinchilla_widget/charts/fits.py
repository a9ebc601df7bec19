"""A fit's pictures as an ordinary Altair chart: what it rests on, and how far it may be trusted."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

from chinchilla_widget.charts import theme
from chinchilla_widget.laws import LEVEL
from chinchilla_widget.messages import say

INK, MUTED = theme.FIGURE["ink"], theme.FIGURE["muted"]
SIZE, DATA = theme.FIGURE["params"], theme.FIGURE["tokens"]
# More points than this say no more in a picture, and make it slow.
MOST_POINTS = 2000
CURVES = 7


def fit_chart(fit: Any, *, width: int = 320, height: int = 260) -> Any:
    """Data and IsoFLOP curves, residuals, the frontier with its band, the backtest: a 2 × 2 chart.

    ``width`` and ``height`` are those of one panel, in pixels. The backtest is left out where
    the runs allow none.
    """
    panels = [isoflops(fit), residuals(fit), frontier(fit)]
    if (backtest := backtested(fit)) is not None:
        panels.append(backtest)
    sized = [panel.properties(width=width, height=height) for panel in panels]
    made = alt.ConcatChart(concat=sized, columns=2, spacing=28)
    return made.resolve_scale(color="independent").configure(**theme.config(theme.FIGURE))


def _title(fit: Any, name: str) -> alt.Title:
    return alt.Title(
        say(f"charts.{name}_title", fit.lang),
        subtitle=say(f"charts.{name}_about", fit.lang),
        anchor="start",
        color=INK,
        subtitleColor=MUTED,
    )


def _log(field: str, title: str, labels: str, **more: Any) -> dict[str, Any]:
    axis = alt.Axis(title=title, labelExpr=labels, values=theme.POWERS)
    scale = alt.Scale(type="log", nice=False, padding=6)
    return {"field": field, "type": "quantitative", "axis": axis, "scale": scale, **more}


def _loss(fit: Any, field: str = "loss") -> dict[str, Any]:
    axis = alt.Axis(title=say("charts.loss", fit.lang), tickCount=5, **theme.decimals(fit.lang))
    scale = alt.Scale(zero=False, nice=False, padding=6)
    return {"field": field, "type": "quantitative", "axis": axis, "scale": scale}


def _some(count: int) -> Any:
    return np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).astype(int))


def _table(**columns: Any) -> alt.Data:
    names = list(columns)
    lists = [np.asarray(each).tolist() for each in columns.values()]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def isoflops(fit: Any) -> Any:
    """The runs by size and loss, and the fitted curves of equal compute among them."""
    runs, lang = fit.runs, fit.lang
    some = _some(len(runs))
    points = _table(params=runs.params[some], loss=runs.loss[some], flops=runs.flops[some])
    low, high = float(runs.flops.min()), float(runs.flops.max())
    parts = []
    for flops in np.geomspace(low, high, CURVES):
        sizes = np.geomspace(runs.params.min(), runs.params.max(), 60)
        losses = np.asarray(fit.law_alone.loss(sizes, flops / 6.0 / sizes))
        shown = losses <= runs.loss.max() * 1.05
        parts.append((sizes[shown], losses[shown], np.full(int(shown.sum()), flops)))
    sizes, losses, computes = (np.concatenate(each) for each in zip(*parts, strict=True))
    x = alt.X(**_log("params", say("charts.params", lang), theme.count_labels(lang)))
    y = alt.Y(**_loss(fit))
    color = alt.Color("flops:Q", scale=alt.Scale(type="log", range=[DATA, SIZE]), legend=None)
    dots = alt.Chart(points).mark_point(filled=True, size=18, opacity=0.6)
    lines = alt.Chart(_table(params=sizes, loss=losses, flops=computes)).mark_line(strokeWidth=1.2)
    encoded = [
        dots.encode(x=x, y=y, color=color),
        lines.encode(x=x, y=y, color=color, detail="flops:Q"),
    ]
    return alt.LayerChart(layer=encoded, title=_title(fit, "fit_isoflops"))


def residuals(fit: Any) -> Any:
    """What the law misses, in per cent of the loss, by compute."""
    runs, lang = fit.runs, fit.lang
    some = _some(len(runs))
    errors = 100.0 * (np.exp(fit.errors[some]) - 1.0)
    rows = _table(flops=runs.flops[some], error=errors)
    x = alt.X(**_log("flops", say("charts.flops", lang), theme.POWER_LABELS))
    axis = alt.Axis(title=say("charts.fit_residual", lang), tickCount=5, **theme.decimals(lang))
    y = alt.Y("error:Q", axis=axis)
    dots = alt.Chart(rows).mark_point(filled=True, size=18, opacity=0.6, color=SIZE)
    zero = alt.Chart(_table(error=[0.0])).mark_rule(color=MUTED)
    layers = [zero.encode(y=y), dots.encode(x=x, y=y)]
    return alt.LayerChart(layer=layers, title=_title(fit, "fit_residuals"))


def frontier(fit: Any) -> Any:
    """The best size by compute: the calibrated 80 % band, and the plain one within it."""
    runs, lang = fit.runs, fit.lang
    high = 1000.0 * float(runs.flops.max())
    computes = np.geomspace(float(runs.flops.min()), high, 40)
    bands = {
        calibrated: np.array(
            [fit.interval("params", c, LEVEL, calibrated=calibrated) for c in computes]
        )
        for calibrated in (True, False)
    }
    best = np.asarray(fit.law_alone.optimum(computes)[0])
    x = alt.X(**_log("flops", say("charts.flops", lang), theme.POWER_LABELS))
    layers = []
    for calibrated, opacity in ((True, 0.16), (False, 0.3)):
        low, top = bands[calibrated].T
        area = alt.Chart(_table(flops=computes, low=low, high=top)).mark_area(
            color=SIZE, opacity=opacity
        )
        y = alt.Y(**_log("low", say("charts.params", lang), theme.count_labels(lang)))
        layers.append(area.encode(x=x, y=y, y2="high:Q"))
    y = alt.Y(**_log("params", say("charts.params", lang), theme.count_labels(lang)))
    line = alt.Chart(_table(flops=computes, params=best)).mark_line(color=SIZE)
    largest = alt.Chart(_table(flops=[float(runs.flops.max())])).mark_rule(
        color=MUTED, strokeDash=[4, 3]
    )
    layers += [line.encode(x=x, y=y), largest.encode(x=x)]
    return alt.LayerChart(layer=layers, title=_title(fit, "fit_frontier"))


def backtested(fit: Any) -> Any:
    """Predicted against measured loss of the runs above each cut, or None without a backtest."""
    found = fit._default_backtest
    if found is None:
        return None
    some = _some(found.measured.size)
    rows = _table(measured=found.measured[some], loss=found.predicted[some], cut=found.cut[some])
    ends = [float(found.measured.min()), float(found.measured.max())]
    title = say("charts.fit_measured", fit.lang)
    axis = alt.Axis(title=title, tickCount=5, **theme.decimals(fit.lang))
    scale = alt.Scale(zero=False, nice=False, padding=6)
    x = alt.X("measured:Q", axis=axis, scale=scale)
    y = alt.Y(**_loss(fit))
    color = alt.Color("cut:Q", scale=alt.Scale(type="log", range=[DATA, SIZE]), legend=None)
    dots = alt.Chart(rows).mark_point(filled=True, size=18, opacity=0.5)
    line = alt.Chart(_table(measured=ends, loss=ends)).mark_line(color=MUTED, strokeWidth=1)
    layers = [line.encode(x=x, y=y), dots.encode(x=x, y=y, color=color)]
    return alt.LayerChart(layer=layers, title=_title(fit, "fit_backtest"))
