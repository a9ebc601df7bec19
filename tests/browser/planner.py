"""The widget on a page with no Python behind it: its state, its controls, its figures."""

from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

import chinchilla_widget as cw
from browser.host import WidgetPage
from chinchilla_widget.quantities import show

Open = Callable[[Mapping[str, Any]], WidgetPage]


PARTS_OF_A_WIDGET = ("layout", "tabbable", "tooltip")


def traits(planner: cw.Planner) -> dict[str, Any]:
    """The traits of a planner, as they travel to the page."""
    return {
        name: value
        for name, value in planner.get_state().items()
        if not name.startswith("_") and name not in PARTS_OF_A_WIDGET
    }


def state(budget: str | None = "$1M", **words: Any) -> dict[str, Any]:
    """The traits of a planner that is asked this."""
    planner = cw.Planner(budget, **words)
    found = traits(planner)
    planner.close()
    return found


def figure(view: Locator, quantity: str) -> Locator:
    return view.locator(f"[data-quantity='{quantity}']").first


def control(view: Locator, word: str) -> Locator:
    return view.locator(f"[data-word='{word}']").first


def slider(view: Locator) -> Locator:
    return view.locator("input[type=range]")


def slide(view: Locator, position: float) -> None:
    """The slider in the middle of a drag: it is here, and not let go."""
    slider(view).evaluate(
        """(range, position) => {
          range.value = position;
          range.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        position,
    )


def let_go(view: Locator) -> None:
    slider(view).evaluate("range => range.dispatchEvent(new Event('change', { bubbles: true }))")


def frames(page: Page, count: int = 2) -> None:
    page.evaluate(
        """async count => {
          for (; count > 0; count -= 1) await new Promise(requestAnimationFrame);
        }""",
        count,
    )


def drawn(view: Locator, pictures: int = 3) -> None:
    expect(view.locator(".cw-picture svg")).to_have_count(pictures)
    expect(view.locator(".cw-picture[aria-busy]")).to_have_count(0)


def as_wide(open_page: Open, width: int, lang: str) -> tuple[WidgetPage, Locator]:
    """A page that is all widget, and its view."""
    page = open_page(state(chips=512, lang=lang))
    page.page.set_viewport_size({"width": width, "height": 900})
    page.page.add_style_tag(content="body { margin: 0 }")
    view = page.show()
    drawn(view)
    return page, view


def printed(value: float | None, kind: Any, lang: str = "en") -> str:
    assert value is not None
    return show(value, kind, lang)


def says(view: Locator, plan: cw.Plan) -> None:
    """The figures on the screen are the plan's."""
    expect(figure(view, "params")).to_have_text(printed(plan.params, "params"))
    expect(figure(view, "tokens")).to_have_text(printed(plan.tokens, "tokens"))
    expect(figure(view, "tokens_per_param")).to_have_text(printed(plan.tokens_per_param, "ratio"))
    expect(figure(view, "loss")).to_have_text(printed(plan.loss, "loss"))


def axis_labels(view: Locator, picture: str) -> list[str]:
    return view.locator(f".cw-panel-{picture} .role-axis-label text").all_text_contents()
