"""The frontier: best size and best data against compute, with real models and the laws' spread."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import altair as alt

from chinchilla_widget.charts import parts, theme
from chinchilla_widget.charts.program import spread_of, symbol, symbolic_law
from chinchilla_widget.costs import training_flops
from chinchilla_widget.laws import Power
from chinchilla_widget.messages import say

_POINTS = 46
SIGNALS = ("params", "tokens", "flops", "scale", "anchor_flops")
FAMILY_SIGNALS = {
    "parametric": ("E", "A", "B", "alpha", "beta", "R_D", "R_N"),
    "frontier": ("params_factor", "params_exponent", "tokens_factor", "tokens_exponent"),
}


@cache
def models() -> tuple[dict[str, Any], ...]:
    """Real models, each with its params, tokens, training compute and source."""
    text = files("chinchilla_widget").joinpath("data/models.toml").read_text(encoding="utf-8")
    return tuple(
        {**model, "flops": training_flops(model["params"], model["tokens"])}
        for model in tomllib.loads(text)["models"]
    )


def frontier(colors: Mapping[str, str], lang: str, family: str) -> alt.LayerChart:
    """The panel, over ``SIGNALS`` and the constants of the family."""
    x = alt.X(
        "flops:Q",
        scale=parts.log_scale(LOWEST, HIGHEST),
        axis=parts.log_axis(
            say("charts.flops", lang), theme.POWER_LABELS, values=every_third_power()
        ),
    )
    scale = parts.log_scale(
        "pow(10, min(8, floor(log(k_params) / LN10 - 0.5)))",
        "pow(10, max(14, ceil(log(k_tokens) / LN10 + 0.5)))",
    )
    axis = parts.log_axis(
        say("charts.params_tokens", lang), theme.COUNT_LABELS, values=_even_powers()
    )

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", scale=scale, axis=axis)

    tooltip = [
        alt.Tooltip("name:N", title=say("charts.model", lang)),
        alt.Tooltip("summary:N", title=say("charts.summary", lang)),
        alt.Tooltip("source:N", title=say("charts.source", lang)),
    ]
    each = {"params": "circle", "tokens": "square"}  # told apart by shape too
    row, model, here = alt.Chart().encode(x=x), alt.Chart().encode(x=x), alt.Chart().encode(x=x)
    bands, lines, dots, points, names = [], [], [], [], []
    for name, shape in each.items():
        bands.append(
            row.mark_area(clip=True, color=colors[name], opacity=0.14).encode(
                y=y(f"{name}_low"), y2=f"{name}_high:Q"
            )
        )
        lines.append(row.mark_line(clip=True, color=colors[name], strokeWidth=2).encode(y=y(name)))
        dots.append(
            model.mark_point(
                clip=True, filled=True, size=22, color=colors[name], opacity=0.85, shape=shape
            ).encode(y=y(name), tooltip=tooltip)
        )
        points.append(
            here.mark_point(
                clip=True, filled=True, size=90, opacity=1, color=colors[name], shape=shape,
                stroke=colors["surface"], strokeWidth=2,
            ).encode(y=y(name))
        )  # fmt: skip
        names.append(
            row.transform_filter("datum.i == 9")
            .mark_text(
                align="left", dy=-10 if name == "tokens" else 14, color=colors[name],
                fontSize=12, text=say(f"charts.line_{name}", lang),
            )
            .encode(y=y(name))
        )  # fmt: skip
    hairline = model.mark_rule(clip=True, color=colors["muted"], opacity=0.5, strokeWidth=1).encode(
        y=y("params"), y2="tokens:Q"
    )
    rule = here.mark_rule(color=colors["ink"], strokeDash=[4, 3], strokeWidth=1)
    real = alt.Data(values=[_row(model) for model in models()])
    now = [
        alt.CalculateTransform(calculate=f"k_{name}", **{"as": name})
        for name in ("flops", "params", "tokens")
    ]
    return alt.layer(
        parts.over(parts.sequence(_POINTS), _grid(family), *bands, *lines, *names),
        parts.over(real, [], hairline, *dots, *_model_names(model, y, colors)),
        parts.over(parts.sequence(1), now, rule, *points),
    )


LOWEST = "pow(10, min(18, floor(log(k_anchor_flops) / LN10 - 1)))"
HIGHEST = "pow(10, max(27, ceil(log(k_anchor_flops) / LN10 + 1)))"


def every_third_power() -> list[float]:
    return [10.0**power for power in range(9, 43, 3)]


def _even_powers() -> list[float]:
    return [10.0**power for power in range(0, 31, 2)]


def _grid(family: str) -> list[Any]:
    flops = parts.field("flops")
    if family == "parametric":
        law: Any = symbolic_law()
        params, tokens = law.optimum(flops)
    else:
        params, tokens = (
            Power(symbol(f"{name}_factor"), symbol(f"{name}_exponent"))(flops)
            for name in ("params", "tokens")
        )
    spread = spread_of(flops, symbol("scale"))
    return [
        alt.CalculateTransform(
            calculate=f"{LOWEST} * pow({HIGHEST} / {LOWEST}, datum.i / {_POINTS - 1})",
            **{"as": "flops"},
        ),
        *parts.columns(
            {
                "params": params,
                "tokens": tokens,
                "params_low": spread["params"][0],
                "params_high": spread["params"][1],
                "tokens_low": spread["tokens"][0],
                "tokens_high": spread["tokens"][1],
            },
            "f",
        ),
    ]


def _row(model: Mapping[str, Any]) -> dict[str, Any]:
    from chinchilla_widget.quantities import show

    params, tokens = show(model["params"], "params"), show(model["tokens"], "tokens")
    return {
        "name": model["name"],
        "params": model["params"],
        "tokens": model["tokens"],
        "flops": model["flops"],
        "summary": f"{params} · {tokens}",
        "source": model["source"],
        "label": model.get("label", ""),
    }


def _model_names(
    model: alt.Chart, y: Callable[[str], alt.Y], colors: Mapping[str, str]
) -> list[alt.Chart]:
    sides = (
        ("left", "right", -6, -2),
        ("right", "left", 6, 2),
        ("above", "center", 0, -9),
        ("below", "center", 0, 11),
    )
    return [
        model.transform_filter(f"datum.label == '{side}'")
        .mark_text(
            clip=True, align=align, dx=dx, dy=dy, fontSize=10, color=colors["muted"],
            text=alt.expr("datum.name"),
        )
        .encode(y=y("tokens"))
        for side, align, dx, dy in sides
    ]  # fmt: skip
