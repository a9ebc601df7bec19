"""The report as JSON: ``plan.to_dict()``, which ``Plan.from_json`` reads back."""

from __future__ import annotations

from chinchilla_widget.files import encoded
from chinchilla_widget.plans.saved import written
from chinchilla_widget.report.contents import Contents

MARK = b'"generator": "chinchilla_widget"'


def text(contents: Contents) -> bytes:
    told = contents.plan.to_dict()
    for name in ("title", "author"):
        if (given := getattr(contents, name)) is not None:
            told[name] = given
    return encoded(written(told) + "\n")
