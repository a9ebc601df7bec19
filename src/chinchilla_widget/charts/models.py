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
    "left": {"align": "right", "dx": -6, "dy": 0, "least": 24},
    "right": {"align": "left", "dx": 6, "dy": 4, "least": 38},
    "above": {"align": "right", "dx": 14, "dy": -13, "least": 24},
}


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
        {word: model[word] for word in read if word in model} | dict(SIDES.get(model["label"], {}))
        for model in real_models()
    )
