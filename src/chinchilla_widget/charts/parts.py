"""Small helpers the panels are made of: params, traced columns, log axes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt

from chinchilla_widget.charts import theme
from chinchilla_widget.tracing import Symbol, emit

Values = Mapping[str, float | str]


def params(values: Values) -> list[Any]:
    """One Vega-Lite variable a signal, with the value it starts from."""
    return [alt.param(name=name, value=value) for name, value in values.items()]


def field(name: str) -> Any:
    """A column of the row, as a symbol."""
    return Symbol(f"datum.{name}")


def columns(outputs: Mapping[str, Any], prefix: str) -> list[alt.CalculateTransform]:
    """Traced columns as calculate transforms; what is used twice becomes a column of its own."""
    lines = emit({name: value for name, value in outputs.items()}, prefix)
    # A name made by emit stands for a column here, not for a signal.
    made = [name for name, _ in lines]
    transforms = []
    for name, text in lines:
        transforms.append(alt.CalculateTransform(calculate=_in_row(text, made), **{"as": name}))
    return transforms


def _in_row(text: str, names: Iterable[str]) -> str:
    import re

    known = set(names)
    return re.sub(
        r"(?<![\w.])[A-Za-z_]\w*",
        lambda match: f"datum.{match[0]}" if match[0] in known else match[0],
        text,
    )


def log_axis(title: str, labels: str, **options: Any) -> alt.Axis:
    """An axis whose ticks are powers of ten."""
    return alt.Axis(title=title, labelExpr=labels, **options)


def log_scale(low: str, high: str) -> alt.Scale:
    """A logarithmic scale between two signals."""
    return alt.Scale(
        type="log", domainMin=alt.expr(low), domainMax=alt.expr(high), nice=False, zero=False
    )


def sequence(rows: int) -> alt.SequenceGenerator:
    """Rows ``i`` = 0 … rows − 1, to be turned into a grid."""
    return alt.SequenceGenerator(
        sequence=alt.SequenceParams(start=0, stop=rows, step=1, **{"as": "i"})
    )


def over(data: Any, transform: list[Any], *layers: alt.Chart) -> alt.LayerChart:
    """Layers over one table, whose columns are then computed once for all of them."""
    return alt.layer(*layers, data=data, transform=transform)


def finish(chart: Any, colors: Mapping[str, str], height: int) -> dict[str, Any]:
    """The panel as a specification."""
    chart = chart.properties(width=300, height=height, autosize=alt.AutoSizeParams(type="fit", contains="padding"))
    spec: dict[str, Any] = chart.to_dict()
    spec["config"] = theme.config(dict(colors) if colors is not theme.PAGE else theme.PAGE)
    return spec
