"""The signals a page sets for given words, written as its source ``js/signals.ts`` does."""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path
from typing import Any

import chinchilla_widget as cw
from chinchilla_widget.charts import law_signals
from chinchilla_widget.optimum import ENDLESS

ROOT = Path(__file__).parents[2]
KINDS = {"money": 0, "flop": 1, "chip_time": 2}


def signals_of(plan: cw.Plan) -> dict[str, float]:
    """Inputs of the page's program for the question this plan answers."""
    s = plan.scenario
    given = s.words
    pinned = s.budget is None or s.tokens is not None
    return {
        "k_budget": 1.0 if s.budget is None else s.budget.amount,
        "k_budget_kind": 0 if s.budget is None else KINDS[s.budget.kind],
        "k_peak_flops": s.peak_flops,
        "k_price_per_hour": s.price_per_hour or 0.0,
        "k_mfu": s.mfu,
        "k_goodput": s.goodput if "goodput" in given else 0.0,
        "k_chips": float(s.chips or 0),
        "k_final_share": s.final_share,
        "k_token_price": s.token_price,
        "k_unique_tokens": s.unique_tokens if math.isfinite(s.unique_tokens) else ENDLESS,
        "k_repeats": float(s.repeats),
        "k_served_tokens": s.served_tokens,
        "k_serving_mfu": s.serving_mfu if "serving_mfu" in given else 0.0,
        "k_serving_price_per_hour": s.serving_price_per_hour or 0.0,
        "k_own_params": 0.0 if pinned else s.params or 0.0,
        "k_pin_params": plan.params if pinned else 0.0,
        "k_pin_tokens": plan.tokens if pinned else 0.0,
        "k_pin_unique": plan.unique_tokens_used if pinned else 0.0,
        "k_pue": s.pue,
        "k_grid": s.grid,
        "k_tdp": float(s.accelerator.tdp_w or 0.0),
        **law_signals(s.law),
    }


def evaluate(folder: Path, task: dict[str, Any]) -> dict[str, Any]:
    """What node makes of programs, settings and panels, with the page's own code."""
    bundle = folder / "evaluate.mjs"
    subprocess.run(
        [
            str(ROOT / "node_modules/.bin/esbuild"),
            str(ROOT / "tests/js/evaluate.ts"),
            "--bundle",
            "--format=esm",
            "--platform=node",
            "--target=node20",
            "--log-level=error",
            f"--outfile={bundle}",
        ],
        check=True,
    )
    done = subprocess.run(
        ["node", str(bundle)],
        input=json.dumps(task, allow_nan=False),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
