"""A fit's pictures: drawn, with the fit's own numbers in them."""

import re

import numpy as np
import pytest
import vl_convert

import chinchilla_widget as cw
from unit.runs_for_fits import chinchilla, sardana


@pytest.fixture(scope="module")
def fit() -> cw.Fit:
    return cw.fit(chinchilla())


def test_four_panels_with_the_fits_numbers(fit: cw.Fit) -> None:
    spec = fit.chart().to_dict()
    runs, errors, frontier, backtest = spec["concat"]
    points = runs["layer"][0]["data"]["values"]
    assert len(points) == 240
    assert points[0]["loss"] == fit.runs.loss[0]
    missed = [row["error"] for row in errors["layer"][1]["data"]["values"]]
    assert missed == pytest.approx(100 * np.expm1(fit.errors))
    band = frontier["layer"][0]["data"]["values"][-1]
    assert (band["low"], band["high"]) == fit.interval("params", band["flops"])
    plain = frontier["layer"][1]["data"]["values"][-1]
    assert band["low"] < plain["low"] < plain["high"] < band["high"]
    assert len(backtest["layer"][1]["data"]["values"]) == min(2000, fit.backtest().measured.size)


def test_it_draws(fit: cw.Fit) -> None:
    svg = vl_convert.vegalite_to_svg(fit.chart().to_json())
    assert svg.count("<path") > 240
    assert "The best size" in svg
    spanish = vl_convert.vegalite_to_svg(cw.fit(sardana(), lang="es").chart().to_json())
    assert "El mejor tamaño" in spanish
    assert not re.search(r">\d+\.\d+<", spanish), "a label with a decimal point"
    assert re.search(r">\d,\d<", spanish)
