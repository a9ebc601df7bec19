"""A fit as a file: written like every other file of ours, read with suspicion."""

import copy
import json
import os
import pickle
import stat
from pathlib import Path

import numpy as np
import pytest

import chinchilla_widget as cw
from chinchilla_widget.fitting.saving import KIND
from chinchilla_widget.laws import FITTED
from unit.runs_for_fits import chinchilla, from_law, sardana

LAW = cw.LAWS["besiroglu-2024"]


@pytest.fixture(scope="module")
def fit() -> cw.Fit:
    return cw.fit(chinchilla())


@pytest.fixture(scope="module")
def told(fit: cw.Fit, tmp_path_factory) -> str:
    file = tmp_path_factory.mktemp("saved") / "law.json"
    fit.save(file)
    return file.read_text(encoding="utf-8")


def refused(fit: cw.Fit, path: object) -> cw.ChinchillaError:
    with pytest.raises(cw.ChinchillaError) as caught:
        fit.save(path)
    assert "{" not in str(caught.value)
    return caught.value


def test_a_law_replaces_a_law_and_nothing_else(fit: cw.Fit, told: str, tmp_path) -> None:
    file = tmp_path / "law.json"
    fit.save(file)
    fit.save(str(file))
    assert file.read_text(encoding="utf-8") == told
    for content in ("my thesis", json.dumps({"kind": "something else"}), ""):
        file.write_text(content)
        assert refused(fit, file).code == "files.foreign"
        assert file.read_text() == content
    fit.save(file, force=True)
    assert cw.load_law(file).constants == fit.constants


def test_a_failed_save_leaves_the_old_file(fit: cw.Fit, told: str, tmp_path, monkeypatch) -> None:
    file = tmp_path / "law.json"
    file.write_text(told)
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "disk full")))
    error = refused(fit, file)
    assert error.code == "files.unwritten"
    assert "disk full" in str(error)
    assert file.read_text() == told
    assert [each.name for each in tmp_path.iterdir()] == ["law.json"]


def test_modes_masks_and_links_are_kept(fit: cw.Fit, tmp_path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    link.symlink_to(real)
    before = os.umask(0o027)
    try:
        fit.save(link)
    finally:
        os.umask(before)
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    real.chmod(0o604)
    fit.save(link)
    assert stat.S_IMODE(real.stat().st_mode) == 0o604


def test_where_nothing_can_be_saved(fit: cw.Fit, tmp_path, monkeypatch) -> None:
    pipe, folder, loop = tmp_path / "pipe.json", tmp_path / "folder.json", tmp_path / "loop.json"
    os.mkfifo(pipe)
    folder.mkdir()
    loop.symlink_to(loop)
    (tmp_path / "to_pipe.json").symlink_to(pipe)
    for path, code in (
        (folder, "no_file"),
        (pipe, "no_file"),
        (tmp_path / "to_pipe.json", "no_file"),
        (loop, "unwritten"),
        (tmp_path / "nowhere" / "law.json", "no_folder"),
        (tmp_path / ("x" * 300), "unwritten"),
        (str(tmp_path / "nul\0.json"), "unnameable"),
        ("", "no_name"),
        (None, "no_path"),
        (5, "no_path"),
        (b"law.json", "no_path"),
    ):
        assert refused(fit, path).code == f"files.{code}", path
    with pytest.raises(cw.ChinchillaError):
        fit.save(pipe, force=True)
    assert stat.S_ISFIFO(pipe.stat().st_mode)

    def forbidden(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", forbidden)
    assert "Permission denied" in str(refused(fit, tmp_path / "law.json"))


def test_the_longest_name_is_a_name(fit: cw.Fit, tmp_path, monkeypatch) -> None:
    fit.save(tmp_path / f"{'x' * 250}.json")
    monkeypatch.setenv("HOME", str(tmp_path))
    fit.save("~/law.json")
    assert (tmp_path / "law.json").is_file()
    assert cw.load_law("~/law.json").constants == fit.constants


@pytest.mark.parametrize(
    "rows",
    [chinchilla(True), sardana(100), from_law(LAW, count=12, noise=0.1, seed=5)],
    ids=["all", "unidentified", "few"],
)
@pytest.mark.parametrize("family", ["parametric", "tied", "kaplan"])
def test_what_is_saved_can_be_read(rows: dict, family: str, tmp_path) -> None:
    found = cw.fit(rows, family=family, name="x" * 2000)
    found.bootstrap(100)
    found.save(tmp_path / "law.json")
    law = cw.load_law(tmp_path / "law.json")
    assert law.constants == found.constants
    assert [code for code, _ in law.about.doubts] == [code for code, _ in found.law.about.doubts]


@pytest.mark.parametrize("family", ["parametric", "kaplan"])
def test_a_plan_from_the_file_is_the_plan_of_the_fit(family: str, tmp_path) -> None:
    found = cw.fit(chinchilla(), family=family)
    found.bootstrap(100)
    found.save(tmp_path / "law.json")
    law = cw.load_law(tmp_path / "law.json")
    plan, expected = cw.plan("$1M", law=law), cw.plan("$1M", law=found)
    assert plan.interval("params") == expected.interval("params")
    assert law.draws.source == found.draws.source
    # Once made, the draws go with the plan.
    again = cw.Plan.from_json(plan.report(tmp_path / "plan.json"))
    assert again.interval("params") == plan.interval("params")
    assert law.about == found.law.about


def test_a_byte_order_mark_is_read(told: str, fit: cw.Fit, tmp_path) -> None:
    file = tmp_path / "law.json"
    file.write_text(told, encoding="utf-8-sig")
    assert cw.load_law(file).constants == fit.constants


@pytest.mark.parametrize("path", [None, 5, b"law.json", {}, "x" * 5000, "", "nul\0", "."])
def test_what_is_no_path_of_a_law(path: object) -> None:
    for lang in ("en", "es"):
        with pytest.raises(cw.ChinchillaError):
            cw.load_law(path, lang)


def test_a_pipe_is_no_law(tmp_path) -> None:
    os.mkfifo(tmp_path / "law.json")
    with pytest.raises(cw.ChinchillaError, match="a pipe or a device"):
        cw.load_law(tmp_path / "law.json")


def test_the_id_of_a_fit_is_the_one_that_is_read(fit: cw.Fit) -> None:
    assert fit.about.id == FITTED
    assert FITTED not in cw.LAWS


WHY = ["fitting.why_profile", {"name": "E", "low": "1", "high": "2"}]
DAMAGE = [
    ("family", "cubic"),
    ("family", ["tied"]),
    ("family", "repeats"),
    ("family", "tied"),
    ("family", "kaplan"),
    ("constants", {}),
    ("constants", None),
    ("constants", {"E": 1.8}),
    ("constants.E", True),
    ("constants.E", "1.8"),
    ("constants.E", -1.8),
    ("constants.E", 0),
    ("constants.E", 1e50),
    ("constants.A", 1e-300),
    ("constants.A", 1e150),
    ("constants.B", 10**400),
    ("constants.alpha", -0.3),
    ("constants.beta", 300),
    ("constants.R_D", 15.0),
    ("about", None),
    ("about.id", "besiroglu-2024"),
    ("about.id", "../../secrets"),
    ("about.id", "own"),
    ("about.id", None),
    ("about.counts", "all"),
    ("about.name", 5),
    ("about.source", "x" * 5000),
    ("about.domain", {}),
    ("about.domain", {"params": [1e6, 1e9]}),
    ("about.domain.flops", [0, 0]),
    ("about.domain.flops", [-1, 0]),
    ("about.domain.params", [1e9, 1e6]),
    ("about.domain.params", [1e9]),
    ("about.domain.params", [1e6, 1e9, 1e12]),
    ("about.domain.tokens", [1e9, 1e300]),
    ("about.domain.tokens", ["1e9", "1e10"]),
    ("about.doubts", {}),
    ("about.doubts", [WHY] * 100_000),
    ("about.doubts", [["scenario.nothing", {}]]),
    ("about.doubts", [["fitting.no_folder", {}]]),
    ("about.doubts", [["fitting.sum_rows", {"used": 1, "read": 1}]]),
    ("about.doubts", [["not_identified", {}]]),
    ("about.doubts", [["fitting.why_profile", {}]]),
    ("about.doubts", [["fitting.why_profile", {**WHY[1], "more": 1}]]),
    ("about.doubts", [["fitting.why_profile", {**WHY[1], "low": ["colour", 1]}]]),
    ("about.doubts", [["fitting.why_profile", {**WHY[1], "low": None}]]),
    ("about.doubts", [["fitting.not_identified"]]),
    ("about.doubts", [5]),
    ("draws", 5),
    ("draws", {}),
    ("draws.constants", {"E": [1.8]}),
    ("draws.constants.E", []),
    ("draws.constants.E", [1.8]),
    ("draws.constants.A", "first -1"),
    ("draws.constants.A", "first 0"),
    ("draws.constants.E", "first 1e50"),
    ("draws.constants.alpha", "first 80"),
    ("draws.constants.alpha", "first -9"),
    ("draws.constants.B", "first true"),
    ("draws.widening", {"loss": 1e200}),
    ("draws.widening", {"loss": -1}),
    ("draws.widening", {"colour": 1}),
    ("draws.flops", 0),
    ("draws.flops", None),
    ("version", True),
    ("version", "1"),
    ("version", 1.0),
    ("version", 0),
    ("version", None),
]


@pytest.mark.parametrize(("part", "value"), DAMAGE, ids=lambda each: str(each)[:40])
def test_a_damaged_part_is_named(told: str, part: str, value: object, tmp_path) -> None:
    found = json.loads(told)
    *way, last = part.split(".")
    inner = found
    for name in way:
        inner = inner[name]
    if isinstance(value, str) and value.startswith("first "):
        inner[last][0] = json.loads(value.removeprefix("first "))
    else:
        inner[last] = value
    file = tmp_path / "law.json"
    file.write_text(json.dumps(found))
    for lang, damaged in (("en", "is damaged"), ("es", "está dañado")):
        with pytest.raises(cw.ChinchillaError, match=damaged) as caught:
            cw.load_law(file, lang)
        assert caught.value.code == "fitting.no_law"
        # A family that its constants do not fit is told by the constants.
        assert last in str(caught.value) or part == "family" or way[-1:] == ["constants"]


def test_a_version_that_is_missing_or_to_come(told: str, tmp_path) -> None:
    found = json.loads(told)
    file = tmp_path / "law.json"
    file.write_text(json.dumps({**found, "version": 2}))
    with pytest.raises(cw.ChinchillaError, match="version 2 of the format"):
        cw.load_law(file)
    del found["version"]
    file.write_text(json.dumps(found))
    with pytest.raises(cw.ChinchillaError, match="version is not what"):
        cw.load_law(file)
    file.write_text(json.dumps({"kind": KIND}))
    with pytest.raises(cw.ChinchillaError, match="version is not what"):
        cw.load_law(file)


def test_absurd_draws_are_not_saved(tmp_path) -> None:
    found = cw.fit(chinchilla())
    drawn = found.bootstrap(100)
    drawn.constants["A"][7] = np.inf
    drawn.constants["E"][8] = np.nan
    found.save(tmp_path / "law.json")
    assert len(cw.load_law(tmp_path / "law.json").draws) == 98


@pytest.mark.parametrize("again", [lambda each: pickle.loads(pickle.dumps(each)), copy.deepcopy])
def test_a_fit_that_was_used_can_be_sent_and_copied(again) -> None:
    found = cw.fit(chinchilla())
    found.bootstrap(100)
    plan = cw.plan("$1M", law=found)
    other = again(found)
    assert other.law.constants == found.law.constants
    assert other.interval("params", 1e22) == found.interval("params", 1e22)
    assert again(plan).interval("params") == plan.interval("params")
    assert again(found.law).draws.constants["E"].tolist() == found.draws.constants["E"].tolist()


def test_reports_are_written_by_the_same_hand(tmp_path: Path) -> None:
    plan = cw.plan("$1M")
    os.mkfifo(tmp_path / "plan.json")
    for path, code in (
        (tmp_path / "plan.json", "no_file"),
        (tmp_path / "nowhere" / "plan.json", "no_folder"),
        ("", "no_name"),
        (None, "no_path"),
    ):
        with pytest.raises(cw.ChinchillaError) as caught:
            plan.report(path, force=True)
        assert caught.value.code == f"files.{code}"
    plan.report(tmp_path / f"{'x' * 250}.json")
