"""Real models, each with its params, tokens, training compute and source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from chinchilla_widget.costs import training_flops

# Of a model's name, by the side of its dot it stands on: its alignment and offset, and the least
# height of a decade that keeps it off other dots.
SIDES: Mapping[str, Mapping[str, Any]] = {
    "left": {"align": "right", "dx": -6, "dy": 0, "least_decade": 24},
    "right": {"align": "left", "dx": 6, "dy": 4, "least_decade": 38},
    "above": {"align": "right", "dx": 24, "dy": -20, "least_decade": 30},
}

# Pixels of a letter at that size, in the widest of the fonts a page may have.
_LETTER, _SLIM = 6.4, 3.1
_SLIM_LETTERS = frozenset("ijltI1. ")


@cache
def real_models() -> tuple[dict[str, Any], ...]:
    """The models of ``data/models.toml``; ``flops`` is 6·params·tokens."""
    text = files("chinchilla_widget").joinpath("data/models.toml").read_text(encoding="utf-8")
    return tuple(
        {**model, "flops": training_flops(model["params"], model["tokens"])}
        for model in tomllib.loads(text)["models"]
    )


@cache
def drawn_models() -> tuple[dict[str, Any], ...]:
    """What pictures read of ``real_models``, and where their names stand."""
    read = ("name", "params", "tokens", "flops", "source", "label", "short")
    return tuple(
        {word: model[word] for word in read if word in model} | _named(model)
        for model in real_models()
    )


def _named(model: Mapping[str, Any]) -> dict[str, Any]:
    """Where a model's name stands and how wide it is, where it has one in the picture."""
    if not model["label"]:
        return {}
    name = model.get("short") or model["name"]
    wide = sum(_SLIM if letter in _SLIM_LETTERS else _LETTER for letter in name)
    return {**SIDES[model["label"]], "wide": round(wide)}
