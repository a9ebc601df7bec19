"""Where names stand in the frontier picture: clear of the plan's rule, dots, lines and each other.

In pixels of the picture, worked out from its axes as signals: expressions cannot name a scale,
which is called otherwise where pictures stand side by side. A law's lines are straight there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import altair as alt

from chinchilla_widget.charts.models import drawn_models
from chinchilla_widget.messages import say
from chinchilla_widget.tracing import Symbol, emit

_RULE = "f_rule"
_DOT = 8  # what the plan's points cover on either side of its rule, and a little air
_CLEAR = 12  # between the rule and a name that stands beside it
_BESIDE = f"({_RULE} + {_CLEAR})"

# How wide names are, at most, in the widest of the fonts a page may have.
_WIDTHS = {"tokens": 42, "params": 74}

# Where names are, as shares of the picture's width: left of the models, and right under them.
_TOKENS_END, _PARAMS_START, _UNDER_MODELS = 0.2, 0.155, 0.733

_FOOT = 24  # pixels: what a name at the foot of the picture takes, and a little air
_LEAST_UNDER, _LEAST_UP = 180, 38  # pixels: of width, and of a decade, that leave room among models
_LEAST_ACROSS = 20  # pixels a decade: below, real models stand too close for names between them


def derived(optimum: Callable[[Any], tuple[Any, Any]]) -> dict[str, str]:
    """The signals of this file, from the law's lines and the ends of the axes: ``f_low`` and
    ``f_high`` FLOP, ``f_bottom`` and ``f_top`` parameters or tokens.
    """
    first_model = min(model["flops"] for model in drawn_models() if model["label"] == "left")
    lowest_model = min(m["params"] for m in drawn_models() if m["flops"] >= first_model)
    found = {
        "f_across": "k_width * LN10 / log(f_high / f_low)",  # pixels a decade
        "f_up": "k_height * LN10 / log(f_top / f_bottom)",
        _RULE: _x("k_flops"),
        "f_first_model": _x(f"{first_model}"),  # of those whose names stand left of them
        "f_lowest_model": f"{lowest_model}",
    }
    # A straight line is known by its ends.
    ends = {
        f"f_{name}_{end}": value
        for end in ("low", "high")
        for name, value in zip(("params", "tokens"), optimum(Symbol(f"f_{end}")), strict=True)
    }
    found |= dict(emit(ends, "f"))
    for name in ("params", "tokens"):
        low, high = _y(f"f_{name}_low"), _y(f"f_{name}_high")
        found[f"f_{name}_first"] = low
        found[f"f_{name}_rise"] = f"({low} - {high}) / k_width"
    return {**found, **_tokens(), **_params()}


def _tokens() -> dict[str, str]:
    """Above its line, which rises and so is nearest to the right end of the name."""
    wide = _WIDTHS["tokens"]
    beside = _height("tokens", _BESIDE)
    end = _height("tokens", f"f_tokens_x + {wide}")
    return {
        "f_tokens_start": f"max(2, {_TOKENS_END} * k_width - {wide + 4})",
        "f_tokens_crossed": _crossed("f_tokens_start", wide),
        "f_tokens_x": f"f_tokens_crossed ? {_BESIDE} : f_tokens_start",
        # Beside the rule under its line, where the other line does not come too near.
        "f_tokens_y": f"!f_tokens_crossed ? {end} - 9"
        f" : {_height('params', f'{_BESIDE} + {wide}')} < {beside} + 22"
        f" ? {end} - 14 : {beside} + 14",
        "f_tokens_room": "true",
    }


def _params() -> dict[str, str]:
    """Under its line, which rises and so is nearest to the left end of the name."""
    wide = _WIDTHS["params"]
    # In a narrow picture there is room among the models, in a wide one under them.
    narrow = f"{_UNDER_MODELS} * k_width + {wide} > k_width"
    under = f"!f_params_crossed || f_params_beside ? 17 : {narrow} ? 28 : 34"
    # Kaplan's line is steep, with models under it: a name has room at the picture's foot only.
    foot = f"k_height - {_FOOT}"
    at_foot = f"{_y('f_lowest_model')} < {foot} && {_height('params', _BESIDE)} < {foot}"
    among = f"(!({narrow}) || k_width > {_LEAST_UNDER} && f_up > {_LEAST_UP})"
    return {
        "f_steep": "f_params_rise > 2 * f_tokens_rise",
        "f_params_start": f"{_PARAMS_START} * k_width",
        "f_params_crossed": _crossed("f_params_start", wide),
        # Beside the rule, as long as that is left of the models; else under them.
        "f_params_beside": f"{_BESIDE} + {wide} < f_first_model",
        "f_params_foot": "f_steep && f_params_crossed && !f_params_beside",
        "f_params_x": "!f_params_crossed ? f_params_start"
        f" : f_params_beside || f_steep ? {_BESIDE}"
        f" : min({_UNDER_MODELS} * k_width, k_width - {wide})",
        "f_params_y": "min(k_height - 6, f_params_foot ? k_height"
        f" : {_height('params', 'f_params_x')} + ({under}))",
        "f_params_room": f"f_params_foot ? {at_foot} && f_params_x + {wide} < k_width"
        f" : {_height('params', 'f_params_x')} < k_height - 14"
        f" && (!f_params_crossed || f_params_beside || {among})",
    }


def _crossed(start: str, wide: int) -> str:
    """Whether the plan's rule would cross a name of this width."""
    return f"{_RULE} > {start} - {_CLEAR} && {_RULE} < {start} + {wide + _CLEAR}"


def _x(flops: str) -> str:
    return f"(log({flops} / f_low) / LN10 * f_across)"


def _y(value: str) -> str:
    return f"(k_height - log({value} / f_bottom) / LN10 * f_up)"


def _height(name: str, at: str) -> str:
    """How far down a line is at ``at`` pixels from the left."""
    return f"(f_{name}_first - f_{name}_rise * ({at}))"


def line_names(colors: Mapping[str, str], lang: str) -> list[alt.Chart]:
    """The lines' names at their low ends, each where it has room."""
    return [
        alt.Chart()
        .transform_filter(f"f_{name}_room")
        .mark_text(
            align="left", color=colors[name], fontSize=12, text=say(f"charts.line_{name}", lang),
            x=alt.expr(f"f_{name}_x"), y=alt.expr(f"f_{name}_y"), stroke=colors["surface"],
            strokeWidth=ground,
        )
        for name in ("tokens", "params")
        for ground in (3, 0)
    ]  # fmt: skip


_TEXT = "(datum.short || datum.name)"


def model_names(row: alt.Chart, y: alt.Y, colors: Mapping[str, str]) -> list[alt.Chart]:
    """Names of some real models, over the rows that ``room`` leaves."""
    return [
        row.mark_text(
            align=alt.expr("datum.align"), dx=alt.expr("datum.dx"), dy=alt.expr("datum.dy"),
            fontSize=10, color=colors["muted"], text=alt.expr(_TEXT), stroke=colors["surface"],
            strokeWidth=ground,
        ).encode(y=y)
        for ground in (3, 0)
    ]  # fmt: skip


def room() -> str:
    """Whether neither the rule nor a line nor the frame is where a model's name would be."""
    start = f"{_x('datum.flops')} + datum.dx - (datum.align == 'right' ? datum.wide : 0)"
    end, middle = f"{start} + datum.wide", f"{_y('datum.tokens')} + datum.dy"
    # Left of the models the name of a line may stand beside the rule.
    reach = f"(datum.label == 'left' ? {_WIDTHS['tokens'] + _CLEAR + 8} : {_DOT})"
    clear = [
        f"datum.label != '' && f_across > {_LEAST_ACROSS} && f_up > datum.least_decade",
        f"({_RULE} < {start} - {reach} || {_RULE} > {end} + {_DOT})",
        f"{start} > 0 && {end} < k_width && {middle} > 4",
    ]
    for name in ("params", "tokens"):
        # A line rises from left to right: it is under all of a name, or above it.
        clear.append(
            f"({_height(name, start)} < {middle} - 5 || {_height(name, end)} > {middle} + 5)"
        )
    return " && ".join(clear)
