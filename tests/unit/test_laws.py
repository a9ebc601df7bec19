"""Laws as objects: what each says of itself, and that its closed forms agree with its surface."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import chinchilla_widget as cw
from chinchilla_widget.laws import FrontierLaw, ParametricLaw, find_law

PARAMETRIC = [law for law in cw.LAWS.values() if isinstance(law, ParametricLaw)]
FRONTIER = [law for law in cw.LAWS.values() if isinstance(law, FrontierLaw)]


def named(law: Any) -> str:
    return str(law.id)


@pytest.mark.parametrize("law", cw.LAWS.values(), ids=named)
def test_a_law_says_what_it_is(law: Any) -> None:
    assert cw.LAWS[law.id] is law
    assert law.counts in (
        "total",
        "non-embedding",
        "excluding-input-embedding",
        "flop-per-token",
    )
    assert "arXiv" in law.source or "20" in law.source
    assert all(low < high for low, high in law.domain.values())
    assert all(math.isfinite(value) for value in law.constants.values())


@pytest.mark.parametrize("law", PARAMETRIC, ids=named)
@pytest.mark.parametrize("flops", [1e18, 5.76e23, 1e28])
def test_the_closed_form_is_the_lowest_point_of_the_surface(law: Any, flops: float) -> None:
    params, tokens = law.optimum(flops)
    assert 6 * params * tokens == pytest.approx(flops, rel=1e-14)
    loss = law.loss(params, tokens)
    assert law.optimal_loss(flops) == pytest.approx(loss, rel=1e-14)
    for factor in (0.99, 1.01):
        assert law.loss(params * factor, tokens / factor) > loss


@pytest.mark.parametrize("law", PARAMETRIC, ids=named)
def test_the_same_line_runs_on_arrays(law: Any) -> None:
    flops = np.geomspace(1e18, 1e27, 5)
    params, tokens = law.optimum(flops)
    for i, each in enumerate(flops):
        assert (params[i], tokens[i]) == pytest.approx(law.optimum(float(each)), rel=1e-15)
    assert law.loss(params, tokens).shape == (5,)


@pytest.mark.parametrize("law", FRONTIER, ids=named)
def test_a_frontier_law_has_no_surface_and_says_so(law: Any) -> None:
    with pytest.raises(cw.ChinchillaError, match="no loss for other sizes"):
        law.loss(1e9, 2e10)


def test_a_missing_one_of_size_and_tokens_is_a_sixth_of_the_compute_over_the_other() -> None:
    for name in ("hoffmann-2022-approach-1", "llama-3-2024"):
        params, tokens = cw.LAWS[name].optimum(1e23)
        assert 6 * params * tokens == pytest.approx(1e23)


def test_a_law_counts_something_that_has_a_name(tmp_path: Path) -> None:
    law = replace(cw.LAWS["besiroglu-2024"], about=cw.laws.About(counts="evil"))
    with pytest.raises(cw.ChinchillaError, match="as “evil”: the known ways are total"):
        cw.plan("$1M", law=law)
    fit = cw.fit(Path(__file__).parents[2] / "notebooks" / "runs" / "sardana-47.csv")
    fit.bootstrap(20)
    fit.save(path := tmp_path / "law.json")
    told = json.loads(path.read_text(encoding="utf-8"))
    told["about"]["counts"] = "evil"
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(cw.ChinchillaError, match="counts"):
        cw.load_law(path)


def test_a_law_is_found_by_its_name_by_itself_and_in_a_fit() -> None:
    law = cw.LAWS["porian-2024"]
    assert find_law(" Porian-2024 ") is law
    assert find_law("Porian  2024") is law
    assert find_law("20 tokens por parámetro") is cw.LAWS["chinchilla-20-to-1"]
    assert find_law(law) is law
    assert find_law(SimpleNamespace(law=law)) is law
    with pytest.raises(cw.ChinchillaError, match="Did you mean"):
        find_law("besiroglu")
    with pytest.raises(cw.ChinchillaError, match="int"):
        find_law(7)
