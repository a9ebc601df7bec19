"""IsoFLOP curve: the loss of every size this budget, a tenth and ten times it could train."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np

from chinchilla_widget import costs
from chinchilla_widget.charts import parts, theme
from chinchilla_widget.charts.program import BAND, symbol, symbolic_law, terms
from chinchilla_widget.messages import say
from chinchilla_widget.optimum import useful, whole_stock
from chinchilla_widget.tracing import Symbol, emit

_POINTS = 61
_BAND_POINTS = 21
# How far up the wall of sizes that a budget can barely serve: 1/3000 of it is left to train with.
_UP_THE_WALL = 3000.0
_LETTER = 7.0  # pixels, at most, of a figure in a name
_TENTH_WIDE = f"(7 + {_LETTER} * length(k_text_tenth))"
_TENFOLD_WIDE = f"({_LETTER} * length(k_text_tenfold))"
_NAME_UNDER = 21  # pixels that a name under a curve takes
_PIXEL = "(i_high - i_low) / k_height"  # of loss
_DOT = 0.04  # of the picture's height, from the middle of the dot down
_REACH = 40.0  # sizes from a fortieth of the optimum to forty times it

# A size of one's own that lies farther out is on the picture too.
_SMALLEST = f"min(k_anchor_best_params / {_REACH}, k_anchor_params)"
_LARGEST = f"max(k_anchor_best_params * {_REACH}, k_anchor_params)"

SIGNALS = (
    "E",
    "A",
    "B",
    "alpha",
    "beta",
    "R_D",
    "R_N",
    "band_low",
    "band_high",
    "budget_flops",
    "data_price",
    "serving_per_param",
    "unique_tokens",
    "pin_params",
    "own_tokens",
    "repeats",
    "params",
    "loss",
    "best_params",
    "best_tokens",
    "best_loss",
    "best_plain",
    "anchor_params",
    "anchor_loss",
    "anchor_best_params",
    "anchor_best_loss",
    "anchor_budget_flops",
)
TEXTS = ("text_params", "text_tenth", "text_tenfold")


def isoflop(colors: Mapping[str, str], lang: str) -> list[parts.Json]:
    """The panel's layers, over the signals ``SIGNALS`` and ``TEXTS``."""
    x = alt.X(
        "params:Q",
        scale=parts.log_scale(_SMALLEST, _LARGEST),
        axis=alt.Axis(
            title=say("charts.params", lang),
            labelExpr=theme.count_labels(lang),
            values=theme.POWERS,
        ),
    )
    scale, axis = parts.loss_axis(lang, "i_low", "i_high")
    y = alt.Y("loss:Q", scale=scale, axis=axis)
    line = alt.Chart().encode(x=x, y=y)
    side = (
        line.transform_filter("datum.budget != 1")
        .mark_line(clip=True, strokeWidth=1, color=colors["muted"], opacity=0.55)
        .encode(detail="budget:N")
    )
    main = line.transform_filter("datum.budget == 1").mark_line(
        clip=True, strokeWidth=2, color=colors["ink"]
    )
    band = line.mark_line(
        clip=True, strokeWidth=14, strokeCap="round", color=colors["params"], opacity=0.18
    )
    dot = line.mark_point(
        clip=True, filled=True, size=90, stroke=colors["surface"], strokeWidth=2, opacity=1,
        color=colors["params"],
    )  # fmt: skip
    names = [
        line.mark_text(
            align=alt.expr(
                "i_near ? i_beyond ? 'left' : 'right'"
                " : i_lean > 0 ? 'right' : i_lean < 0 ? 'left' : 'center'"
            ),
            dx=alt.expr("i_near ? i_wall + (i_beyond ? 8 : -6) : i_between ? 10 : -4 * i_lean"),
            dy=alt.expr("i_near && i_beyond || i_between ? 0 : -max(16, i_over + 10)"),
            fontWeight="bold", fontSize=12, color=colors["params"],
            text=alt.expr("k_text_params"), stroke=colors["surface"], strokeWidth=ground,
        )
        for ground in (3, 0)
    ]  # fmt: skip
    diamond = line.mark_point(
        shape="diamond", filled=True, size=110, color=colors["surface"], stroke=colors["ink"],
        strokeWidth=1.75, opacity=1,
    )  # fmt: skip
    best = parts.calculate(params="k_best_params", loss="k_best_loss")
    own = [
        {"filter": "k_params != k_best_params && k_loss > 0"},
        *parts.calculate(params="k_params", loss="k_loss"),
    ]
    return [
        parts.over(parts.rows(_BAND_POINTS), _band(), band),
        parts.over(parts.rows(3 * _POINTS), _curves(), side, main, *_side_names(line, colors)),
        parts.over(parts.rows(1), best, *names, dot),
        parts.over(parts.rows(1), own, diamond),
    ]


def derived() -> dict[str, str]:
    """Signals that the panel works out for itself: its axes, and where the best size's name is.

    That is over its dot, and over the curve of a tenth of the budget where that is too near; on the
    lower side of a dot from which the curve climbs, which is a corner or no best size; or beyond
    the wall of sizes that cannot be served, or before the wall where beyond is the frame.
    """
    half = f"0.5 * {_LETTER} * length(k_text_params)"
    above = _loss_at(symbol("best_params") * Symbol("i_half"), 0.1 * symbol("budget_flops"))
    wall = f"{_x('k_budget_flops / k_serving_per_param')} - {_x('k_best_params')}"
    return {
        **dict(emit(_loss_range(), "v")),
        "i_left": f"log({_SMALLEST})",
        "i_across": f"k_width / (log({_LARGEST}) - i_left)",  # pixels an e-fold
        "i_half": f"exp({half} / i_across)",
        **dict(emit({"i_above": above["loss"]}, "i")),
        "i_gap": f"(i_above - k_best_loss) / ({_PIXEL})",
        # Up to its corner the curve has its size alone: what is read stays the same.
        "i_held": f"!k_repeats && k_best_tokens > {1.0 - costs.HAIR!r} * k_unique_tokens",
        "i_size": "k_A * pow(k_best_params, -k_alpha)",
        "i_data": "k_best_loss - k_E - i_size",
        # How far the curve climbs over a name's length to the left, and to the right, in pixels.
        "i_back": "(i_size * (pow(i_half, 2 * k_alpha) - 1)"
        f" + (i_held ? 0 : i_data * (pow(i_half, -2 * k_beta) - 1))) / ({_PIXEL})",
        "i_on": "(i_size * (pow(i_half, -2 * k_alpha) - 1)"
        f" + i_data * (pow(i_half, 2 * k_beta) - 1)) / ({_PIXEL})",
        "i_steep": "k_pin_params + k_own_tokens > 0 && max(i_back, i_on) > 10",
        "i_room": "i_wall > 20 + 7.6 * length(k_text_params)",
        "i_lean": "i_held ? 1 : i_steep ? i_on > i_back || !i_room ? 1 : -1 : 0",
        # Far out on the left the curve of a tenth is just above: the name stands between the two.
        "i_between": "i_lean < 0 && i_gap < 30",
        "i_over": "i_lean > 0 ? i_back : i_lean < 0 ? i_on : i_gap < 30 ? i_gap : 0",
        "i_wall": f"k_serving_per_param > 0 ? {wall} : 1e6",
        "i_near": "i_wall < 16 + 3.8 * length(k_text_params)",
        "i_beyond": f"{_x('k_best_params')} + i_wall + 8 + 7.6 * length(k_text_params) < k_width",
    }


def _x(params: str) -> str:
    """How far from the left a size is, in pixels."""
    return f"((log({params}) - i_left) * i_across)"


def _below(loss: str) -> str:
    """Whether there is room for a name under this loss."""
    return f"{loss} - i_low > {_NAME_UNDER} * {_PIXEL}"


def _side_names(line: alt.Chart, colors: Mapping[str, str]) -> list[alt.Chart]:
    """The neighbours' budgets, away from the curve between them, each on a ground of its own.

    The smaller one's stands right of its own curve, a third of the way from its floor to the top:
    its floor may lie on the curve of the budget itself. The larger one's stands under its floor,
    or under the end of its curve where the frame is near. Each is left out where it would be cut
    or run into a curve.
    """
    tenth, tenfold = (
        # A window, or a column made here, would copy every row of all three curves in every frame.
        line.transform_filter(f"datum.budget == {budget}").transform_aggregate(
            at="argmax(beside)", floor="argmin(loss)"
        )  # a row of its own
        for budget in (0, 2)
    )
    tenth = tenth.transform_calculate(params="datum.at.params", loss="datum.at.loss")
    # Left out where its own curve is too flat to stand beside, twice as steep as its chord there;
    across = f"({_x('datum.at.params')} - {_x('datum.floor.params')})"
    tenth = tenth.transform_filter(
        f"2 * (datum.at.loss - datum.floor.loss) > 0.58 * {across} * {_PIXEL}"
    )
    # or where it would run into the curve of the budget, or into its wall.
    end = {"end": f"datum.params * exp({_TENTH_WIDE} / i_across)"}
    there = _loss_at(parts.field("end"), symbol("budget_flops"))["loss"]
    for each in [*parts.calculate(**end), *parts.traced({"there": there}, "t")]:
        tenth = tenth.transform_calculate(**{each["as"]: each["calculate"]})
    tenth = tenth.transform_filter(f"datum.there < datum.loss - 8 * {_PIXEL}")
    # From its floor, or from where its curve is lowest over a name that ends at the frame.
    room = f"{_x('datum.floor.params')} + {_TENFOLD_WIDE} / 2 < k_width"
    tenfold = (
        tenfold.transform_calculate(under=f"{room} && {_below('datum.floor.loss')}")
        .transform_filter(f"datum.under || {_below('datum.at.loss')}")
        # Of what it was once: a column made of itself would grow with every signal that changes.
        .transform_calculate(
            params="datum.under ? datum.floor.params"
            f" : datum.at.params * exp({_TENFOLD_WIDE} / 2 / i_across)",
            loss="datum.under ? datum.floor.loss : datum.at.loss",
        )
    )
    beside = {"align": "left", "dx": 7, "baseline": "middle"}
    under = {"dy": 13}
    return [
        chart.mark_text(
            clip=True,
            color=colors["muted"],
            text=alt.expr(text),
            stroke=colors["surface"],
            strokeWidth=ground,
            **place,
        )
        for chart, text, place in (
            (tenth, "k_text_tenth", beside),
            (tenfold, "k_text_tenfold", under),
        )
        for ground in (3, 0)
    ]


def _loss_at(params: Any, flops: Any) -> dict[str, Any]:
    """What this size reaches when all of ``flops`` goes into it."""
    law, draws = symbolic_law(), terms()
    left = flops - draws.serving * params
    unique, again = costs.purchase(draws, params, left, costs.free_repeats(draws, params))
    return {
        "left": left,
        "tokens": unique * (1.0 + again),
        "loss": law.loss(*useful(law, draws, params, unique, again)),
    }


def _curves() -> list[parts.Json]:
    """Points even in N ÷ (1 − N ÷ wall), where the wall is the size whose serving takes it all.

    Far below the wall, or without one, that is N itself; towards it points stand ever closer.
    """
    along = f"(datum.i % {_POINTS}) / {_POINTS - 1}"
    return [
        *parts.calculate(
            budget=f"floor(datum.i / {_POINTS})",
            flops="k_budget_flops * pow(10, datum.budget - 1)",
            per_size="k_serving_per_param / datum.flops",
            served=f"{_LARGEST} * datum.per_size",
            last=f"datum.served < {_UP_THE_WALL} / {_UP_THE_WALL + 1.0}"
            f" ? {_LARGEST} / (1 - datum.served) : {_UP_THE_WALL} / datum.per_size",
            evenly=f"{_SMALLEST} * pow(datum.last / ({_SMALLEST}), {along})",
        ),
        # Where fresh tokens run out the curve may have a corner: the nearest point moves there.
        *parts.traced({"corner": whole_stock(terms(), parts.field("flops"))}, "w"),
        *parts.calculate(
            cornered="datum.corner / (1 - datum.corner * datum.per_size)",
            params="abs(log(datum.cornered / datum.evenly))"
            f" <= 0.5 * abs(log(datum.last / ({_SMALLEST}))) / {_POINTS - 1}"
            " ? datum.corner : datum.evenly / (1 + datum.evenly * datum.per_size)",
        ),
        *parts.traced(_loss_at(parts.field("params"), parts.field("flops")), "c"),
        # Sizes that cannot be served with this budget are not on the curve.
        {"filter": "datum.left > 0 && datum.tokens > 0"},
        # Where a neighbour's name is: the smaller one's at its last size that is not a third of the
        # way from its floor to the top, the larger one's at its last, with room for the name.
        {"joinaggregate": [{"op": "min", "field": "loss", "as": "floor"}], "groupby": ["budget"]},
        *parts.calculate(
            beside="datum.budget == 0"
            " && datum.loss <= datum.floor + 0.35 * (i_high - datum.floor)"
            f" && {_x('datum.params')} + {_TENTH_WIDE} < k_width"
            f" || datum.budget == 2 && {_x('datum.params')} + {_TENFOLD_WIDE} < k_width"
            " ? datum.params : 0"
        ),
    ]


def _band() -> list[parts.Json]:
    span = parts.spaced("k_band_low", "k_band_high", _BAND_POINTS)
    most_read = f"{1.0 + BAND} * k_best_tokens / k_band_low"
    return [
        # The small end of the band reads the most tokens; where they run out it would be wrong.
        {"filter": f"k_best_plain > 0 && {most_read} <= k_unique_tokens"},
        *parts.calculate(params=f"k_best_params * {span}"),
        *parts.traced(_loss_at(parts.field("params"), symbol("budget_flops")), "b"),
    ]


def _loss_range() -> dict[str, Any]:
    """The vertical axis: from under the tenfold valley to well above the tenth's, or the diamond.

    Far under a diamond the valleys lie at its foot, and the best size's dot is whole all the same.
    The law's own frontier gives the spacing of the three floors, the anchor's loss their height.
    """
    law = symbolic_law()
    at = symbol("anchor_budget_flops")
    floors = [law.optimal_loss(at * factor) for factor in (0.1, 1.0, 10.0)]
    raised = symbol("anchor_best_loss") - floors[1]
    low = floors[2] + raised - 0.7 * (floors[1] - floors[2])
    high = floors[0] + raised + 2.4 * (floors[0] - floors[1])
    high = np.maximum(high, low + 1.04 * (symbol("anchor_loss") - low))
    best = symbol("anchor_best_loss")
    return {"i_low": np.minimum(low, best - _DOT * (high - best)), "i_high": high}
