"""A plan where nothing runs: a picture as data, a small table, no script and no style sheet."""

from __future__ import annotations

import base64
import html
from typing import Any

from chinchilla_widget.plans import Plan
from chinchilla_widget.report.sketch import HEIGHT, WIDTH, about, sketch

_SCALE = 1.0  # it travels with every output, and again in base64


def still_html(plan: Plan, attributes: str = "") -> str:
    """The sketch as an image and the figures as a table; hosts that take scripts away keep both.

    ``attributes`` go into the image's tag.
    """
    return f"<p>{still_image(plan, attributes)}</p>\n{plan._repr_html_()}"


def still_image(plan: Plan, attributes: str = "") -> str:
    """The sketch as an image that carries its own data."""
    data = base64.b64encode(sketch(plan).encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{_named(plan)}" width="{WIDTH}" '
        f'height="{HEIGHT}"{attributes}>'
    )


def still_svg(plan: Plan, name: str) -> str:
    """The sketch as mark-up of a class, with the figures in its name."""
    told = f'<svg class="{name}" role="img" aria-label="{_named(plan)}" '
    return sketch(plan).replace("<svg ", told, 1)


def _named(plan: Plan) -> str:
    """What the picture shows, with size and tokens: its name for who does not see it."""
    params, tokens = (value for _, value in plan.rows()[:2])
    return html.escape(f"{about(plan)}. {params} · {tokens}")


def still_png(plan: Plan) -> bytes | None:
    """The sketch as PNG; None without the extra ``images``."""
    try:
        import vl_convert
    except ImportError:
        return None
    return bytes(vl_convert.svg_to_png(sketch(plan), scale=_SCALE))


def still_bundle(plan: Plan) -> dict[str, Any]:
    """What stands beside a widget for places that show none."""
    told: dict[str, Any] = {"text/html": still_html(plan)}
    drawn = still_png(plan)
    if drawn is not None:
        told["image/png"] = base64.b64encode(drawn).decode()
    return told
