"""The progress bar: shown where tqdm is, closed in any case, and not missed without it."""

import sys
import types

import pytest

from chinchilla_widget.fitting.progress import progress


class Bar:
    """What tqdm's bar is asked for."""

    made: list["Bar"] = []  # noqa: RUF012

    def __init__(self, **words: object) -> None:
        self.words, self.done, self.closed = words, 0, False
        Bar.made.append(self)

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def update(self, more: int) -> None:
        self.done += more


def test_with_tqdm(monkeypatch: pytest.MonkeyPatch) -> None:
    auto = types.ModuleType("tqdm.auto")
    auto.tqdm = Bar  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tqdm", types.ModuleType("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", auto)

    def interrupted() -> None:
        with progress(100, "resamples") as advance:
            advance(30)
            advance(12)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    (bar,) = Bar.made
    assert (bar.done, bar.closed, bar.words["total"]) == (42, True, 100)
    assert bar.words["delay"] == 1.0


def test_without_tqdm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with progress(100, "resamples") as advance:
        assert advance(30) is None
