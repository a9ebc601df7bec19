"""The frontier: best size and best data against compute, with real models and the laws' spread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from chinchilla_widget.charts import names, parts, theme
from chinchilla_widget.charts.models import drawn_models
from chinchilla_widget.charts.program import spread_of, symbol, symbolic_law
from chinchilla_widget.charts.sure import sure
from chinchilla_widget.laws import Power
from chinchilla_widget.messages import say
from chinchilla_widget.messages.sources import sourced
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
    "anchor_best_params",
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
    scale = parts.log_scale("f_bottom", "f_top")
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
    bands, lines, dots, points = [], [], [], []
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
        parts.over(parts.rows(_POINTS), _grid(family), *bands, *lines),
        parts.over(real, [], hairline, *dots),
        parts.over(real, [{"filter": names.room()}], *names.model_names(row, y("tokens"), colors)),
        parts.over(parts.rows(1), [], *names.line_names(colors, lang)),
        parts.over(parts.rows(1), now, rule, *points),
        parts.over(real, [], *targets),
    ]


def flops_axis(lang: str) -> alt.X:
    """Training compute, from 10¹⁸ to 10²⁷ FLOP and farther where the plan is."""
    return alt.X(
        "flops:Q",
        scale=parts.log_scale("f_low", "f_high"),
        axis=alt.Axis(
            title=say("charts.flops", lang), labelExpr=theme.POWER_LABELS, values=theme.POWERS[9::3]
        ),
    )


# The ends of that axis, as signals.
FLOPS_ENDS = {
    "f_low": "pow(10, min(18, floor(log(k_anchor_flops) / LN10 - 1)))",
    "f_high": "pow(10, max(27, ceil(log(k_anchor_flops) / LN10 + 1)))",
}
# Of the other: the plan's points are on the picture, and the best size, which is on its law's line.
_COUNT_ENDS = {
    "f_bottom": "pow(10, min(8, floor(log(min(k_anchor_params, k_anchor_best_params,"
    " k_anchor_tokens)) / LN10 - 0.5)))",
    "f_top": "pow(10, max(14, ceil(log(max(k_anchor_tokens, k_anchor_params)) / LN10 + 0.5)))",
}


def _optimum(family: str, flops: Any) -> tuple[Any, Any]:
    """Parameters and tokens of the law at this compute."""
    if family == "parametric":
        law: Any = symbolic_law()
        return law.optimum(flops)  # type: ignore[no-any-return]
    params, tokens = (
        Power(symbol(f"{name}_factor"), symbol(f"{name}_exponent"))(flops)
        for name in ("params", "tokens")
    )
    return params, tokens


def derived(family: str) -> dict[str, str]:
    """Signals that the panel works out for itself, beside ``SIGNALS``."""
    ends = FLOPS_ENDS | _COUNT_ENDS
    return ends | names.derived(lambda flops: _optimum(family, flops))


def _grid(family: str) -> list[parts.Json]:
    flops = parts.field("flops")
    params, tokens = _optimum(family, flops)
    spread = spread_of(flops, symbol("scale"))
    return [
        *parts.calculate(flops=parts.spaced("f_low", "f_high", _POINTS)),
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
    return [_row(model, lang) for model in drawn_models()]


def _row(model: Mapping[str, Any], lang: str) -> dict[str, Any]:
    params = show(model["params"], "params", lang)
    tokens = show(model["tokens"], "tokens", lang)
    source = sourced(model["source"], lang)
    return {**model, "source": source, "summary": f"{params} · {tokens}"}
