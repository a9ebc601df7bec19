"""Every figure tells how it comes about and where it is from, and the plan can be taken along."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

import chinchilla_widget as cw
from browser.host import WidgetPage
from browser.planner import Open, as_wide, control, drawn, figure, frames, printed, state
from chinchilla_widget.charts import real_models
from chinchilla_widget.messages import say
from chinchilla_widget.quantities import words


def tip_of(view: Locator, figure: Locator) -> Locator:
    return view.locator(f"[id='{figure.get_attribute('aria-describedby')}']")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def asks(budget: str | None = "$1M", **words: Any) -> dict[str, Any]:
    """What Python sends when it asks something else: sentences and pictures stay as they are."""
    kept = ("messages", "specs")
    return {name: value for name, value in state(budget, **words).items() if name not in kept}


def layout(page: WidgetPage) -> Any:
    return page.page.evaluate(
        """() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight,
          ...[...document.querySelectorAll(".cw-figure, .cw-picture, .cw-drawer, .cw-fields > *")]
            .flatMap(each => { const { x, y } = each.getBoundingClientRect(); return [x, y]; })]"""
    )


def test_hover_and_focus_show_the_formula_with_its_values(page_with_widget: Open) -> None:
    page = page_with_widget(state(chips=512))
    view = page.show()
    drawn(view)
    plan = cw.plan("$1M", chips=512)
    law = plan.scenario.law
    size, data = law.terms(plan.params, plan.tokens)
    factor, exponent = law.frontier()["params"]
    n, d = printed(plan.params, "params"), printed(plan.tokens, "tokens")
    c = printed(plan.flops, "flops")
    speed = "(989 TFLOP/s × 37 % × 95 % × 3600 s)"
    hours = printed(plan.chip_hours, "hours")
    says_so = {
        "params": [
            "62.5 billion parameters",
            f"= {printed(factor, 'constant')} × ({c}){printed(exponent, 'constant')}",
        ],
        "tokens": [f"D = C ÷ (6 N) = {c} ÷ (6 × {n}) = {d}"],
        "tokens_per_param": [f"{d} ÷ {n} = {printed(plan.tokens_per_param, 'ratio')}"],
        "loss": [
            "L = E + A/Nα + B/Dβ",
            f"{printed(law.floor, 'constant')} + {printed(size, 'constant')}"
            f" + {printed(data, 'constant')} = {printed(plan.loss, 'constant')}",
        ],
        "days": [
            f"{c} FLOP ÷ {speed} = {hours} GPU-hours",
            f"{hours} GPU-hours ÷ (24 h × 512 GPUs) = 28 days",
        ],
        "serving_price": [f"2 × {n} × 10⁶ ÷ {speed} × $2.95 = $0.29"],
        "flops": [
            f"$1,000,000 ÷ $2.95 per GPU-hour × 3600 s × 989 TFLOP/s × 37 % × 95 % = {c} FLOP"
        ],
    }
    before = layout(page)
    for quantity, wanted in says_so.items():
        of = figure(view, quantity)
        tip = tip_of(view, of)
        expect(tip).to_be_hidden()
        of.hover()
        expect(tip).to_be_visible()
        text = plain(tip.inner_text())
        for part in wanted:
            assert plain(part) in text, quantity
        assert layout(page) == before, quantity
        page.page.keyboard.press("Escape")
        expect(tip).to_be_hidden()
        page.page.mouse.move(2, 2)
        of.focus()
        expect(tip).to_be_visible()
        page.page.keyboard.press("Escape")
        expect(tip).to_be_hidden()
        page.page.evaluate("() => document.activeElement.blur()")


def test_a_touch_shows_it_too(page_with_widget: Open) -> None:
    view = page_with_widget(state()).show()
    loss = figure(view, "loss")
    loss.dispatch_event("pointerdown", {"pointerType": "touch"})
    loss.evaluate("e => e.focus()")
    expect(tip_of(view, loss)).to_be_visible()


def test_the_formulas_follow_what_is_asked(page_with_widget: Open) -> None:
    def tip(quantity: str) -> str:
        of = view.locator(f"button[data-quantity='{quantity}']")
        return plain(tip_of(view, of).text_content() or "")

    page = page_with_widget(state("10k H100-hours", final_share=0.5))
    view = page.show()
    assert "10,000 GPU-hours × 50 % × 3600 s" in tip("flops")
    assert "GPU-hours ÷ (24 h" not in tip("chip_hours")

    def ask(budget: str | None, **words: Any) -> None:
        page.receive(**asks(budget, **words))
        page.page.wait_for_timeout(300)  # several in a row are told of after the last
        frames(page.page)

    ask("$1M", params="8B")
    assert "A size of your own. The best for this budget: 60.8 B." in tip("params")
    ask("$1M", served_tokens="2T")
    assert "N* =" not in tip("params")
    assert "Training: 6 N D" in tip("flops")
    ask("$1M", unique_tokens="100B")
    assert "more than once" in tip("tokens")
    assert "counts for less" in tip("loss")
    ask("$1M", unique_tokens="100B", repeats=False)
    assert "All 100 B unique tokens are read, once" in tip("params")
    assert "N* =" not in tip("params")
    ask("$1M", unique_tokens="10T", repeats=False)  # more than the plan wants
    assert "N* =" in tip("params")
    ask("$1M", law="llama-3-2024")
    assert "as this law gives it" in tip("params")
    assert tip("loss") == ""
    ask("1e23 FLOP", law="kaplan-2020")
    assert re.search(r"\n?0 \+ \d", tip("loss"))
    ask(None, target_loss=2.0)
    assert "what was fixed" in tip("params")
    # No plan, and no formula with holes where its values would be.
    page.receive(target_loss=None, budget="1 FLOP")
    expect(view.locator(".cw[data-no-plan]")).to_have_count(1)
    page.page.wait_for_timeout(300)
    holes = view.locator(".cw-tip:not(.cw-pointed)").all_text_contents()
    assert not [each for each in holes if "–" in each]
    view.get_by_role("button", name="Assumptions & sources").click()
    values = view.locator(".cw-assumed tbody td:nth-child(2)").all_text_contents()
    assert "37\u00a0%" in values
    assert not [each for each in values if "–" in each]


def test_mfu_and_goodput_say_what_they_are(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    mfu = control(view, "mfu")
    tip = tip_of(view, mfu)
    expect(tip).to_be_hidden()
    mfu.focus()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("share of the chip’s peak")
    expect(tip).to_contain_text(cw.ACCELERATORS["h100-sxm"].mfu_reason)
    page.receive(mfu=0.4)
    expect(tip).not_to_contain_text(cw.ACCELERATORS["h100-sxm"].mfu_reason)


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("width", [360, 420, 600, 760, 1080])
def test_no_line_reaches_beyond_the_page(page_with_widget: Open, width: int, lang: str) -> None:
    page, view = as_wide(page_with_widget, width, lang)
    for of in view.locator("[aria-describedby]").all():
        of.focus()
        box = tip_of(view, of).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    assert page.page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_no_heading_of_the_sources_is_broken_within_a_word(page_with_widget: Open) -> None:
    page, view = as_wide(page_with_widget, 1080, "es")
    view.locator(".cw-drawer").last.click()
    for width in (600, 680, 760, 840, 920, 1000, 1080):
        page.page.set_viewport_size({"width": width, "height": 900})
        broken = view.evaluate(
            """root => [...root.querySelectorAll(".cw-sources thead th")].flatMap(heading => {
              const text = heading.firstChild;
              return [...(text?.data ?? "").matchAll(/\\S+/g)].filter(({ 0: word, index }) => {
                const range = document.createRange();
                range.setStart(text, index);
                range.setEnd(text, index + word.length);
                return range.getClientRects().length > 1;
              }).map(([word]) => word);
            })"""
        )
        assert broken == [], width
        assert page.page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_drawers_keep_their_labels_and_move_nothing_above(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    page.page.evaluate("() => { document.querySelector('.cw-picture svg').kept = true; }")
    above = view.locator(".cw-panel-isoflop svg").inner_html()
    before = layout(page)[2:]
    for drawer in view.locator("[data-drawer]").all():
        expect(drawer).to_have_attribute("aria-expanded", "false")
        drawer.click()
        expect(drawer).to_have_attribute("aria-expanded", "true")
        expect(view.locator(f"[id='{drawer.get_attribute('aria-controls')}']")).to_be_visible()
        assert layout(page)[2:] == before
    assert page.page.evaluate("() => document.querySelector('.cw-picture svg').kept")
    assert view.locator(".cw-panel-isoflop svg").inner_html() == above


def test_the_law_says_what_it_rests_on(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawer = view.get_by_role("button", name="Law: Besiroglu 2024")
    drawer.click()
    facts = view.locator(".cw-facts")
    about = cw.LAWS["besiroglu-2024"].about
    wanted = (
        "α = 0.3473",
        "B = 2,143",
        "0.46 to 341 tokens",
        about.verified,
        about.data,
        about.note,
    )
    text = plain(facts.inner_text())
    for part in (*wanted, "all of them", "yes, it is one"):
        assert part in text
    expect(facts.get_by_role("link", name="arXiv:2404.10102")).to_have_attribute(
        "rel", re.compile("noopener")
    )
    control(view, "law").select_option("kaplan-2020")
    expect(facts).to_contain_text("without embeddings")
    assert "αC = 0.05" in plain(facts.inner_text())


def test_every_figure_leads_to_its_value_date_and_source(page_with_widget: Open) -> None:
    page = page_with_widget(state(chips=512))
    view = page.show()
    view.get_by_role("button", name="Assumptions & sources").click()
    chip, plan = cw.ACCELERATORS["h100-sxm"], cw.plan("$1M", chips=512)
    price = chip.on_demand
    assert price is not None
    table = view.locator(".cw-assumed")
    text = plain(table.inner_text())
    for part in (
        "989 TFLOP/s, dense bf16",
        chip.spec_source,
        "$2.95 per GPU-hour",
        f"{printed(price.low, 'price')}–{printed(price.high, 'price')}",
        f"Seen {price.date}: {price.source}",
        "98 % up to 64 chips",
        plain(printed(plan.energy_kwh, "energy")),
        plain(printed(plan.co2_kg, "mass")),
        "700 W",
        "400 g per kWh",
        "15.39",
        "Muennighoff",
        plan.scenario.law.about.source,
    ):
        assert plain(part) in text, part
    assert chip.mfu_reason.casefold() in text.casefold()
    # It goes on being true while it is open.
    page.receive(**asks(chips=512, accelerator="tpu-v5p", mfu=0.4))
    expect(table).to_contain_text(cw.ACCELERATORS["tpu-v5p"].spec_source)
    expect(table.get_by_role("row", name=re.compile("^MFU"))).to_contain_text("Given here.")
    models = view.locator(".cw-models")
    for model in real_models():
        row = models.get_by_role("row", name=model["name"]).first
        expect(row).to_contain_text(model["source"])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_real_models_answer_to_the_pointer(page_with_widget: Open, theme: str) -> None:
    page = page_with_widget(state())
    page.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    view = page.show()
    drawn(view)
    before = layout(page)
    dot = view.locator(".cw-panel-frontier .mark-symbol").last.locator("path").first
    dot.scroll_into_view_if_needed()
    box = dot.bounding_box()
    assert box is not None
    page.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tip = view.locator(".cw-panel-frontier .cw-pointed")
    expect(tip).to_be_visible()
    told = tip.inner_text()
    model = next(each for each in real_models() if each["name"] in told)
    assert model["source"] in told
    assert printed(model["params"], "params") in told
    colours = tip.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
    body = view.locator(".cw").evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    )
    assert colours == body
    assert layout(page) == before
    assert view.locator("svg title, [title]").count() == 0, "the browser's own says it twice"
    page.page.mouse.move(2, 2)
    expect(tip).to_be_hidden()


def test_a_band_says_what_it_is_and_is_not_drawn_without_draws(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    across = "Range across the published laws"
    own = "80\u00a0% interval of this law"
    for name, count in (("frontier", 2), ("loss", 1)):
        panel = view.locator(f".cw-panel-{name}")
        areas = panel.locator(".mark-area path")
        assert areas.count() == 2 * count
        told = set()
        tip = panel.locator(".cw-pointed")
        for area in areas.all():
            area.scroll_into_view_if_needed()
            # A point of the area alone: near its right end, where it is widest, half a pixel in.
            for share in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98):
                box = area.bounding_box()
                assert box is not None
                page.page.mouse.move(
                    box["x"] + box["width"] - 3, box["y"] + 1 + (box["height"] - 2) * share
                )
                if tip.is_visible():
                    told.add(tip.inner_text().strip())
        assert told == {across, own}, name
    control(view, "law").evaluate("e => { e.value = 'hoffmann-2022-approach-3'; }")
    control(view, "law").dispatch_event("change")
    frames(page.page, 4)
    paths = view.locator(".mark-area path").evaluate_all("all => all.map(e => e.getAttribute('d'))")
    assert len(paths) == 6
    assert not any("NaN" in (path or "") for path in paths)
    assert sum(bool(path) for path in paths) == 3, "of a law without draws: the ranges alone"


def test_real_models_answer_to_the_keyboard(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    before = layout(page)
    tip = view.locator(".cw-panel-frontier .cw-pointed")
    stop = view.get_by_role("slider", name="Real models in the pictures")
    models = sorted(real_models(), key=lambda model: float(model["flops"]))
    stop.focus()
    for key, number in (("ArrowRight", 1), ("ArrowUp", 2), ("ArrowLeft", 1), ("End", -1)):
        page.page.keyboard.press(key)
        model = models[number]
        expect(tip).to_contain_text(model["name"])
        expect(tip).to_contain_text(model["source"])
        spoken = stop.get_attribute("aria-valuetext")
        assert spoken == ", ".join(
            [
                model["name"],
                words(model["params"], "params"),
                words(model["tokens"], "tokens"),
                model["source"],
            ]
        )
        # It stands on the mark: what a pointer finds there is the same model.
        ring = stop.bounding_box()
        assert ring is not None
        middle = (ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
        page.page.mouse.move(*middle)
        expect(tip).to_contain_text(model["name"])
    page.page.mouse.move(2, 2)
    page.page.keyboard.press("ArrowLeft")
    expect(tip).to_be_visible()
    page.page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.page.keyboard.press("Home")
    expect(tip).to_contain_text(models[0]["name"])
    stop.blur()
    expect(tip).to_be_hidden()
    assert layout(page) == before


def copied(page: WidgetPage, view: Locator) -> str:
    page.page.evaluate(
        """() => Object.defineProperty(navigator, "clipboard", {
          configurable: true,
          value: { writeText: text => { window.copied = text; return Promise.resolve(); } },
        })"""
    )
    view.get_by_role("button", name="Copy plan").click()
    expect(view.locator(".cw-actions [role=status]")).to_have_text("Copied")
    return str(page.page.evaluate("() => window.copied"))


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"chips": 512, "params": "8B"},
        {"law": "llama-3-2024", "accelerator": "tpu-v5p", "mfu": 0.4},
        {"unique_tokens": "300B", "repeats": False, "served_tokens": "2T"},
    ],
)
def test_the_copied_plan_gives_itself_again(page_with_widget: Open, words: dict[str, Any]) -> None:
    page = page_with_widget(state("$1M", **words))
    view = page.show()
    drawn(view, 2 if "law" in words else 3)
    text = copied(page, view)
    plan = cw.plan("$1M", **words)
    sentence, table, *_ = text.split("\n\n")
    assert say("ui.copy_sentence", params="", tokens="", loss="", law="", budget="")[:4] in sentence
    assert f"| Parameters | {printed(plan.params, 'params')}" in table
    serving = f"| of which serving | {printed(plan.dollars_by['serving'], 'money')} |"
    assert (serving in table) == ("served_tokens" in words)
    for told in page.get("status")["sentences"]:  # they must be read with the figures
        assert told["text"] in text
    line = text.strip().splitlines()[-1]
    again = eval(line, {"cw": cw}).to_dict()  # the line is Python, or it is no use
    assert {**again, "words": None} == {**plan.to_dict(), "words": None}
    if not words:
        assert line == 'cw.plan("$1M")'


def test_the_slider_is_in_the_copied_plan(page_with_widget: Open) -> None:
    page = page_with_widget(state("1M US$", lang="es"))
    view = page.show()
    drawn(view)
    page.receive(budget="2.000.000\u00a0US$", bounds=state("$2M")["bounds"])
    frames(page.page)
    page.page.evaluate(
        "() => Object.defineProperty(navigator, 'clipboard', { configurable: true, value:"
        " { writeText: text => { window.copied = text; return Promise.resolve(); } } })"
    )
    view.get_by_role("button", name="Copiar el plan").click()
    expect(view.get_by_text("Copiado").last).to_be_visible()
    line = str(page.page.evaluate("() => window.copied")).strip().splitlines()[-1]
    assert line == 'cw.plan("2.000.000 US$", lang="es")'
    assert eval(line, {"cw": cw}).params == cw.plan("$2M").params


def test_a_refused_clipboard_leaves_the_text_to_take(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    view = page.show()
    drawn(view)
    page.page.evaluate(
        """() => {
          Object.defineProperty(navigator, "clipboard", { configurable: true, value: undefined });
          document.execCommand = () => false;
        }"""
    )
    view.get_by_role("button", name="Copy plan").click()
    expect(view.get_by_text("Copying was refused")).to_be_visible()
    field = view.locator("textarea")
    expect(field).to_be_visible()
    assert 'cw.plan("$1M")' in field.input_value()
    assert field.evaluate("e => e.selectionEnd - e.selectionStart") == len(field.input_value())


# JupyterLab's and Notebook 7's own rules for what stands in an output.
HOST = """
.jp-OutputArea-output dl, .jp-OutputArea-output dt, .jp-OutputArea-output dd { display: block; }
.jp-OutputArea-output dl { width: 100%; overflow: hidden; padding: 0; margin: 0; }
.jp-OutputArea-output dt { font-weight: bold; float: left; width: 20%; padding: 0; margin: 0; }
.jp-OutputArea-output dd { float: left; width: 80%; padding: 0; margin: 0; }
"""


def test_a_notebooks_own_rules_do_not_reach_the_drawer_of_the_law(page_with_widget: Open) -> None:
    page = page_with_widget(state())
    page.page.add_style_tag(content=HOST)
    view = page.show()
    view.locator("[data-drawer=law]").click()
    look = """drawer => [...drawer.querySelectorAll("dt, dd")].map(each => {
      const { float, fontWeight } = getComputedStyle(each);
      const { x, y, width, height } = each.getBoundingClientRect();
      return [float, fontWeight, x, y, width, height].join();
    })"""
    drawer = view.locator(".cw-drawer-law")
    before = drawer.evaluate(look)
    page.page.evaluate("() => document.body.classList.add('jp-OutputArea-output')")
    assert drawer.evaluate(look) == before
    assert len(before) > 10
