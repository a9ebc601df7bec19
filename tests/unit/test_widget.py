"""``Planner`` from Python's side: traits, plan, mistakes, two threads."""

from __future__ import annotations

import gc
import json
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import traitlets
from ipywidgets import Output, VBox
from ipywidgets.widgets.widget import _instances

import chinchilla_widget as cw
from chinchilla_widget import cells, page
from chinchilla_widget.messages import say
from chinchilla_widget.scenario import WORDS


@pytest.fixture
def planner() -> cw.Planner:
    return cw.Planner("$1M")


def from_page(planner: cw.Planner, **traits: Any) -> None:
    """What a page's one message does."""
    planner.set_state(json.loads(json.dumps(traits)))


def test_it_takes_the_words_of_plan_and_has_a_trait_for_each() -> None:
    words: dict[str, Any] = {
        "accelerator": "a100-80",
        "mfu": 0.4,
        "chips": 64,
        "served_tokens": "2T",
        "unique_tokens": "300B",
        "token_price": 0.1,
        "lang": "es",
    }
    planner = cw.Planner("$2M", **words)
    plan = cw.plan("$2M", **words)
    assert planner.plan is not None
    assert planner.plan.params == plan.params
    assert planner.served_tokens == 2e12
    assert all(planner.has_trait(word) for word in WORDS)


def test_without_a_question_it_opens_at_a_million() -> None:
    assert cw.Planner().budget == "$1M"
    assert cw.Planner(target_loss=2.0).budget is None


def test_what_plan_refuses_it_refuses() -> None:
    with pytest.raises(cw.ChinchillaError, match="junk"):
        cw.Planner("junk")
    with pytest.raises(cw.ChinchillaError, match="price"):
        cw.Planner("$1M", accelerator="mi250x")
    with pytest.raises(TypeError, match="did you mean 'served_tokens'"):
        cw.Planner("$1M", servd_tokens=1)


def test_the_plan_follows_once_for_each_change(planner: cw.Planner) -> None:
    seen: list[tuple[float, bool]] = []
    planner.observe(lambda c: seen.append((c.new.params, c.new is planner.plan)), "plan")
    planner.budget = "$2M"
    planner.mfu = "40%"
    planner.mfu = 0.4  # the same again
    assert [params for params, _ in seen] == [
        cw.plan("$2M").params,
        cw.plan("$2M", mfu=0.4).params,
    ]
    assert all(same for _, same in seen)


def test_several_traits_at_once_are_one_change(planner: cw.Planner) -> None:
    seen: list[float] = []
    planner.observe(lambda c: seen.append(c.new.params), "plan")
    from_page(planner, accelerator="a100-80", price_per_hour=None, mfu=None, budget="$3M")
    assert seen == [cw.plan("$3M", accelerator="a100-80").params]


def test_any_observer_sees_the_solved_plan(planner: cw.Planner) -> None:
    found: list[bool] = []

    def look(change: Any) -> None:
        assert planner.plan is not None
        found.append(planner.plan.params == cw.plan(change.new).params)

    planner.observe(look, "budget")
    planner.budget = "$5M"
    from_page(planner, budget="$6M")
    assert found == [True, True]


def test_from_python_a_mistake_raises_and_changes_nothing(planner: cw.Planner) -> None:
    before = planner.plan
    for word, value in (("budget", "1.5MM"), ("mfu", 2), ("law", "chinchila"), ("chips", 0.5)):
        with pytest.raises(cw.ChinchillaError):
            setattr(planner, word, value)
    assert planner.plan is before
    assert planner.budget == "$1M"


def test_from_the_page_a_mistake_is_a_sentence_beside_its_field(planner: cw.Planner) -> None:
    from_page(planner, budget="1.5MM")
    assert "1.5MM" in planner.status["errors"]["budget"]
    assert planner.budget == "$1M"
    from_page(planner, budget="$2M", mfu="95%")
    assert set(planner.status["errors"]) == {"mfu"}
    assert planner.plan is not None
    assert planner.plan.scenario.mfu == 0.37
    from_page(planner, mfu="41%")
    assert planner.status["errors"] == {}
    assert planner.mfu == 0.41


def test_what_was_said_of_a_word_ends_with_what_it_was_judged_by(planner: cw.Planner) -> None:
    from_page(planner, mfu="95%")
    assert "H100" in planner.status["errors"]["mfu"]
    from_page(planner, accelerator="a100-80")
    assert planner.status["errors"] == {}
    # Together they are judged together, in whatever order they come.
    for words in ({"accelerator": "h100-sxm", "mfu": "95%"}, {"mfu": "95%", "accelerator": "b200"}):
        from_page(planner, **words)
        assert cw.ACCELERATORS[words["accelerator"]].name in planner.status["errors"]["mfu"]
        from_page(planner, mfu=None)
    from_page(planner, mfu="95%")
    planner.accelerator = "a100-80"
    assert planner.status["errors"] == {}


def test_words_and_their_answer_are_one_message(planner: cw.Planner) -> None:
    sent: list[set[str]] = []
    planner.comm.send = lambda data=None, **_: sent.append(set(data["state"]))  # type: ignore[method-assign]
    planner.budget = "$2M"
    planner.budget = "512 H100 for 28 days @ 41% MFU"  # three words
    # The language last, and its sentences with it: a view would be half in the old one.
    with planner.hold_trait_notifications():
        planner.budget = "$3M"
        planner.lang = "es"
    assert all("turn" in words for words in sent)
    first, second, third = sent
    assert first >= {"budget"}
    assert second >= {"budget", "chips", "mfu"}
    assert third >= {"budget", "lang", "messages"}


def test_every_message_of_the_page_is_answered(planner: cw.Planner) -> None:
    turn = planner.turn
    from_page(planner, budget="nonsense")
    assert planner.turn > turn


def test_words_without_an_answer_together_say_so_and_recover(planner: cw.Planner) -> None:
    from_page(planner, accelerator="mi250x", price_per_hour=None, mfu=None)
    assert planner.plan is None
    assert "price" in planner.status["error"]
    assert planner.error is not None
    assert planner.error.startswith("No price an hour is known for MI250X")
    from_page(planner, price_per_hour=2.0)
    assert planner.plan is not None
    assert planner.error is None


def test_a_budgets_other_words_go_where_they_belong(planner: cw.Planner) -> None:
    from_page(planner, budget="512xH100 for 21 days @40% MFU")
    assert (planner.budget, planner.chips, planner.mfu) == ("258,048 GPU-hours", 512, 0.4)
    assert planner.bounds["budget"]["kind"] == "chip_time"
    assert planner.plan is not None
    assert planner.plan.params == pytest.approx(cw.plan("512xH100 for 21 days @40% MFU").params)


def test_where_only_python_can_answer_the_page_gets_the_answer() -> None:
    planner = cw.Planner(target_loss=2.0)
    assert planner.plan is not None
    assert planner.tables["pin"]["params"] == planner.plan.params
    assert planner.bounds["budget"]["value"] is None
    planner.budget, planner.target_loss = "$1M", None
    assert planner.tables["pin"] is None


@pytest.mark.parametrize("loss", [1.85, 2.0, 3.5])
def test_the_slider_reaches_what_a_target_costs(loss: float) -> None:
    planner = cw.Planner(target_loss=loss)
    ends = planner.bounds["budget"]
    assert planner.plan is not None
    assert ends["low"] <= planner.plan.dollars <= ends["high"]
    planner.close()


def test_a_size_of_ones_own_comes_from_both_sides(planner: cw.Planner) -> None:
    from_page(planner, params=8e9)
    assert planner.plan is not None
    assert planner.plan.loss == cw.plan("$1M", params="8B").loss
    from_page(planner, params="13 B")
    assert planner.params == 13e9
    planner.params = "7B"
    assert planner.plan.params == 7e9
    assert planner.tables["pin"] is None, "the page finds it by itself"
    planner.params = None
    assert planner.plan.params == cw.plan("$1M").params


def test_the_page_knows_where_everything_is_from(planner: cw.Planner) -> None:
    tables = planner.tables
    for chip in tables["accelerators"]:
        assert chip["spec_source"]
        assert chip["mfu_reason"] in planner.messages
        assert all(price["source"] for price in chip["prices"].values() if price)
    for law in tables["laws"]:
        assert law["source"]
        assert law["constants"] == dict(cw.LAWS[law["id"]].constants)
    assert all(model["source"] for model in tables["models"])
    # What the page leaves out of the line of Python it writes.
    defaults = tables["defaults"]
    assert {word: getattr(planner, word) for word in defaults if word != "budget"} == {
        word: value for word, value in defaults.items() if word != "budget"
    }


def test_a_law_of_ones_own(planner: cw.Planner) -> None:
    from chinchilla_widget.laws import About, ParametricLaw

    constants = {"E": 1.7, "A": 400.0, "B": 410.0, "alpha": 0.34, "beta": 0.3}
    law = ParametricLaw(constants, About(id="mine", name="my own"))
    planner.law = law
    assert planner.plan is not None
    assert planner.plan.scenario.law is law
    assert planner.law == "mine"
    assert planner.tables["laws"][-1]["name"] == "my own"


def test_the_language_switches_live(planner: cw.Planner) -> None:
    planner.lang = "es"
    assert planner.messages["charts.params"] == "parámetros"
    assert "hace más de 180 días" in planner.status["sentences"][0]["text"]
    with pytest.raises(cw.ChinchillaError):
        planner.lang = "fr"


def test_the_state_is_plain_json(planner: cw.Planner) -> None:
    state = {k: v for k, v in planner.get_state().items() if k[0] != "_" and k != "layout"}
    assert json.loads(json.dumps(state, allow_nan=False)) == state


def test_a_movement_sends_little(planner: cw.Planner) -> None:
    sent: list[dict[str, Any]] = []
    planner.comm.send = lambda data=None, **_: sent.append(data)  # type: ignore[method-assign]
    from_page(planner, budget="$1,230,000")
    size = sum(len(json.dumps(each)) for each in sent)
    assert size < 2500, sent
    assert not any({"specs", "tables", "messages"} & set(each.get("state", {})) for each in sent)


def test_two_threads_set_traits_at_once(planner: cw.Planner) -> None:
    wrong: list[Any] = []

    def check(change: Any) -> None:
        if change.new is not None and change.new is not planner.plan:
            wrong.append(change)

    planner.observe(check, "plan")

    def loop() -> None:
        for i in range(40):
            planner.chips = 1 + i

    def drag() -> None:
        for i in range(40):
            from_page(planner, budget=f"${1_000_000 + i * 1000:,}")

    threads = [threading.Thread(target=loop), threading.Thread(target=drag)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert (planner.chips, planner.budget) == (40, "$1,039,000")
    assert planner.plan is not None
    assert planner.plan.params == cw.plan("$1,039,000", chips=40).params


def test_an_observer_that_raises_does_not_break_the_planner(planner: cw.Planner) -> None:
    def broken(change: Any) -> None:
        raise RuntimeError("mine")

    planner.observe(broken, "plan")
    with pytest.raises(RuntimeError, match="mine"):
        planner.budget = "$2M"
    planner.unobserve(broken, "plan")
    planner.budget = "$3M"
    assert planner.plan is not None
    assert planner.plan.params == cw.plan("$3M").params


def test_closing_closes(planner: cw.Planner) -> None:
    planner.close()
    assert planner.comm is None


def test_the_page_asks_for_a_report_and_gives_it_back(planner: cw.Planner, tmp_path: Path) -> None:
    turn = planner.turn
    from_page(planner, saving=1, budget="$2M")
    assert planner.turn > turn
    path = planner.report(tmp_path / "plan.html")
    assert planner.saved == {"html": path.read_text(encoding="utf-8")}
    # A page that went away meanwhile never gave it back: another may ask again.
    from_page(planner, budget="$3M")
    from_page(planner, saving=2)
    assert planner.saved["html"] != path.read_text(encoding="utf-8")
    from_page(planner, saving=0)
    assert planner.saved == {}


def test_without_a_plan_there_is_no_report_but_the_reason(planner: cw.Planner) -> None:
    from_page(planner, budget=None, target_loss=1.5)
    from_page(planner, saving=1)
    assert planner.error
    assert planner.saved == {"refused": planner.error}


def test_a_report_that_fails_is_a_sentence(
    planner: cw.Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(contents: Any) -> bytes:
        raise RuntimeError("no paper")

    monkeypatch.setattr("chinchilla_widget.report.html.page", broken)
    from_page(planner, saving=1)
    assert planner.saved == {"refused": say("widget.fault", fault="RuntimeError: no paper")}


def test_traits_of_the_answer_are_not_the_pages_to_write(planner: cw.Planner) -> None:
    before = planner.status
    from_page(planner, status={"errors": {}, "sentences": [], "error": "forged"}, turn=-1)
    assert planner.status == before
    assert planner.turn > 0


def test_traitlets_are_traitlets(planner: cw.Planner) -> None:
    assert isinstance(planner, traitlets.HasTraits)
    assert repr(planner) == "Planner(budget='$1M')"


def test_laws_of_ones_own_never_stand_in_for_another(planner: cw.Planner) -> None:
    from dataclasses import replace

    from chinchilla_widget.laws import ParametricLaw

    shipped = cw.LAWS["besiroglu-2024"]
    assert isinstance(shipped, ParametricLaw)
    first = ParametricLaw({"E": 1.7, "A": 400.0, "B": 410.0, "alpha": 0.34, "beta": 0.3})
    second = ParametricLaw({"E": 1.7, "A": 400.0, "B": 410.0, "alpha": 0.30, "beta": 0.3})
    disguised = replace(shipped, constants={**shipped.constants, "alpha": 0.30})
    names = []
    for law in (first, second, disguised, first, "besiroglu-2024"):
        planner.law = law
        assert planner.plan is not None
        assert planner.plan.params == cw.plan("$1M", law=law).params
        names.append(planner.law)
    assert names == ["own", "own-2", "besiroglu-2024-2", "own", "besiroglu-2024"]
    assert cw.Planner("$1M", law=disguised).plan == cw.plan("$1M", law=disguised)
    planner.law = "own-2"  # as a page says it
    assert planner.plan.params == cw.plan("$1M", law=second).params


def test_a_refused_budget_changes_no_other_trait(planner: cw.Planner) -> None:
    before = planner.plan
    for text in ("512 H100 for 28 days @95% MFU", "512 H100 for 28 days at €2/h and more"):
        with pytest.raises(cw.ChinchillaError):
            planner.budget = text
        assert (planner.budget, planner.chips, planner.plan) == ("$1M", None, before)


def test_a_budget_in_another_currency_counts_as_in_a_plan() -> None:
    for text, rate in (("512 H100 for 28 days at €2/h", 1.5), ("€500k on H100", 2.0)):
        planner = cw.Planner(text, fx=rate)
        plan = cw.plan(text, fx=rate)
        assert planner.plan is not None
        assert planner.plan.dollars == pytest.approx(plan.dollars)
        assert planner.plan.params == pytest.approx(plan.params)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_the_slider_writes_is_read_on_every_chip(lang: str) -> None:
    from chinchilla_widget.scenario import printed_budget

    for chip in cw.ACCELERATORS.values():
        planner = cw.Planner("$1M", accelerator=chip.id, price_per_hour=1.0, lang=lang)
        for kind, amount in (("money", 2e6), ("flop", 1e23), ("chip_time", 25_000.0)):
            text = printed_budget(kind, amount, chip, lang)
            from_page(planner, budget=text)
            assert planner.status["errors"] == {}, text
            # As the page prints it, the page reads it.
            assert planner.bounds["budget"].keys() == {"kind", "low", "high"}
            assert planner.plan is not None
            assert planner.plan.scenario.budget.amount == pytest.approx(amount)
            assert planner.accelerator == chip.id


def test_what_plan_refuses_keeps_its_code() -> None:
    for words in ({"target_loss": 1.0}, {"budget": "$1M", "params": "1T", "served_tokens": "1e18"}):
        with pytest.raises(cw.ChinchillaError) as mine:
            cw.Planner(**words)
        with pytest.raises(cw.ChinchillaError) as its:
            cw.plan(**words)
        assert (mine.value.code, str(mine.value)) == (its.value.code, str(its.value))


def test_another_chip_in_the_text_brings_its_own_numbers() -> None:
    planner = cw.Planner("$1M", mfu=0.5, price_per_hour=1.0)
    planner.budget = "10k A100 hours"
    assert (planner.accelerator, planner.mfu, planner.price_per_hour) == ("a100-80", None, None)


def test_where_nothing_is_asked_no_budget_stands() -> None:
    planner = cw.Planner("$2M")
    ends = planner.bounds["budget"]
    planner.budget = None
    assert planner.plan is None
    kept = {name: ends[name] for name in ("kind", "low", "high")}
    assert planner.bounds == {"budget": {**kept, "value": None}}
    planner.close()


def test_a_slider_without_a_plan_reads_in_its_own_language() -> None:
    planner = cw.Planner("1,500 ZFLOP", lang="es")
    amount = planner.bounds["budget"]["value"]
    from_page(planner, law="cerebras-gpt-2023", served_tokens=1e12)
    assert planner.plan is None
    assert planner.bounds["budget"]["value"] == amount


def test_a_released_planner_opens_where_it_is_asked_for_and_a_closed_one_does_not() -> None:
    before = len(_instances)
    planner = cw.Planner("$1M")
    opened = planner.model_id
    planner.release()
    assert len(_instances) == before, "its layout goes too"
    planner.mfu = 0.5
    assert planner.plan is not None
    assert planner.plan.scenario.mfu == 0.5
    assert VBox([planner]).get_state("children")["children"] == [f"IPY_MODEL_{opened}"]
    planner.release()
    assert planner.comm is not None, "a container shows it"
    planner.close()
    assert planner.comm is None
    assert planner._repr_mimebundle_ is None


def test_a_planner_is_let_go_when_nothing_shows_it() -> None:
    planner = cw.Planner("$1M")
    alive = weakref.ref(planner)
    planner.release()
    del planner
    gc.collect()
    assert alive() is None


class Shell:
    """As much of IPython as tells which cell runs."""

    def __init__(self) -> None:
        self.heard: dict[str, Any] = {}
        self.events = self

    def register(self, event: str, listener: Any) -> None:
        self.heard[event] = listener

    def run(self, cell: str | None, *shown: cw.Planner) -> None:
        self.heard.get("pre_run_cell", lambda info: None)(None)
        for planner in shown:
            planner._repr_mimebundle_()
        info = type("Info", (), {"cell_id": cell})
        self.heard["post_run_cell"](type("Result", (), {"info": info}))


def test_a_cell_run_again_releases_what_no_cell_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Shell()
    monkeypatch.setattr(cells, "get_ipython", lambda: shell)
    one, two, three, kept = (cw.Planner() for _ in range(4))
    caught = Output()
    shell.run("a", one, two)
    shell.run("b", two)
    shell.run("a", three)
    assert [each.comm is None for each in (one, two, three)] == [True, False, False]
    shell.run("a", one)
    assert [each.comm is None for each in (one, two, three)] == [False, False, True]
    shell.run(None, kept)  # a host that names no cells
    shell.run("c", kept)
    caught.msg_id = "of this run"
    shell.run("d", two)
    caught.close()
    for cell in "bcd":
        shell.run(cell, one)
    assert kept.comm is not None
    assert two.comm is not None, "an output widget shows it"


def test_the_page_is_told_in_words_and_python_in_keywords() -> None:
    planner = cw.Planner("$1M")
    with pytest.raises(cw.ChinchillaError, match="token_price must be at least 0"):
        planner.token_price = -1
    planner.set_state({"token_price": -1})
    assert planner.status["errors"]["token_price"] == (
        "The price of tokens must be at least 0; this is -1."
    )
    planner.set_state({"token_price": 0, "chips": 0, "mfu": 0})
    assert planner.status["errors"]["chips"].startswith("The number of chips must be")
    assert planner.status["errors"]["mfu"].startswith("The MFU ")
    planner.set_state({"chips": None, "mfu": None, "accelerator": "mi250x"})
    assert planner.error is not None
    assert "price_per_hour" in planner.error
    assert "_" not in planner.status["error"]
    # Words that are keywords and words of the language: here they are keywords.
    planner.set_state({"accelerator": "h100-sxm", "params": 7e9, "law": "kaplan-2020"})
    assert "cannot take params: " in planner.error
    assert "cannot take the number of parameters: " in planner.status["error"]
    # What a sentence advises can be done as it is said.
    assert planner.error.endswith("such as Besiroglu 2024.")
    planner.law = "Besiroglu 2024"
    assert planner.error is None
    planner.close()


def test_what_was_typed_stays_as_it_was() -> None:
    planner = cw.Planner("$1M")
    planner.set_state({"budget": "served_tokens=2T"})
    assert "“served_tokens=2T”" in planner.status["errors"]["budget"]
    planner.close()
    kaplan = cw.LAWS["kaplan-2020"]
    about = replace(kaplan.about, id="own", name="params of target_loss runs")
    law = replace(kaplan, about=about)
    planner = cw.Planner("$1M", law=law)
    told = [each["text"] for each in planner.status["sentences"]]
    assert any("params of target_loss runs" in each for each in told)
    assert not any("target loss runs" in each for each in told)
    planner.close()


def test_a_refusal_ends_with_whatever_its_word_is_set_to() -> None:
    planner = cw.Planner("$1M")
    for value in (None, 0.4, 0.4, None):
        planner.set_state({"mfu": "lots"})
        assert planner.status["errors"].keys() == {"mfu"}
        planner.mfu = value
        assert planner.status["errors"] == {}
    planner.set_state({"mfu": "lots"})
    planner.set_state({"mfu": None})  # emptied by hand
    assert planner.status["errors"] == {}
    planner.set_state({"mfu": "lots", "goodput": None})
    assert planner.status["errors"].keys() == {"mfu"}
    planner.close()


@pytest.mark.parametrize("way", [setattr, cw.Planner.set_trait])
def test_none_asks_for_what_a_word_defaults_to(way: Callable[..., None]) -> None:
    given = {
        **{"accelerator": "b200", "price_kind": "spot", "law": "muennighoff-2023", "lang": "es"},
        **{"token_price": 0.1, "repeats": False, "served_tokens": 1e12, "final_share": 0.5},
        **{"pue": 1.5, "grid": 100, "mfu": 0.3, "chips": 8, "unique_tokens": 1e12},
    }
    planner, plain = cw.Planner("$1M", **given), cw.Planner("$1M")
    for word in given:
        way(planner, word, None)
        # The page takes what is so for nothing given; it knows no other nothing.
        assert getattr(planner, word) == getattr(plain, word)
        assert planner.tables["defaults"][word] == getattr(plain, word)
    assert planner.words() == plain.words()
    assert planner.plan is not None
    assert planner.plan.params == cw.plan("$1M").params
    for each in (planner, plain):
        each.close()


def test_what_the_page_prints_tells_by_itself_how_it_was_read() -> None:
    planner = cw.Planner("$1M", lang="es")
    planner.set_state({"budget": "10k A100-hours"})
    assert planner.plan is not None
    assert "scenario.reading" not in {each.code for each in planner.plan.status}
    planner.set_state({"budget": "10.000 GPU-h"})  # as somebody types it
    assert "scenario.reading" in {each.code for each in planner.plan.status}
    planner.close()


def test_refusals_are_told_in_the_language_that_is_spoken() -> None:
    planner = cw.Planner("$1M")
    planner.set_state({"budget": "abc lots", "mfu": "lots"})
    before = planner.status["errors"]
    planner.lang = "es"
    now = planner.status["errors"]
    assert now.keys() == before.keys() == {"budget", "mfu"}
    assert "«abc lots»" in now["budget"]
    assert "«lots»" in now["mfu"]
    # A thousand to whoever reads Spanish, which is no share; in English nothing is wrong with it.
    planner.set_state({"goodput": "1.000"})
    assert "goodput" in planner.status["errors"]
    planner.lang = "en"
    assert planner.status["errors"] == before
    assert planner.goodput is None
    planner.close()


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_keyword_has_a_name_in_words(lang: str) -> None:
    for word in WORDS:
        said = page.in_words(f"{word} must", lang)
        assert said.casefold() == f"{say(f'words.{word}', lang)} must".casefold()
        assert said[0].isupper()


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_law_speaks_the_language_of_its_planner(lang: str) -> None:
    planner = cw.Planner("$1M", lang=lang, law="hoffmann-2022-approach-3")
    law = next(each for each in planner.tables["laws"] if each["id"] == planner.law)
    assert law["name"] == cw.LAWS[planner.law].about.says("name", lang)
    assert ("enfoque" in law["name"]) == (lang == "es")
    planner.close()
