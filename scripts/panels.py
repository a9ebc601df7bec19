"""Writes static/panels.*.json: the panels, described with altair, compiled to Vega by node."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The package need not be installed yet where its front end is being built.
sys.path.insert(0, str(ROOT / "src"))

from chinchilla_widget.charts.panels import vega_lite  # noqa: E402
from chinchilla_widget.messages import LANGUAGES  # noqa: E402


def main() -> None:
    described = json.dumps({lang: vega_lite(lang) for lang in LANGUAGES})
    done = subprocess.run(
        ["node", str(ROOT / "scripts" / "panels.mjs")],
        input=described.encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    for lang, families in json.loads(done.stdout).items():
        path = ROOT / "src" / "chinchilla_widget" / "static" / f"panels.{lang}.json"
        path.write_text(json.dumps(families, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
