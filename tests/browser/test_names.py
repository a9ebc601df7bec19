"""Names in the pictures: clear of lines, dots and each other, and there where they have room."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.planner import Open, as_wide, drawn, frames, let_go, slide, state

OVERLAPS = (Path(__file__).parent / "overlaps.js").read_text(encoding="utf-8")


SERVED = {"served_tokens": "10T"}


KAPLAN = {"law": "kaplan-2020"}


ONCE = {"repeats": False}


PAID = {"token_price": 1, "unique_tokens": "300B", "served_tokens": "2T"}


@pytest.mark.parametrize(
    ("width", "lang"),
    [(420, "en"), (600, "es"), (760, "en"), (968, "en"), (1080, "en"), (420, "es"), (968, "es")],
)
def test_no_text_covers_what_is_drawn(page_with_widget: Open, width: int, lang: str) -> None:
    page, view = as_wide(page_with_widget, width, lang)
    for position in (3, 4, 5, 5.5, 6, 6.18, 6.5, 7, 8, 9):
        slide(view, position)
        let_go(view)
        page.page.wait_for_timeout(300)  # the axes follow
        for panel in ("isoflop", "frontier", "loss"):
            seen = view.locator(f".cw-panel-{panel} .cw-picture").evaluate(OVERLAPS)
            assert min(seen["texts"] - 8, seen["dots"], seen["lines"]) > 0
            assert seen["found"] == [], f"10^{position} dollars, {panel}"


@pytest.mark.parametrize("width", [420, 760, 1080])
def test_names_that_have_room_are_there(page_with_widget: Open, width: int) -> None:
    _, view = as_wide(page_with_widget, width, "en")
    picture = view.locator(".cw-panel-frontier .cw-picture")
    names = ["tokens", "parameters", "TinyLlama 1.1B", "Pythia 12B", "Chinchilla", "Llama 3.1 405B"]
    for name in names:
        expect(picture.get_by_text(name, exact=True)).to_have_count(2)  # its ground, and itself


# What the two axes say at their ticks.
TICKS = """picture => [...picture.querySelectorAll(".role-axis-label")]
  .map(axis => [...axis.querySelectorAll("text")].map(text => text.textContent).filter(Boolean))"""


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("width", [420, 760, 1080])
def test_nor_at_the_ends_of_what_can_be_asked(
    page_with_widget: Open, width: int, lang: str
) -> None:
    page, view = as_wide(page_with_widget, width, lang)
    for budget, words in (
        *((budget, {}) for budget in ("$0.01", "$1", "$30", "$100", "$300", "$30B", "$900B")),
        *((budget, {}) for budget in ("1e31 FLOP", "1e33 FLOP", "1e36 FLOP")),
        *((budget, KAPLAN) for budget in ("$1", "$30", "$300", "$3k", "$10k", "$1M", "$900B")),
        *((budget, SERVED) for budget in ("$1k", "$10k", "$100k", "$1M", "$10M", "$30B")),
        *((budget, PAID) for budget in ("$100", "$3k", "$1M", "$100M")),
        # Of tokens that may be read once the curve has a corner at its lowest.
        *(("$1M", ONCE | {"unique_tokens": each}) for each in ("1B", "100B", "400B", "1T", "1.1T")),
        *(("$10k", ONCE | {"unique_tokens": each}) for each in ("1B", "30B", "80B")),
        # A run that is no best one: its dot is on a slope.
        *((None, {"params": n, "tokens": d}) for n, d in (("70B", "15T"), ("8B", "15T"))),
        *((None, {"params": n, "tokens": d}) for n, d in (("1T", "300B"), ("1B", "20B"))),
        *(("$1M", {"tokens": each}) for each in ("15T", "5T", "30B")),
        ("$1M", {"tokens": "2T", "served_tokens": "2T"}),
        ("$1M", PAID | {"unique_tokens": "100B", "mfu": 0.5}),
    ):
        asked = state(budget, lang=lang, **words)
        # The view stays, and follows.
        page.receive(**{name: asked[name] for name in asked.keys() - {"messages", "specs"}})
        drawn(view, 2 if words is KAPLAN else 3)
        page.page.wait_for_timeout(300)  # the axes follow
        for panel in ("isoflop", "frontier", "loss"):
            if panel == "isoflop" and words is KAPLAN:
                continue
            picture = view.locator(f".cw-panel-{panel} .cw-picture")
            seen = picture.evaluate(OVERLAPS)
            assert min(seen["texts"] - 5, seen["dots"], seen["lines"]) > 0
            assert seen["found"] == [], f"{budget}, {words}, {panel}"
            for ticks in picture.evaluate(TICKS):
                assert len(set(ticks)) == len(ticks) > 1, f"{budget}, {words}, {panel}"


# How far the plan's points, which are larger than those of models, reach out of the axes.
CUT = """picture => {
  const frame = picture.querySelector(".role-frame .background").getBoundingClientRect();
  const points = [...picture.querySelectorAll(".mark-symbol path")]
    .filter((each) => !(each.getAttribute("opacity") < 1));
  const own = points.map((each) => each.getBoundingClientRect()).filter(({ width }) => width > 9);
  return own.map(({ top, bottom }) => Math.max(frame.top - top, bottom - frame.bottom));
}"""


@pytest.mark.parametrize("width", [420, 1080])
def test_nor_beside_a_size_far_from_the_best(page_with_widget: Open, width: int) -> None:
    page, view = as_wide(page_with_widget, width, "en")
    for budget, params in (
        *(("1e18 FLOP", size) for size in ("574M", "8B", "50T")),
        *(("$2", "1B"), ("$5", "500M"), ("$100", "50T")),
        *(("$1M", size) for size in ("100M", "1B", "1T", "5T", "50T")),
        *(("$100M", size) for size in ("100M", "500M", "3B")),
        *(("$10k", size) for size in ("10M", "5T", "50T")),
    ):
        asked = state(budget, params=params)
        page.receive(**{name: asked[name] for name in asked.keys() - {"messages", "specs"}})
        drawn(view)
        page.page.wait_for_timeout(300)  # the axes follow
        for name in ("isoflop", "frontier", "loss"):
            picture = view.locator(f".cw-panel-{name} .cw-picture")
            seen = picture.evaluate(OVERLAPS)
            assert min(seen["texts"] - 5, seen["dots"], seen["lines"]) > 0
            assert seen["found"] == [], f"{budget}, {params}, {name}"
            cut = picture.evaluate(CUT)
            assert cut, "the plan is there"
            assert max(cut) <= 1, f"{budget}, {params}, {name}"
        picture = view.locator(".cw-panel-isoflop .cw-picture")
        # Each curve but one at most has its name.
        names = picture.locator("svg .mark-text.role-mark text").all_text_contents()
        assert len(set(names)) >= 2, f"{budget}, {params}"


@pytest.mark.parametrize("width", [420, 760, 1080])
def test_a_steep_line_has_its_name_too(page_with_widget: Open, width: int) -> None:
    page, view = as_wide(page_with_widget, width, "en")
    picture = view.locator(".cw-panel-frontier .cw-picture")
    for budget in ("$1k", "$2k", "$5k", "$20k", "$50k", "$1M"):
        asked = state(budget, **KAPLAN)
        page.receive(**{name: asked[name] for name in asked.keys() - {"messages", "specs"}})
        drawn(view, 2)
        page.page.wait_for_timeout(300)  # the axes follow
        names = picture.locator("svg .mark-text.role-mark text").all_text_contents()
        assert {"tokens", "parameters"} <= set(names), budget
        assert picture.evaluate(OVERLAPS)["found"] == [], budget


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (420, {"budget": "1e30 FLOP", "lang": "es", "accelerator": "trn1", "params": "7B"}),
        (420, {"budget": "$123,456,789,012", "lang": "es", "chips": 10**9}),
        (
            1080,
            {"chips": 512, "served_tokens": "2T", "unique_tokens": "200B", "token_price": 2},
        ),
        (760, {"budget": "$20M", "served_tokens": "10T"}),
        (420, {"budget": "$1k"}),
    ],
    ids=str,
)
def test_names_of_the_neighbours_lie_within_the_picture(
    page_with_widget: Open, width: int, words: dict[str, Any]
) -> None:
    page = page_with_widget(state(**words))
    page.page.set_viewport_size({"width": width, "height": 900})
    view = page.show()
    drawn(view)
    frames(page.page, 4)
    inside = view.evaluate(
        """view => {
          const picture = view.querySelector(".cw-panel-isoflop svg");
          const grids = [...picture.querySelectorAll(".role-axis-grid")];
          const boxes = grids.map((grid) => grid.getBoundingClientRect());
          const ends = (found, of) => found(...boxes.map((box) => box[of]));
          const names = [...picture.querySelectorAll(".mark-text.role-mark text")];
          return names.filter((each) => each.textContent).map((each) => {
            const { left, right, top, bottom } = each.getBoundingClientRect();
            const out = [
              ends(Math.min, "left") - left, right - ends(Math.max, "right"),
              ends(Math.min, "top") - top, bottom - ends(Math.max, "bottom"),
            ];
            return [each.textContent, Math.max(...out)];
          });
        }"""
    )
    # With a size of one's own so far away (17,000 times too small) the curves lie one on another:
    # there is room for no name but the best size's.
    assert len({name for name, _ in inside}) == (1 if "params" in words else 3), inside
    assert all(out <= 1 for _, out in inside), inside
    for value in view.locator(".cw-line .cw-value").all():
        assert value.evaluate("e => e.scrollWidth <= e.parentElement.parentElement.clientWidth")


def test_pictures_are_cut_with_their_own_frames(page_with_widget: Open) -> None:
    """Every Vega names them clip1, clip2, …, and a page knows the first of a name alone."""
    view = page_with_widget(state()).show()
    drawn(view)
    names = view.locator("clipPath").evaluate_all("all => all.map(each => each.id)")
    assert len(names) > 10
    assert len(set(names)) == len(names)
    assert not [name for name in names if re.fullmatch(r"clip\d+", name)]
