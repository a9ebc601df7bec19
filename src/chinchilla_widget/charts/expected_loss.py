"""Loss to expect against compute, its floor, and what the last two percent cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from chinchilla_widget.charts import parts, theme
from chinchilla_widget.charts.frontier import HIGHEST, LOWEST, every_third_power
from chinchilla_widget.charts.program import spread_of, symbol, symbolic_law
from chinchilla_widget.laws import Power
from chinchilla_widget.messages import say

_POINTS = 61
SIGNALS = ("loss", "flops", "scale", "plain", "anchor_flops", "anchor_loss")
FAMILY_SIGNALS = {
    "parametric": ("E", "A", "B", "alpha", "beta", "R_D", "R_N"),
    "frontier": ("loss_k", "loss_exponent", "loss_floor", "has_loss"),
}
TEXTS = ("text_floor", "text_mile")


def expected_loss(colors: Mapping[str, str], lang: str, family: str) -> alt.LayerChart:
    """The panel, over ``SIGNALS``, ``TEXTS`` and the constants of the family."""
    floor = symbol("E") if family == "parametric" else symbol("loss_floor")
    x = alt.X(
        "flops:Q",
        scale=parts.log_scale(LOWEST, HIGHEST),
        axis=parts.log_axis(
            say("charts.flops", lang), theme.POWER_LABELS, values=every_third_power()
        ),
    )
    y_scale = alt.Scale(
        domainMin=alt.expr(f"{floor} - 0.1 * (k_anchor_loss - {floor}) - 0.04"),
        domainMax=alt.expr(f"{floor} + max(0.9, 1.6 * (k_anchor_loss - {floor}))"),
        zero=False,
        nice=False,
    )
    axis = alt.Axis(title=say("charts.loss", lang), tickCount=5, format=".2~f")

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", scale=y_scale, axis=axis)

    row = alt.Chart().encode(x=x)
    band = (
        row.transform_filter("datum.loss_high - datum.loss_low > 1e-12 && datum.loss_high > 0")
        .mark_area(clip=True, color=colors["ink"], opacity=0.13)
        .encode(y=y("loss_low"), y2="loss_high:Q")
    )
    line = row.mark_line(clip=True, color=colors["ink"], strokeWidth=2).encode(y=y("loss"))
    curve = parts.over(parts.sequence(_POINTS), _grid(family), band, line)
    one = alt.Chart(parts.sequence(1))
    ground = one.transform_calculate(loss=str(floor), flops=HIGHEST)
    rule = ground.mark_rule(color=colors["muted"], strokeDash=[4, 3]).encode(y=y("loss"))
    floor_name = ground.mark_text(
        align="right", dy=10, dx=-4, color=colors["muted"], text=alt.expr("k_text_floor")
    ).encode(x=x, y=y("loss"))
    here = one.transform_calculate(flops="k_flops", loss="k_loss")
    dot = here.mark_point(
        clip=True, filled=True, size=90, opacity=1, color=colors["ink"], stroke=colors["surface"],
        strokeWidth=2,
    ).encode(x=x, y=y("loss"))  # fmt: skip
    mile = (
        here.transform_filter("k_plain > 0")
        .mark_text(
            align=alt.expr("k_flops > 1e25 ? 'right' : 'left'"), dy=-14,
            dx=alt.expr("k_flops > 1e25 ? -2 : 4"), color=colors["ink"],
            text=alt.expr("k_text_mile"),
        )
        .encode(x=x, y=y("loss"))
    )  # fmt: skip
    return alt.layer(rule, floor_name, curve, dot, mile)


def _grid(family: str) -> list[Any]:
    flops = parts.field("flops")
    if family == "parametric":
        loss = symbolic_law().optimal_loss(flops)
    else:
        power = Power(symbol("loss_k"), symbol("loss_exponent"), symbol("loss_floor"))
        loss = power(flops)
    low, high = spread_of(flops, symbol("scale"))["loss"]
    return [
        alt.CalculateTransform(
            calculate=f"{LOWEST} * pow({HIGHEST} / {LOWEST}, datum.i / {_POINTS - 1})",
            **{"as": "flops"},
        ),
        *parts.columns({"loss": loss, "loss_low": low, "loss_high": high}, "l"),
    ]
