"""Loss to expect against compute, its floor, and what the last two percent cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from chinchilla_widget.charts import parts
from chinchilla_widget.charts.frontier import FLOPS_ENDS, flops_axis
from chinchilla_widget.charts.program import spread_of, symbol, symbolic_law
from chinchilla_widget.charts.sure import sure
from chinchilla_widget.laws import Power
from chinchilla_widget.tracing import Symbol, emit

_POINTS = 61
_MILE = 18  # how far up the text of the last mile reaches, in pixels
SIGNALS = ("loss", "flops", "scale", "plain", "anchor_flops", "anchor_loss")
FAMILY_SIGNALS = {
    "parametric": (
        *("E", "A", "B", "alpha", "beta", "R_D", "R_N"),
        *("loss_sure_low", "loss_sure_high"),
    ),
    "frontier": ("loss_k", "loss_exponent", "loss_floor", "has_loss"),
}
TEXTS = ("text_floor", "text_mile")

_LETTER = 6.5  # pixels, at most, of a letter on the average
_FLOOR_NAME = 18  # pixels from the irreducible loss up to over its name


def expected_loss(colors: Mapping[str, str], lang: str, family: str) -> list[parts.Json]:
    """The panel's layers, over ``SIGNALS``, ``TEXTS`` and the constants of the family."""
    floor = _floor_of(family)
    scale, axis = parts.loss_axis(lang, "l_low", "l_high")

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", scale=scale, axis=axis)

    row = alt.Chart().encode(x=flops_axis(lang))
    across, own = parts.band_tips(lang)
    ranged = row.transform_filter("datum.loss_high - datum.loss_low > 1e-12 && datum.loss_high > 0")
    bands = [parts.band(ranged, "loss", y, colors["ink"], across)]
    if family == "parametric":
        bands.insert(0, parts.band(row, "loss_sure", y, colors["ink"], own))
    line = row.mark_line(clip=True, color=colors["ink"], strokeWidth=2).encode(y=y("loss"))
    rule = alt.Chart().mark_rule(color=colors["muted"], strokeDash=[4, 3]).encode(y=y("loss"))
    # The curve leaves the lower left corner empty, unless the picture reaches up to great losses.
    floor_name = row.mark_text(
        align="left",
        dy=-8,
        dx=2,
        color=colors["muted"],
        text=alt.expr("k_text_floor"),
        opacity=alt.expr(
            f"(l_named - {floor}) * k_height / (l_high - l_low) > {_FLOOR_NAME} ? 1 : 0"
        ),
    ).encode(y=y("loss"))
    dot = row.mark_point(
        clip=True, filled=True, size=90, opacity=1, color=colors["ink"], stroke=colors["surface"],
        strokeWidth=2,
    ).encode(y=y("loss"))  # fmt: skip
    mile = row.mark_text(
        align="right", baseline="bottom", dy=-6, color=colors["ink"], lineBreak="\n",
        text=alt.expr("k_text_mile"),
    ).encode(y=y("loss"))  # fmt: skip
    return [
        parts.over(parts.rows(1), _floor(str(floor)), rule, floor_name),
        parts.over(parts.rows(_POINTS), _grid(family), *bands, line),
        parts.over(parts.rows(1), parts.calculate(flops="k_flops", loss="k_loss"), dot),
        parts.over(parts.rows(1), _above_the_end(family), mile),
    ]


def derived(family: str) -> dict[str, str]:
    """Signals that the panel works out for itself: the ends of its axes, and the curve's loss where
    the name of the irreducible one ends.
    """
    floor = _floor_of(family)
    above = f"(k_anchor_loss - {floor})"
    return FLOPS_ENDS | {
        "l_low": f"{floor} - 0.1 * {above} - 0.04",
        "l_high": f"{floor} + max(0.9, 1.6 * {above})",
        "l_name": f"f_low * pow(f_high / f_low, (2 + {_LETTER} * length(k_text_floor)) / k_width)",
        **dict(emit({"l_named": _law_loss(family, Symbol("l_name"))}, "l")),
    }


def _floor_of(family: str) -> Any:
    return symbol("E") if family == "parametric" else symbol("loss_floor")


def _floor(floor: str) -> list[parts.Json]:
    """The irreducible loss, where the law has one (Kaplan et al. have none)."""
    return [*parts.calculate(loss=floor, flops="f_low"), {"filter": "datum.loss > 0"}]


def _above_the_end(family: str) -> list[parts.Json]:
    """The right end, at a height the curve keeps under over the last part of its way.

    Nothing where that is too near the frame: for a text over it the picture would shrink.
    """
    left_end = "f_high * pow(f_low / f_high, 0.73)"
    return [
        *parts.calculate(at=left_end),
        *parts.traced({"loss": _law_loss(family, parts.field("at"))}, "m"),
        {"filter": f"k_height * (l_high - datum.loss) / (l_high - l_low) > {_MILE}"},
        *parts.calculate(flops="f_high"),
    ]


def _law_loss(family: str, flops: Any) -> Any:
    if family == "parametric":
        return symbolic_law().optimal_loss(flops)
    return Power(symbol("loss_k"), symbol("loss_exponent"), symbol("loss_floor"))(flops)


def _grid(family: str) -> list[parts.Json]:
    flops = parts.field("flops")
    low, high = spread_of(flops, symbol("scale"))["loss"]
    return [
        *parts.calculate(flops=parts.spaced("f_low", "f_high", _POINTS)),
        *parts.traced({"loss": _law_loss(family, flops), "loss_low": low, "loss_high": high}, "l"),
        *(sure("loss") if family == "parametric" else ()),
    ]
