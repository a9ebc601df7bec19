"""The frontier: best size and best data against compute, with real models and the laws' spread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import altair as alt

from chinchilla_widget.charts import parts, theme
from chinchilla_widget.charts.models import real_models
from chinchilla_widget.charts.program import spread_of, symbol, symbolic_law
from chinchilla_widget.charts.sure import sure
from chinchilla_widget.laws import Power
from chinchilla_widget.messages import say
from chinchilla_widget.quantities import show

_POINTS = 46
# The table of real models, which the page has already, and a figure brings: see ``model_rows``.
MODELS = "models"
SIGNALS = (
    "params",
    "tokens",
    "flops",
    "scale",
    "anchor_params",
    "anchor_tokens",
    "anchor_flops",
)
FAMILY_SIGNALS = {
    "parametric": (
        *("E", "A", "B", "alpha", "beta", "R_D", "R_N"),
        *("params_sure_low", "params_sure_high"),
    ),
    "frontier": ("params_factor", "params_exponent", "tokens_factor", "tokens_exponent"),
}


def frontier(colors: Mapping[str, str], lang: str, family: str) -> list[parts.Json]:
    """The panel's layers, over ``SIGNALS`` and the constants of the family."""
    x = flops_axis(lang)
    scale = parts.log_scale(
        "pow(10, min(8, floor(log(k_anchor_params) / LN10 - 0.5)))",
        "pow(10, max(14, ceil(log(k_anchor_tokens) / LN10 + 0.5)))",
    )
    axis = alt.Axis(
        title=say("charts.params_tokens", lang),
        labelExpr=theme.count_labels(lang),
        values=theme.POWERS[::2],
    )

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", scale=scale, axis=axis)

    tooltip = [
        alt.Tooltip("name:N", title=say("charts.model", lang)),
        alt.Tooltip("summary:N", title=say("charts.summary", lang)),
        alt.Tooltip("source:N", title=say("charts.source", lang)),
    ]
    row = alt.Chart().encode(x=x)
    across, own = parts.band_tips(lang)
    bands, lines, dots, points, names = [], [], [], [], []
    for name, shape in (("params", "circle"), ("tokens", "square")):  # told apart by shape too
        color = colors[name]
        # The range on top: beyond the runs it lies within the interval, and each is pointed at.
        if family == "parametric":
            bands.append(parts.band(row, f"{name}_sure", y, color, own))
        bands.append(parts.band(row, name, y, color, across))
        lines.append(row.mark_line(clip=True, color=color, strokeWidth=2).encode(y=y(name)))
        dots.append(
            row.mark_point(
                clip=True, filled=True, size=16, color=color, opacity=0.75, shape=shape
            ).encode(y=y(name))
        )
        points.append(
            row.mark_point(
                clip=True, filled=True, size=90, opacity=1, color=color, shape=shape,
                stroke=colors["surface"], strokeWidth=2,
            ).encode(y=y(name))
        )  # fmt: skip
        names.append(_line_name(row, y, name, color, lang))
    # Four pixels are no target for a hand: an unseen disc around each dot answers for it.
    targets = [
        row.mark_point(clip=True, filled=True, size=150, opacity=0, color=colors["ink"]).encode(
            y=y(name), tooltip=tooltip
        )
        for name in ("params", "tokens")
    ]
    hairline = row.mark_rule(clip=True, color=colors["muted"], opacity=0.3, strokeWidth=1).encode(
        y=y("params"), y2="tokens:Q"
    )
    rule = row.mark_rule(color=colors["ink"], strokeDash=[4, 3], strokeWidth=1)
    now = parts.calculate(flops="k_flops", params="k_params", tokens="k_tokens")
    real = {"name": MODELS}
    return [
        parts.over(parts.rows(_POINTS), _grid(family), *bands, *lines, *names),
        parts.over(real, [], hairline, *dots, *_model_names(row, y, colors)),
        parts.over(parts.rows(1), now, rule, *points),
        parts.over(real, [], *targets),
    ]


def flops_axis(lang: str) -> alt.X:
    """Training compute, from 10¹⁸ to 10²⁷ FLOP and farther where the plan is."""
    return alt.X(
        "flops:Q",
        scale=parts.log_scale(LOWEST, HIGHEST),
        axis=alt.Axis(
            title=say("charts.flops", lang), labelExpr=theme.POWER_LABELS, values=theme.POWERS[9::3]
        ),
    )


LOWEST = "pow(10, min(18, floor(log(k_anchor_flops) / LN10 - 1)))"
HIGHEST = "pow(10, max(27, ceil(log(k_anchor_flops) / LN10 + 1)))"


def _line_name(
    row: alt.Chart, y: Callable[[str], alt.Y], name: str, color: str, lang: str
) -> alt.Chart:
    """A line's name at its low end, or at the other where the plan's rule would cross it.

    Lines rise: beside a name above its line lies what is lower, under it what is higher.
    """
    above = name == "tokens"
    first, other = (9, 34) if above else (7, 33)
    low, high = (0.5, 9) if above else (6.5, 20)  # what the name covers, counted as its point is
    at = f"{_POINTS - 1} * log(k_flops / {LOWEST}) / log({HIGHEST} / {LOWEST})"
    crossed = f"({at} > {low} && {at} < {high})"
    named: alt.Chart = (
        row.transform_filter(f"datum.i == ({crossed} ? {other} : {first})")
        .mark_text(
            align="right" if above else "left", color=color, fontSize=12,
            dx=-4 if above else 0,
            dy=-7 if above else alt.expr(f"{crossed} ? 34 : 16"),  # below the dots there
            text=say(f"charts.line_{name}", lang),
        )
        .encode(y=y(name))
    )  # fmt: skip
    return named


def _grid(family: str) -> list[parts.Json]:
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
        *parts.calculate(flops=f"{LOWEST} * pow({HIGHEST} / {LOWEST}, datum.i / {_POINTS - 1})"),
        *parts.traced(
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
        *(_sure() if family == "parametric" else ()),
    ]


def _sure() -> list[parts.Json]:
    """Where the law has draws: the ends of its interval. Tokens follow from params, D = C/6N."""
    ends = {
        f"tokens_sure_{end}": f"datum.tokens * datum.params / datum.params_sure_{other}"
        for end, other in (("low", "high"), ("high", "low"))
    }
    return [*sure("params"), *parts.calculate(**ends)]


def model_rows(lang: str) -> list[dict[str, Any]]:
    """Real models as the panel tells of them."""
    return [_row(model, lang) for model in real_models()]


def _row(model: Mapping[str, Any], lang: str) -> dict[str, Any]:
    params = show(model["params"], "params", lang)
    tokens = show(model["tokens"], "tokens", lang)
    return {
        "name": model["name"],
        "params": model["params"],
        "tokens": model["tokens"],
        "flops": model["flops"],
        "summary": f"{params} · {tokens}",
        "source": model["source"],
        "label": model["label"],
        "short": model.get("short"),
    }


def _model_names(
    row: alt.Chart, y: Callable[[str], alt.Y], colors: Mapping[str, str]
) -> list[alt.Chart]:
    """Names of some models, on a ground of their own so that hairlines do not cross them."""
    # Side, alignment, offset, and how far from the plan's own rule (in e-folds of compute, the
    # plan's over the model's) a name gives way to it.
    # The narrowest picture has 11 pixels an e-fold.
    sides: tuple[tuple[str, Any, int, int, float, float], ...] = (
        ("left", "right", -6, 0, -7.0, 0.7),
        ("right", "left", 6, 4, -0.7, 7.0),
        ("above", "center", -8, -18, -4.45, 2.8),
    )
    names = []
    for side, align, dx, dy, low, high in sides:
        beyond = "log(k_flops / datum.flops)"
        named = row.transform_filter(
            f"datum.label == '{side}' && ({beyond} < {low} || {beyond} > {high})"
        ).encode(y=y("tokens"))
        for ground in (3, 0):
            names.append(
                named.mark_text(
                    clip=True, align=align, dx=dx, dy=dy, fontSize=10, color=colors["muted"],
                    text=alt.expr("datum.short || datum.name"),
                    stroke=colors["surface"], strokeWidth=ground,
                )
            )  # fmt: skip
    return names
