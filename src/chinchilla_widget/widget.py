"""``Planner``: the widget. Traits are the words of ``plan``; the plan follows them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets
from ipywidgets import Output, Widget
from ipywidgets.widgets.widget import _instances
from traitlets import Any as Anything
from traitlets import Unicode

from chinchilla_widget import cells, page
from chinchilla_widget.accelerators import find_accelerator
from chinchilla_widget.charts import specs
from chinchilla_widget.laws import LAWS, find_law
from chinchilla_widget.messages import LANGUAGES, ChinchillaError, refuse_unknown
from chinchilla_widget.plans import Plan
from chinchilla_widget.scenario import (
    DEFAULT_ACCELERATOR,
    FIXED,
    PRICE_KINDS,
    WORDS,
    Scenario,
    read_word,
    split_budget,
)
from chinchilla_widget.solver import plan_for

_STATIC: Final = Path(__file__).parent / "static"
DEFAULT_BUDGET: Final = "$1M"
# A select needs something selected where a keyword may be left out.
_DEFAULTS: Final = {**WORDS, "accelerator": DEFAULT_ACCELERATOR, "price_kind": PRICE_KINDS[0]}
# What was said of a word ends when what it was judged by is another.
_JUDGED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "accelerator": ("mfu", "serving_mfu"),
    "dtype": ("mfu", "serving_mfu"),
    "peak_flops": ("mfu", "serving_mfu"),
    "fx": ("budget",),
}
_ANSWERS: Final = ("specs", "tables", "bounds", "status", "turn", "messages", "saved")


class Word(Anything):
    """A keyword of ``plan``; None asks for what it defaults to."""

    def set(self, obj: Any, value: Any) -> None:
        super().set(obj, self.default_value if value is None else value)


class Planner(anywidget.AnyWidget):
    """Drag a budget and read which model to train.

    Takes the keywords of ``plan`` and has a trait for each, which None sets to its default;
    ``plan`` is the solved plan of the current traits, or None where they have no answer
    (``error`` then says why).

    Raises:
        ChinchillaError: the words cannot be read or have no answer.
        TypeError: an unknown keyword.

    Example:
        >>> planner = Planner("$1M")  # doctest: +SKIP
        >>> planner.observe(lambda change: print(change.new.params), "plan")  # doctest: +SKIP
    """

    # Traits of our own: given as files, each would keep every planner alive, to be told of edits.
    _esm = Unicode().tag(sync=True)
    _css = Unicode().tag(sync=True)

    # The question: the page and Python both write these.
    budget = Word(None).tag(sync=True)
    accelerator = Word(DEFAULT_ACCELERATOR).tag(sync=True)
    dtype = Word(None).tag(sync=True)
    peak_flops = Word(None).tag(sync=True)
    price_kind = Word(PRICE_KINDS[0]).tag(sync=True)
    price_per_hour = Word(None).tag(sync=True)
    fx = Word(None).tag(sync=True)
    mfu = Word(None).tag(sync=True)
    goodput = Word(None).tag(sync=True)
    chips = Word(None).tag(sync=True)
    final_share = Word(1.0).tag(sync=True)
    law = Word(WORDS["law"]).tag(sync=True)
    token_price = Word(0.0).tag(sync=True)
    unique_tokens = Word(None).tag(sync=True)
    repeats = Word(True).tag(sync=True)
    served_tokens = Word(0.0).tag(sync=True)
    serving_mfu = Word(None).tag(sync=True)
    serving_price_per_hour = Word(None).tag(sync=True)
    params = Word(None).tag(sync=True)
    tokens = Word(None).tag(sync=True)
    target_loss = Word(None).tag(sync=True)
    pue = Word(WORDS["pue"]).tag(sync=True)
    grid = Word(WORDS["grid"]).tag(sync=True)
    lang = Word("en").tag(sync=True)

    # The answer: Python alone writes these, the page reads them.
    specs = traitlets.Dict().tag(sync=True)
    tables = traitlets.Dict().tag(sync=True)
    bounds = traitlets.Dict().tag(sync=True)
    status = traitlets.Dict().tag(sync=True)
    turn = traitlets.Int(0).tag(sync=True)
    messages = traitlets.Dict().tag(sync=True)

    # A report for the page to keep: it counts up to ask for one, and to 0 when it has it.
    saving = traitlets.Int(0).tag(sync=True)
    saved = traitlets.Dict().tag(sync=True)

    plan = traitlets.Instance(Plan, allow_none=True)
    error = Unicode(None, allow_none=True)

    def __init__(self, budget: str | None = None, **words: Any) -> None:
        refuse_unknown(words, WORDS)
        if not (_STATIC / "widget.packed.js").exists():
            raise ChinchillaError("widget.not_built")
        given = {"budget": budget, **{k: v for k, v in words.items() if v is not None}}
        if budget is None and not any(w in given for w in FIXED):
            given["budget"] = DEFAULT_BUDGET
        scenario = Scenario.of(**given)
        plan_for(scenario)  # what has no answer is refused as it is by `plan`
        self._lock = threading.RLock()
        self._laws: dict[str, Any] = {}
        self._errors: dict[str, ChinchillaError] = {}
        self._refused: dict[str, Any] = {}
        self._heard: frozenset[str] = frozenset()
        self._page_speaks = self._busy = self._released = False
        self._answered: Any = None
        with self._lock:
            super().__init__()
            self._good = {word: getattr(self, word) for word in WORDS}
            with self._quiet():
                for word, value in _canonical_words(scenario, given).items():
                    setattr(self, word, value)
            self._answer()

    @traitlets.default("_esm")
    def _front_end(self) -> str:
        return (_STATIC / "widget.packed.js").read_text(encoding="utf-8")

    @traitlets.default("_css")
    def _style_sheet(self) -> str:
        return (_STATIC / "widget.css").read_text(encoding="utf-8")

    # A loop in a cell and a drag on the page set traits from two threads at once. Every way in
    # takes the lock, so that traits and plan change together, and tells the page in one message, or
    # it would hear the answer to some words before the others.
    def __setattr__(self, name: str, value: Any) -> None:
        if name in WORDS:
            with self._lock, self.hold_sync():
                # Set to what it is already, or to None, no validator sees it: a refusal ends too.
                refused = self._errors.pop(name, None)
                super().__setattr__(name, value)
                if refused is not None:
                    self._answer()
        else:
            super().__setattr__(name, value)

    def set_trait(self, name: str, value: Any) -> None:
        """As traitlets does, under the lock."""
        with self._lock, self.hold_sync():
            super().set_trait(name, value)

    @contextmanager
    def hold_trait_notifications(self) -> Iterator[None]:
        """As traitlets does, under the lock until all are told."""
        with self._lock, self.hold_sync(), super().hold_trait_notifications():
            yield

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """What the page sent: read under the lock, mistakes answered on the page."""
        with self._lock:
            turn = self.turn
            self._page_speaks, self._heard = True, frozenset(sync_data)
            for word in [word for word, value in sync_data.items() if value is None]:
                self._errors.pop(word, None)  # no validator sees None
            try:
                super().set_state({k: v for k, v in sync_data.items() if k not in _ANSWERS})
                # A page that set what cannot be read, or nothing new, waits for an answer too.
                self._answer()
                if self.turn == turn:
                    self.turn += 1
            finally:
                self._page_speaks, self._heard = False, frozenset()

    @property
    def model_id(self) -> str:
        """The widget's id on the page; a planner that was released opens anew."""
        if self.comm is None and self._released:
            self._released = False
            self.layout.open()
            self.open()
        return str(super().model_id)

    def close(self) -> None:
        """Takes the planner off the page for good; ``plan`` keeps its last answer."""
        super().close()
        # Each widget has a layout with a comm of its own, which would stay behind.
        layout = self.layout
        if not any(each._trait_values.get("layout") is layout for each in _open()):
            layout.close()

    def release(self) -> None:
        """Leaves the page until shown again: no cell shows this planner any more."""
        if self.comm is None or any(self in getattr(each, "children", ()) for each in _open()):
            return
        self.close()
        self._released = True
        # Closing hides this method behind None; whoever shows the planner again opens it.
        self.__dict__.pop("_repr_mimebundle_", None)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        # An output widget that catches it may stand anywhere.
        caught = any(isinstance(each, Output) and each.msg_id for each in _open())
        cells.shown(self, elsewhere=caught)
        shown = super()._repr_mimebundle_(**kwargs)
        if not isinstance(shown, tuple) or self.plan is None:
            return shown
        data, metadata = shown
        told = f"{data.get('text/plain', '')}\n{self.plan}".strip()
        return {**self._still(self.plan), **data, "text/plain": told}, metadata

    def _still(self, plan: Plan) -> dict[str, Any]:
        """A picture and a table, for places that show the notebook and no widget."""
        from chinchilla_widget.report.still import still_bundle

        try:
            return still_bundle(plan)
        except Exception:  # the widget itself must be shown all the same
            self.log.exception("the plan's picture could not be drawn")
            return {}

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Several words at once: answered by whoever sets the last of them."""
        before, self._busy = self._busy, True
        try:
            yield
        finally:
            self._busy = before

    @traitlets.validate(*WORDS)
    def _read(self, proposal: Any) -> Any:
        word, value = proposal["trait"].name, proposal["value"]
        self._errors.pop(word, None)
        try:
            return self._canonical(word, value)
        except ChinchillaError as error:
            if not self._page_speaks:
                raise
            self._errors[word], self._refused[word] = error, value
            return self._good[word]

    def _read_again(self) -> dict[str, ChinchillaError]:
        """What was refused, for the page in another language: it stands there, to be mended."""
        found = {}
        for word in self._errors:
            try:
                if word == "budget":
                    split_budget(self._refused[word], self.accelerator, self.fx, self.lang)
                else:
                    self._canonical(word, self._refused[word])
            except ChinchillaError as error:
                found[word] = error
        return found

    def _canonical(self, word: str, value: Any) -> Any:
        if word == "lang":
            if value not in LANGUAGES:
                raise ChinchillaError("scenario.lang", text=value, known=", ".join(LANGUAGES))
            return value
        if word == "law":
            return self._law_id(value)
        if word == "budget" and isinstance(value, str):
            return self._plain_budget(value)
        read = read_word(word, value, self.lang)
        if word in ("mfu", "serving_mfu") and read is not None:
            self._check_mfu(read, self.accelerator)
        return read

    def _check_mfu(self, mfu: float, accelerator: str) -> None:
        chip = find_accelerator(accelerator, self.lang)
        chip.check_mfu(mfu, self.dtype, self.lang, peak_flops=self.peak_flops)

    def _law_id(self, value: Any) -> str:
        """The trait's name for a law; a law of one's own never takes the name of another."""
        own = self._laws.get(value) if isinstance(value, str) else None
        law = find_law(value, self.lang) if own is None else own
        name = str(law.about.id)
        if LAWS.get(name) is law:
            return name
        for known, each in self._laws.items():
            if each is law:
                return known
        count = 1
        while name in LAWS or name in self._laws:
            count += 1
            name = f"{law.about.id}-{count}"
        self._laws[name] = law
        return name

    def _plain_budget(self, value: str) -> str:
        """The budget alone: what else its text says goes into the traits it belongs to."""
        text, said = split_budget(value, self.accelerator, self.fx, self.lang)
        if not said:
            return text
        if said.get("accelerator", self.accelerator) != self.accelerator:
            # Another chip has its own price, efficiency and peaks.
            said = {"price_per_hour": None, "mfu": None, "peak_flops": None, "dtype": None} | said
        if said.get("mfu") is not None:
            self._check_mfu(said["mfu"], said.get("accelerator", self.accelerator))
        with self._quiet():  # all were read: none is refused half-way
            for word, each in said.items():
                setattr(self, word, each)
        return text

    @traitlets.observe("saving")
    def _save(self, change: Any) -> None:
        with self._lock:
            self._answer()  # words that came with it may not be answered yet
            self.saved = self._as_page() if self.saving > 0 else {}

    def _as_page(self) -> dict[str, str]:
        from chinchilla_widget.report.contents import Contents
        from chinchilla_widget.report.html import page as report_page

        if self.plan is None:
            return {"refused": self.error or ""}
        try:
            return {"html": report_page(Contents(self.plan)).decode()}
        except Exception as fault:  # a host swallows exceptions: the page would wait for ever
            self.log.exception("the report could not be written")
            return {"refused": str(self._fault(fault))}

    @traitlets.observe(*WORDS)
    def _changed(self, change: Any) -> None:
        if change.name == "lang":
            self._errors = self._read_again()
        for word in _JUDGED_BY.get(change.name, ()):
            if word not in self._heard:  # that came with it was judged with it
                self._errors.pop(word, None)
        self._answer()

    def __repr__(self) -> str:
        asked = ", ".join(f"{word}={value!r}" for word, value in self.words().items())
        return f"Planner({asked})"

    def words(self) -> dict[str, Any]:
        """The question as keywords of ``plan``, defaults left out."""
        words = {word: getattr(self, word) for word in WORDS}
        words["law"] = self._laws.get(self.law, self.law)
        return {
            word: value
            for word, value in words.items()
            if value is not _DEFAULTS[word] and value != _DEFAULTS[word]
        }

    def report(
        self,
        path: str | PathLike[str],
        title: str | None = None,
        author: str | None = None,
        force: bool = False,
    ) -> Path:
        """Write the plan of what is shown to a file, as ``Plan.report`` does.

        Raises:
            ChinchillaError: as there, or there is no plan for what is asked.
        """
        with self._lock:
            plan, reason = self.plan, self.error
        if plan is None:
            raise ChinchillaError("report.no_answer", self.lang, reason=reason or "")
        return plan.report(path, title=title, author=author, force=force)

    def _answer(self) -> None:
        """Solve the current traits and tell the page; once for each change, whoever made it."""
        with self._lock:
            refused = {word: str(error) for word, error in self._errors.items()}
            asked = (*(getattr(self, word) for word in WORDS), *refused.items())
            if self._busy or self._answered == asked:
                return
            self._answered = asked
            plan, error = self._solved()
            self._good = {word: getattr(self, word) for word in WORDS}
            with self.hold_sync():
                self.turn += 1
                self.messages = page.messages(self.lang)
                self.specs = specs(self.lang)
                self.tables = page.tables(self._laws, plan, _DEFAULTS, self.lang)
                self.bounds = page.bounds(plan, self.budget, self.fx, self.lang, self.bounds)
                self.status = page.status(plan, error, self._errors)
            self.error = None if error is None else str(error)
            self.plan = plan

    def _solved(self) -> tuple[Plan | None, ChinchillaError | None]:
        try:
            return plan_for(self._scenario()), None
        except ChinchillaError as refused:
            return None, refused
        except Exception as fault:  # a host swallows exceptions: the screen would stay wrong
            self.log.exception("the plan could not be solved")
            return None, self._fault(fault)

    def _scenario(self) -> Scenario:
        scenario = Scenario.of(**self.words())
        # A text that the page prints tells by itself how it was read.
        if not page.prints(scenario):
            return scenario
        notes = tuple(note for note in scenario.notes if note[0] != "scenario.reading")
        return replace(scenario, notes=notes)

    def _fault(self, fault: Exception) -> ChinchillaError:
        told = f"{type(fault).__name__}: {fault}"
        return ChinchillaError("widget.fault", self.lang, fault=told)


def _open() -> list[Widget]:
    """Every open widget of the kernel, whoever made it."""
    return list(_instances.values())


def _canonical_words(scenario: Scenario, given: Mapping[str, Any]) -> dict[str, Any]:
    """The words as traits take them, the language first: it reads the others."""
    words = {word: given[word] for word in WORDS if given.get(word) is not None}
    words["law"] = scenario.law
    if "accelerator" in words:
        words["accelerator"] = scenario.accelerator.id
    return dict(sorted(words.items(), key=lambda item: (item[0] != "lang", item[0] == "budget")))
