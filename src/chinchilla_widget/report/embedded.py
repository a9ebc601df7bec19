"""The live widget as an output: HTML that starts by itself where scripts may run.

It begins as a picture and a table (``still``). A browser that has loaded the picture puts the
widget in their place; a host that takes scripts away takes the handler with them, and what is
left is whole.
"""

from __future__ import annotations

from typing import Any

from chinchilla_widget.page import state
from chinchilla_widget.plans import Plan
from chinchilla_widget.report.front_end import key, pack, packed_code, starter, style
from chinchilla_widget.report.still import still_bundle, still_html


class Embed:
    """A plan as a notebook's output that lives without a kernel; display it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        told = {**state(plan), "style": style("widget")}
        start = " ".join(starter("output").split()).replace('"', "&quot;")
        still = still_html(plan, f' onload="{start}"')
        self._html = (
            f'<div data-chinchilla-state="{pack(told)}" data-chinchilla-key="{key()}" '
            f'data-chinchilla-code="{packed_code()}">\n{still}\n</div>'
        )

    def _repr_html_(self) -> str:
        return self._html

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            **still_bundle(self.plan),
            "text/html": self._html,
            "text/plain": repr(self.plan),
        }

    def __repr__(self) -> str:
        return f"Embed({self.plan!r})"
