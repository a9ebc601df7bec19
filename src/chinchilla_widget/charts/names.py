"""Where names stand in the frontier picture: clear of the plan's rule, dots, lines and each other.

In pixels of the picture, worked out from its axes as signals: expressions cannot name a scale,
which is called otherwise where pictures stand side by side. A law's lines are straight there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import altair as alt

from chinchilla_widget.messages import say
from chinchilla_widget.tracing import Symbol, emit

_RULE = "f_rule"
_CLEAR = 12  # between the plan's rule, with its points, and a name
_BESIDE = f"({_RULE} + {_CLEAR})"
_FIRST_MODEL = "f_first_model"  # the smaller one's name stands left of it

# How wide names are, at most, in the widest of the fonts a page may have.
_WIDTHS = {"tokens": 42, "params": 74}
_LETTER = 5.7

_LEAST_ACROSS = 20  # pixels a decade: below, real models stand too close for names between them


def places(
    across: tuple[str, str], up: tuple[str, str], optimum: Callable[[Any], tuple[Any, Any]]
) -> dict[str, str]:
    """The signals of this file, from the ends of both axes and the law's lines."""
    found = {
        "f_left": f"log({across[0]}) / LN10",
        "f_across": f"k_width / (log({across[1]}) / LN10 - f_left)",  # pixels a decade
        "f_bottom": f"log({up[0]}) / LN10",
        "f_up": f"k_height / (log({up[1]}) / LN10 - f_bottom)",
        _RULE: _x("k_flops"),
        _FIRST_MODEL: _x("2e22"),
    }
    # Two decades of a line say where all of it is.
    there = {
        f"f_{name}_{end}": value
        for end, flops in (("from", Symbol("1e20")), ("to", Symbol("1e22")))
        for name, value in zip(("params", "tokens"), optimum(flops), strict=True)
    }
    found |= dict(emit(there, "f"))
    for name in ("params", "tokens"):
        found[f"f_{name}_rise"] = f"0.5 * f_up * log(f_{name}_to / f_{name}_from) / LN10 / f_across"
        found[f"f_{name}_first"] = (
            f"{_y(f'f_{name}_from')} + f_{name}_rise * f_across * (20 - f_left)"
        )
    return {**found, **_tokens(), **_params()}


def _tokens() -> dict[str, str]:
    """Above its line, beside whose end lies what is lower; under it where it stands by the rule."""
    wide = _WIDTHS["tokens"]
    beside = _height("tokens", _BESIDE)
    return {
        "f_tokens_start": f"max(2, 0.2 * k_width - {wide + 4})",
        "f_tokens_crossed": _crossed("f_tokens_start", wide),
        "f_tokens_x": f"f_tokens_crossed ? {_BESIDE} : f_tokens_start",
        # Above there as well where the other line comes too near.
        "f_tokens_y": f"!f_tokens_crossed ? {_height('tokens', f'f_tokens_x + {wide}')} - 9"
        f" : {_height('params', f'{_BESIDE} + {wide}')} < {beside} + 22"
        f" ? {_height('tokens', f'f_tokens_x + {wide}')} - 14 : {beside} + 14",
    }


def _params() -> dict[str, str]:
    """Under its line, beside whose end lies what is higher."""
    wide = _WIDTHS["params"]
    under = "!f_params_crossed || f_params_beside ? 17 : 34"
    # Kaplan's line is steep, with models under it; a narrow picture has no room under them.
    steep = "f_params_rise > 2 * f_tokens_rise"
    return {
        "f_params_start": "0.155 * k_width",
        "f_params_crossed": _crossed("f_params_start", wide),
        # Beside the rule, as long as that is left of the models; else under them.
        "f_params_beside": f"{_BESIDE} + {wide} < {_FIRST_MODEL}",
        "f_params_x": "!f_params_crossed ? f_params_start"
        f" : f_params_beside ? {_BESIDE} : 0.733 * k_width",
        "f_params_y": f"min(k_height - 6, {_height('params', 'f_params_x')} + ({under}))",
        "f_params_room": "!f_params_crossed || f_params_beside"
        f" || !({steep} || 0.733 * k_width + {wide} > k_width)",
    }


def _crossed(start: str, wide: int) -> str:
    """Whether the plan's rule would cross a name of this width."""
    return f"{_RULE} > {start} - {_CLEAR} && {_RULE} < {start} + {wide + _CLEAR}"


def _x(flops: str) -> str:
    return f"((log({flops}) / LN10 - f_left) * f_across)"


def _y(value: str) -> str:
    return f"(k_height - (log({value}) / LN10 - f_bottom) * f_up)"


def _height(name: str, at: str) -> str:
    """How far down a line is at ``at`` pixels from the left."""
    return f"(f_{name}_first - f_{name}_rise * ({at}))"


def line_names(colors: Mapping[str, str], lang: str) -> list[alt.Chart]:
    """The lines' names at their low ends."""
    return [
        alt.Chart().mark_text(
            align="left", color=colors[name], fontSize=12, text=say(f"charts.line_{name}", lang),
            x=alt.expr(f"f_{name}_x"), y=alt.expr(f"f_{name}_y"),
            opacity=alt.expr("f_params_room ? 1 : 0") if name == "params" else 1.0,
            stroke=colors["surface"], strokeWidth=ground,
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
    wide = f"{_LETTER} * length({_TEXT})"
    start = f"{_x('datum.flops')} + datum.dx - (datum.align == 'right' ? {wide} : 0)"
    end, middle = f"{start} + {wide}", f"{_y('datum.tokens')} + datum.dy"
    # Left of the models the name of a line may stand beside the rule.
    reach = f"(datum.label == 'left' ? {_WIDTHS['tokens'] + _CLEAR + 8} : 4)"
    clear = [
        f"datum.label != '' && f_across > {_LEAST_ACROSS} && f_up > datum.least",
        f"({_RULE} < {start} - {reach} || {_RULE} > {end} + 4)",
        f"{start} > -30 && {end} < k_width + 1 && {middle} > 4",
    ]
    for name in ("params", "tokens"):
        # A line rises from left to right: it is under all of a name, or above it.
        clear.append(
            f"({_height(name, start)} < {middle} - 5 || {_height(name, end)} > {middle} + 5)"
        )
    return " && ".join(clear)
