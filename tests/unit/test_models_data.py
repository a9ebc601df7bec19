"""``data/models.toml``: real models, with the sizes and token counts of their papers."""

import csv
import tomllib
from pathlib import Path
from typing import Any

import pytest

# In the table of real runs, and no point on the frontier: only some of their params work on a
# token, they are pruned and distilled, their sources disagree, a later release of the same run
# (Llama 3.1) or no plain count of params.
LEFT_OUT = {
    "Llama 3.1 8B",
    "Llama 3.1 70B",
    "Llama 3.2 1B",
    "Llama 4 Scout (17B active)",
    "Llama 4 Maverick (17B active)",
    "DeepSeek-V3 pretrain (37B active)",
    "DeepSeek-V3 full",
    "Falcon-180B",
    "nanochat d24 speedrun",
}
RENAMED = {"MPT-30B (H100)": "MPT-30B", "GPT-2 124M llm.c": "GPT-2 124M (llm.c)"}


@pytest.fixture(scope="module")
def models(root: Path) -> dict[str, dict[str, Any]]:
    path = root / "src" / "chinchilla_widget" / "data" / "models.toml"
    listed = tomllib.loads(path.read_text(encoding="utf-8"))["models"]
    assert len({model["name"] for model in listed}) == len(listed)
    return {model["name"]: model for model in listed}


def test_every_model_is_complete(models: dict[str, dict[str, Any]]) -> None:
    assert len(models) >= 18
    for name, model in models.items():
        required = {"name", "params", "tokens", "year", "source", "label"}
        assert set(model) - {"note", "unique_tokens", "short"} == required, name
        assert 1e8 < model["params"] < 1e12
        assert 1e9 < model["tokens"] < 1e14
        assert 2018 < model["year"] < 2030
        assert model["source"]
        assert model["label"] in ("left", "right", "above", "")
        assert model.get("unique_tokens", 0) < model["tokens"]


def test_chinchilla(models: dict[str, dict[str, Any]]) -> None:
    assert models["Chinchilla 70B"]["params"] == 70e9
    assert models["Chinchilla 70B"]["tokens"] == 1.4e12


def test_it_agrees_with_the_table_of_real_runs(
    root: Path, models: dict[str, dict[str, Any]]
) -> None:
    path = root.parent / "shared" / "data" / "real_runs.csv"
    if not path.exists():
        pytest.skip("the table of real runs is not beside this checkout")
    with path.open(encoding="utf-8", newline="") as lines:
        runs = {RENAMED.get(row["model"], row["model"]): row for row in csv.DictReader(lines)}
    assert set(models) - set(runs) == {"Chinchilla 70B"}
    assert set(runs) - set(models) == LEFT_OUT
    for name in set(models) & set(runs):
        model, run = models[name], runs[name]
        assert model["params"] == float(run["params_active"]), name
        assert model["tokens"] == float(run["train_tokens"]), name
        assert str(model["year"]) == run["year"], name
        flops = 6 * model["params"] * model["tokens"]
        assert flops == pytest.approx(float(run["C_6ND"]), rel=1e-3), name
