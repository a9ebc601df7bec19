"""Real models, each with its params, tokens, training compute and source."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from chinchilla_widget.costs import training_flops


@cache
def real_models() -> tuple[dict[str, Any], ...]:
    """The models of ``data/models.toml``; ``flops`` is 6·params·tokens."""
    text = files("chinchilla_widget").joinpath("data/models.toml").read_text(encoding="utf-8")
    return tuple(
        {**model, "flops": training_flops(model["params"], model["tokens"])}
        for model in tomllib.loads(text)["models"]
    )
