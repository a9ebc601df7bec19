"""The tables of runs that the tests of fits share."""

import csv
from functools import cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[2] / "notebooks" / "runs"


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def table(name: str, *columns: str) -> dict[str, np.ndarray]:
    rows = _rows(name)
    return {column: np.array([float(row[column]) for row in rows]) for column in columns}


def chinchilla(excluded: bool = False) -> dict[str, np.ndarray]:
    """The 240 rows of Besiroglu et al. 2024, or with those they exclude all 245."""
    every = table("chinchilla-245.csv", "N", "D", "loss", "excluded")
    kept = (every.pop("excluded") == 0) | excluded
    return {name: each[kept] for name, each in every.items()}


def sardana(most_ratio: float = np.inf) -> dict[str, np.ndarray]:
    """The runs of Sardana et al. 2024 up to so many tokens per param."""
    every = table("sardana-47.csv", "N", "D", "loss")
    kept = every["D"] / every["N"] <= most_ratio * 1.001
    return {name: each[kept] for name, each in every.items()}


def from_law(law: object, count: int = 120, noise: float = 0.003, seed: int = 0) -> dict:
    """Runs a law could have had, its errors normal in log loss."""
    random = np.random.default_rng(seed)
    params, tokens = 10 ** random.uniform(7.5, 10, count), 10 ** random.uniform(9, 11.5, count)
    loss = law.loss(params, tokens) * np.exp(noise * random.normal(size=count))
    return {"N": params, "D": tokens, "loss": loss}
