"""Draws of the default law's constants, by the project's own Bootstrap of the runs behind it.

    python scripts/draws.py     writes src/chinchilla_widget/data/besiroglu-2024-draws.csv

4,000 resamples of the 240 rows of Besiroglu et al. 2024, of which every tenth is kept: 400 joint
draws show an 80 % interval to 3 % of its width and weigh 20 KB.
"""

from __future__ import annotations

import csv
from pathlib import Path

import chinchilla_widget as cw

ROOT = Path(__file__).resolve().parents[1]
RUNS = ROOT / "notebooks" / "runs" / "chinchilla-245.csv"
TARGET = ROOT / "src" / "chinchilla_widget" / "data" / "besiroglu-2024-draws.csv"
RESAMPLES, KEPT, SEED = 4000, 400, 42


def default_fit() -> cw.Fit:
    """The fit that the law besiroglu-2024 is."""
    with RUNS.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["excluded"] == "0"]
    columns = {name: [float(row[name]) for row in rows] for name in ("N", "D", "loss")}
    return cw.fit(columns, params="N", tokens="D", loss="loss", seed=SEED)


def text() -> str:
    """The file: what it is, and the draws."""
    fit = default_fit()
    drawn = fit.bootstrap(RESAMPLES)
    if not drawn.reached.all():
        raise SystemExit("a resample is not at its optimum")
    widening = fit.draws.widening
    lines = [
        "# source: Bootstrap of the 240 runs of Besiroglu et al. 2024 (arXiv:2404.10102), "
        f"scripts/draws.py, seed {SEED}, {KEPT} of {RESAMPLES} resamples",
        f"# largest run, FLOP: {fit.runs.flops.max():.6g}",
        f"# widening of loss: {widening['loss']:.4g}",
        f"# widening of params: {widening['params']:.4g}",
        ",".join(drawn.constants),
    ]
    columns = [each[:: RESAMPLES // KEPT] for each in drawn.constants.values()]
    # Eight digits: an exponent's last one moves N* at 1e26 FLOP by less than a millionth.
    lines += [",".join(f"{value:.8g}" for value in row) for row in zip(*columns, strict=True)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(TARGET.relative_to(ROOT))
