"""The widget in the real thing: JupyterLab, its kernel, and a person's hands."""

from pathlib import Path

from playwright.sync_api import Locator, expect

import chinchilla_widget as cw
from browser.lab import LabPage
from browser.planner import frames
from chinchilla_widget.quantities import show

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"
PICTURES = ".cw-picture svg"


def figure(view: Locator, quantity: str) -> Locator:
    return view.locator(f"[data-quantity='{quantity}']").first


def field(view: Locator, word: str) -> Locator:
    return view.locator(f"[data-word='{word}']").first


def says(view: Locator, plan: cw.Plan, lang: str = "en") -> None:
    expect(figure(view, "params")).to_have_text(show(plan.params, "params", lang))
    expect(figure(view, "tokens")).to_have_text(show(plan.tokens, "tokens", lang))


def type_budget(view: Locator, text: str) -> None:
    field(view, "budget").fill(text)
    field(view, "budget").press("Enter")


def test_the_quickstart_from_money_to_a_plan_by_dragging(lab_page: LabPage) -> None:
    lab_page.open(QUICKSTART)
    lab_page.run_all(waits_for=PICTURES)
    view = lab_page.page.locator(".cw").first
    says(view, cw.plan("$1M"))
    handle = view.locator("input[type=range]").first
    handle.hover()  # once it stands still: cells above may still be drawn
    box = handle.bounding_box()
    assert box is not None
    mouse = lab_page.page.mouse
    mouse.down()
    for share in (0.55, 0.6, 0.65, 0.7):
        mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
    mouse.up()
    expect(field(view, "budget")).not_to_have_value("$1,000,000")
    budget = field(view, "budget").input_value()
    says(view, cw.plan(budget))


def test_a_report_is_saved_from_the_widget(lab_page: LabPage, tmp_path: Path) -> None:
    lab_page.open(["import chinchilla_widget as cw\np = cw.Planner('$1M')\np", "p"])
    lab_page.run_all(waits_for=PICTURES)
    view, other = lab_page.output(0), lab_page.output(1)
    for budget in ("$2M", "$3M"):
        type_budget(view, budget)
        with lab_page.page.expect_download() as download:
            view.get_by_role("button", name="Save report").click()
            # It is said for four seconds.
            expect(view.locator(".cw-actions [role=status]")).to_have_text("Saved")
        file = tmp_path / download.value.suggested_filename
        assert file.name == "chinchilla-plan.html"
        download.value.save_as(file)
        text = file.read_text(encoding="utf-8")
        assert show(cw.plan(budget).params, "params") in text
        # The view that did not ask says nothing, and no notebook carries a report.
        expect(other.locator(".cw-actions [role=status]")).to_have_text("")
        lab_page.eventually("p.saved", "{}")
    report = lab_page.page.context.new_page()
    report.goto(file.as_uri())
    says(report.locator(".cw"), cw.plan("$3M"))
    expect(report.get_by_role("button", name="Save report")).to_have_count(0)
    report.close()


def test_python_and_the_screen_hold_one_plan(lab_page: LabPage) -> None:
    lab_page.open(
        [
            "import chinchilla_widget as cw\np = cw.Planner('$1M')\nseen = []\n"
            "p.observe(lambda change: seen.append(change.new is p.plan), 'plan')\np",
            "%load_ext chinchilla_widget\nspanish = %chinchilla $1M --lang es\nspanish",
        ]
    )
    lab_page.run_all(waits_for=PICTURES)
    view = lab_page.output(0)
    type_budget(view, "1.5 million dollars")
    says(view, cw.plan("$1.5M"))
    lab_page.eventually("round(p.plan.params)", str(round(cw.plan("$1.5M").params)))
    lab_page.eventually("seen", "[True]")

    # The law: figures at once, and Python follows.
    view.locator("[data-drawer=law]").click()
    field(view, "law").select_option("hoffmann-2022-approach-3")
    says(view, cw.plan("$1.5M", law="hoffmann-2022-approach-3"))
    lab_page.eventually("p.plan.scenario.law.about.id", "'hoffmann-2022-approach-3'")

    # From Python to the screen.
    lab_page.python("p.law = 'porian-2024'")
    lab_page.python("p.budget = '2e24 FLOP'")
    says(view, cw.plan("2e24 FLOP", law="porian-2024"))
    expect(field(view, "budget")).to_have_value("2e24 FLOP")

    # A cluster's words go where they belong.
    type_budget(view, "512 H100 × 28 d @ 40% MFU")
    expect(field(view, "chips")).to_have_value("512")
    lab_page.eventually("(p.chips, p.mfu, p.budget)", "(512, 0.4, '344,064 GPU-hours')")

    # Spanish money in a Spanish planner.
    view = lab_page.output(1)
    says(view, cw.plan("$1M"), "es")
    type_budget(view, "1,5 millones de dólares")
    says(view, cw.plan("$1.5M"), "es")
    lab_page.eventually("round(spanish.plan.params)", str(round(cw.plan("$1.5M").params)))


def test_a_busy_kernel_does_not_hold_the_picture(lab_page: LabPage) -> None:
    done = lab_page.lab.root / "no-longer-busy"
    done.unlink(missing_ok=True)
    wait = f"while not Path({done.name!r}).exists(): time.sleep(0.02)"
    lab_page.open(
        [
            "import chinchilla_widget as cw\np = cw.Planner('$1M')\np",
            f"import time\nfrom pathlib import Path\n{wait}",
        ]
    )
    # Not waited for: that would be until the kernel is no longer busy.
    lab_page.page.evaluate(
        "() => void window.jupyterapp.commands.execute('notebook:run-all-cells')"
    )
    view = lab_page.output(0)
    view.locator(PICTURES).first.wait_for(timeout=60_000)
    expect(figure(view, "params")).to_have_text("60.8 B")
    view.locator("input[type=range]").first.press("PageUp")
    expect(field(view, "budget")).not_to_have_value("$1,000,000")
    budget = field(view, "budget").input_value()
    says(view, cw.plan(budget))
    done.touch()  # until here
    lab_page.eventually("p.budget", repr(budget))


def test_what_python_refuses_is_said_stays_as_typed_and_goes_with_escape(
    lab_page: LabPage,
) -> None:
    lab_page.open(
        [
            "import chinchilla_widget as cw\nfirst = cw.Planner('$1M')\nfirst",
            "p = cw.Planner('$1M')\np",
        ]
    )
    lab_page.run_all(waits_for=PICTURES)
    # What cannot be read is said and changes nothing.
    view = lab_page.output(0)
    type_budget(view, "1.5MM USD")
    expect(view.get_by_text("1.5MM").first).to_be_visible()
    says(view, cw.plan("$1M"))
    lab_page.eventually("first.budget", "'$1M'")
    type_budget(view, "$2M")
    says(view, cw.plan("$2M"))
    expect(view.get_by_text("1.5MM")).to_have_count(0)
    field(view, "mfu").fill("95%")
    field(view, "mfu").press("Enter")
    expect(view.get_by_text("Nothing reaches").first).to_be_visible()
    lab_page.eventually("first.plan.scenario.mfu", "0.37")

    # It stays as typed, and goes with Escape.
    view = lab_page.output(1)
    view.locator("input[type=range]").first.press("PageUp")  # from here it stands as printed
    frames(lab_page.page)  # the field follows in the next
    plan = cw.plan(field(view, "budget").input_value())
    for word, text, why in (
        ("budget", "2 million", "has no unit"),
        ("mfu", "99 %", "Nothing reaches"),
        ("price_per_hour", "9" * 400, "cannot be read here"),
    ):
        before = field(view, word).input_value()
        for _ in range(3):
            field(view, word).fill(text)
            field(view, word).press("Enter")
            expect(view.get_by_text(why)).to_be_visible()
            expect(field(view, word)).to_have_value(text)
            says(view, plan)
            field(view, word).press("Escape")
            expect(view.get_by_text(why)).to_have_count(0)
            expect(field(view, word)).to_have_value(before)
            says(view, plan)
    # What Python alone reads is drawn when it has been read.
    type_budget(view, "€3M")
    says(view, cw.plan("€3M"))
    lab_page.eventually("p.budget", "'€3M'")
