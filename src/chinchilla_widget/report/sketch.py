"""A plan's picture where nothing may run: IsoFLOP curve and frontier as a small SVG.

It is drawn here, without a library, in a few milliseconds, because every planner carries one for
the places that show no widget: an untrusted notebook, a code host, a mail.
"""

from __future__ import annotations

import html
import math
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from chinchilla_widget.laws import FrontierLaw
from chinchilla_widget.messages import say
from chinchilla_widget.plans import Plan
from chinchilla_widget.quantities import ShowKind, show
from chinchilla_widget.solver import sweep

WIDTH: Final = 640
HEIGHT: Final = 250
_INK, _MUTED, _HAIRLINE = "#1a1c20", "#5f6673", "#e2e4e8"
_PARAMS, _TOKENS = "#3e63c9", "#b05e0c"
_FONT: Final = "system-ui,-apple-system,'Segoe UI','Noto Sans','DejaVu Sans',sans-serif"
_DECADES: Final = 1.6  # of size, to either side of the plan's
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Frame:
    """A picture's place in pixels, and what its axes span; the horizontal one is logarithmic."""

    left: float
    right: float
    across: tuple[float, float]
    up: tuple[float, float]
    top: float = 44.0
    bottom: float = 200.0

    def x(self, value: float) -> float:
        low, high = map(math.log10, self.across)
        return self.left + (math.log10(value) - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self.up
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)


def sketch(plan: Plan) -> str:
    """The picture as SVG, on white, whatever it will lie on."""
    title = html.escape(about(plan))
    whole = isinstance(plan.scenario.law, FrontierLaw)
    parts = [_frontier(plan, 56.0 if whole else 388.0)]
    if not whole:
        parts.append(_isoflop(plan))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="{_FONT}" font-size="11" fill="{_MUTED}">'
        f'<title>{title}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
        f"{''.join(parts)}</svg>"
    )


def about(plan: Plan) -> str:
    """What the picture shows: a law that knows the best size alone has no curve of others."""
    whole = isinstance(plan.scenario.law, FrontierLaw)
    return say(f"report.alt_{'frontier' if whole else 'isoflop_frontier'}", plan.scenario.lang)


def _isoflop(plan: Plan) -> str:
    """Loss against every size that this budget could train, and where the plan lies."""
    lang = plan.scenario.lang
    sizes = np.geomspace(plan.params * 10**-_DECADES, plan.params * 10**_DECADES, 65)
    losses = _losses(plan, sizes)
    assert plan.loss is not None
    known = losses[np.isfinite(losses)]
    low = min([plan.loss, *known])
    high = max(plan.loss + 0.1, min(max(known, default=math.inf), low + 0.16 * plan.loss))
    frame = Frame(46.0, 310.0, (sizes[0], sizes[-1]), (low - 0.2 * (high - low), high))
    curve = [
        (frame.x(size), frame.y(loss))
        for size, loss in zip(sizes, losses, strict=True)
        if math.isfinite(loss) and loss <= high
    ]
    ticks = "".join(_tick_up(frame, loss, show(loss, "loss", lang)) for loss in _steps(frame.up))
    ticks += _ticks_across(frame, "params", lang)
    at = (frame.x(plan.params), frame.y(plan.loss))
    # Under the curve nothing else is drawn.
    label = _text(
        at[0], at[1] + 20, show(plan.params, "params", lang), _PARAMS, "middle", bold=True
    )
    title = _title(frame, "isoflop", lang)
    return title + ticks + _line(curve, _INK) + _dot(at, _PARAMS) + label


def _losses(plan: Plan, sizes: Any) -> Any:
    """What each size would reach for the plan's budget, by the solver; NaN where it has no run."""
    s = plan.scenario
    spent = (
        plan.flops + s.terms.serving * plan.params + s.terms.data_price * plan.unique_tokens_used
    )
    words = {
        "accelerator": s.accelerator.id,
        "dtype": s.dtype,
        "peak_flops": s.peak_flops,
        "price_per_hour": s.price_per_hour,
        "mfu": s.mfu,
        "goodput": s.goodput,
        "law": s.law,
        "token_price": s.token_price,
        "unique_tokens": s.unique_tokens,
        "repeats": s.repeats,
        "served_tokens": s.served_tokens,
        "serving_mfu": s.serving_mfu,
        "serving_price_per_hour": s.serving_price_per_hour,
    }
    given = {word: value for word, value in words.items() if value is not None}
    return sweep(flops=s.total_flops or float(spent), params=sizes, **given)["loss"]


def _frontier(plan: Plan, left: float) -> str:
    """Best size and best data against compute, and where the plan lies."""
    s = plan.scenario
    flops = np.geomspace(min(1e18, plan.flops / 10), max(1e27, plan.flops * 10), 2)
    ends = [tuple(map(float, s.law.optimum(float(each)))) for each in flops]
    low = math.floor(math.log10(min(min(pair) for pair in ends)))
    high = math.ceil(math.log10(max(max(pair) for pair in ends)))
    frame = Frame(left, 618.0, (float(flops[0]), float(flops[1])), (low, high))
    parts = [_title(frame, "frontier", s.lang)]
    for power in range(low, high + 1):
        if (power - low) % 3 == 0:
            parts.append(_tick_up(frame, power, _round(10.0**power, "params", s.lang)))
    parts.append(_ticks_across(frame, "flops", s.lang))
    for index, (word, color) in enumerate((("params", _PARAMS), ("tokens", _TOKENS))):
        line = [
            (frame.x(float(each)), frame.y(math.log10(pair[index])))
            for each, pair in zip(flops, ends, strict=True)
        ]
        at = (frame.x(plan.flops), frame.y(math.log10(getattr(plan, word))))
        parts.append(_line(line, color) + _dot(at, color))
        x, y = line[0][0] + 8, line[0][1] + (14 if index == 0 else -22)
        parts.append(_text(x, y, say(f"charts.line_{word}", s.lang), color))
    return "".join(parts)


def _title(frame: Frame, name: str, lang: str) -> str:
    return _text(frame.left - 36, 20, say(f"charts.{name}_title", lang), _INK, bold=True)


def _ticks_across(frame: Frame, kind: ShowKind, lang: str) -> str:
    first, last = (math.log10(end) for end in frame.across)
    step = max(1, round((last - first) / 4))
    powers = range(math.ceil(first - 1e-9), math.floor(last + 1e-9) + 1, step)
    labels = "".join(
        _text(
            frame.x(10.0**power),
            frame.bottom + 17,
            f"10{str(power).translate(_RAISED)}"
            if kind == "flops"
            else _round(10.0**power, kind, lang),
            anchor="middle",
        )
        for power in powers
    )
    middle = (frame.left + frame.right) / 2
    return labels + _text(middle, frame.bottom + 37, say(f"charts.{kind}", lang), anchor="middle")


def _tick_up(frame: Frame, value: float, label: str) -> str:
    y = frame.y(value)
    rule = f'<path d="M{frame.left:.1f} {y:.1f}H{frame.right:.1f}" stroke="{_HAIRLINE}"/>'
    return rule + _text(frame.left - 6, y + 4, label, anchor="end")


def _round(value: float, kind: ShowKind, lang: str) -> str:
    """A round value without the digits that say nothing on an axis: 10 B."""
    return re.sub(r"[.,]0+(?=\D|$)", "", show(value, kind, lang))


def _steps(ends: tuple[float, float]) -> list[float]:
    """Round values between the ends, four or so."""
    span = ends[1] - ends[0]
    power = 10.0 ** math.floor(math.log10(span / 3))
    step = next(each * power for each in (1, 2, 5, 10) if span / (each * power) <= 5)
    first = math.ceil(ends[0] / step)
    return [index * step for index in range(first, math.floor(ends[1] / step) + 1)]


def _line(points: list[tuple[float, float]], color: str) -> str:
    if not points:
        return ""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="2"/>'


def _dot(at: tuple[float, float], color: str) -> str:
    return (
        f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="5.5" fill="{color}" stroke="#ffffff" '
        'stroke-width="2"/>'
    )


def _text(
    x: float, y: float, text: str, color: str = _MUTED, anchor: str = "start", *, bold: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" text-anchor="{anchor}"{weight}>'
        f"{html.escape(text)}</text>"
    )
