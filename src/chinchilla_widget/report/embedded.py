"""The live widget as an output: HTML that starts by itself where scripts may run.

It begins as a picture and a table (``still``). A browser that has loaded the picture puts the
widget in their place; a host that takes scripts away takes the handler with them, and what is
left is whole.
"""

from __future__ import annotations

from typing import Any, Final

from chinchilla_widget.page import state
from chinchilla_widget.plans import Plan
from chinchilla_widget.report.front_end import key, pack, packed_code, style
from chinchilla_widget.report.still import still_bundle, still_html

# In an inline handler `URL` is the document's own; pages share the code by its name.
_START: Final = """(async (image) => {
  const place = image.closest('[data-chinchilla-state]');
  if (!place || place.dataset.started) return;
  place.dataset.started = 'true';
  const inflate = (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(plain).text();
  };
  const { chinchillaState: state, chinchillaCode: code, chinchillaKey: key } = place.dataset;
  const load = async () => {
    const text = `${await inflate(code)};export default chinchilla_widget;`;
    const url = window.URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    return (await import(url)).default;
  };
  const loaded = (window.chinchilla_reports ??= {});
  const widget = await (loaded[key] ??= load());
  const { style, ...told } = JSON.parse(await inflate(state));
  if (!document.getElementById('chinchilla-' + key)) {
    const sheet = document.createElement('style');
    sheet.id = 'chinchilla-' + key;
    sheet.textContent = style;
    document.head.append(sheet);
  }
  widget.mount(place, told);
})(this)"""


class Embed:
    """A plan as a notebook's output that lives without a kernel; display it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        told = {**state(plan), "style": style("widget")}
        start = " ".join(_START.split()).replace('"', "&quot;")
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
