"""Small helpers the panels are made of: traced columns, log axes, and putting layers together.

Altair makes the marks and encodings; what is long and already plain (tables, traced columns) is
put around them as JSON, because Altair copies all of it at every step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt

from chinchilla_widget.charts import theme
from chinchilla_widget.laws import LEVEL
from chinchilla_widget.messages import say
from chinchilla_widget.quantities.sentences import sentence
from chinchilla_widget.tracing import Symbol, emit

Json = dict[str, Any]
Value = float | str | list[float]  # of a signal


def field(name: str) -> Any:
    """A column of the row, as a symbol."""
    return Symbol(f"datum.{name}")


def calculate(**columns: str) -> list[Json]:
    """Columns from expressions, in order."""
    return [{"calculate": text, "as": name} for name, text in columns.items()]


def traced(outputs: Mapping[str, Any], prefix: str) -> list[Json]:
    """Columns from symbols; what is used twice becomes a column of its own."""
    lines = emit(outputs, prefix)
    made = {name for name, _ in lines}

    def in_row(match: re.Match[str]) -> str:
        # A name made by emit stands for a column here, not for a signal.
        return f"datum.{match[0]}" if match[0] in made else match[0]

    return calculate(
        **{name: re.sub(r"(?<![\w.])[A-Za-z_]\w*", in_row, text) for name, text in lines}
    )


def rows(count: int) -> Json:
    """A table of ``i`` = 0 … count − 1, to be turned into a grid."""
    return {"sequence": {"start": 0, "stop": count, "step": 1, "as": "i"}}


def spaced(low: str, high: str, count: int) -> str:
    """A row's place between two ends, in equal ratios; of `count` rows the last is at `high`."""
    return f"{low} * pow({high} / {low}, datum.i / {count - 1})"


def over(data: Json, transform: Sequence[Json], *layers: alt.Chart) -> Json:
    """Layers over one table, whose columns are computed once for all of them."""
    made = [layer.to_dict(context={"top_level": False}) for layer in layers]
    for layer in made:
        del layer["data"]  # Altair names a table that is not there; theirs is this one
    return {"data": data, "transform": list(transform), "layer": made}


def log_scale(low: str, high: str) -> alt.Scale:
    """A logarithmic scale between two expressions."""
    return alt.Scale(type="log", domainMin=alt.expr(low), domainMax=alt.expr(high), nice=False)


def loss_axis(lang: str, low: str, high: str) -> tuple[alt.Scale, alt.Axis]:
    """The axis of losses between two expressions, with the language's decimal mark."""
    scale = alt.Scale(domainMin=alt.expr(low), domainMax=alt.expr(high), zero=False, nice=False)
    span = f"({high}) - ({low})"
    digits = f"{span} > 0.35 ? '.1f' : {span} > 0.04 ? '.2f' : {span} > 0.004 ? '.3f' : '.5f'"
    text = f"format(datum.value, {digits})"
    label = f"replace({text}, '.', ',')" if lang == "es" else text
    return scale, alt.Axis(title=say("charts.loss", lang), tickCount=5, labelExpr=label)


def band(row: alt.Chart, name: str, y: Callable[[str], alt.Y], color: str, tip: str) -> Any:
    """The area between the columns ``{name}_low`` and ``{name}_high``, which says what it is."""
    area = row.mark_area(clip=True, color=color, opacity=0.14)
    return area.encode(y=y(f"{name}_low"), y2=f"{name}_high:Q", tooltip=alt.value(tip))


def band_tips(lang: str) -> tuple[str, str]:
    """What the range across laws, and the law's own interval, are called."""
    return say("charts.band_laws", lang), sentence(
        "charts.band_sure", lang, level=("percent", LEVEL)
    )


def signals(values: Mapping[str, Value]) -> list[Json]:
    """One variable parameter a signal, with the value it starts from."""
    return [{"name": name, "value": value} for name, value in values.items()]


def derived(signals: Mapping[str, str]) -> list[Json]:
    """One parameter a signal that a picture works out for itself."""
    return [{"name": name, "expr": text} for name, text in signals.items()]


def panel(
    layers: Sequence[Json], values: Mapping[str, Value], own: Mapping[str, str], height: int
) -> Json:
    """A panel for the page: its width is the page's to set."""
    return {
        "$schema": alt.SCHEMA_URL,
        "width": 300,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "params": [
            *signals(values),
            *derived({"k_width": "width", "k_height": "height", **own}),
        ],
        "layer": list(layers),
        "config": theme.config(theme.PAGE),
    }
