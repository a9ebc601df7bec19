"""The widget for hosts of anywidget's front-end format, such as MyST: a module and its values."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import Final

from chinchilla_widget.files import encoded, path_of, refuse_foreign, unwritten, write
from chinchilla_widget.page import state
from chinchilla_widget.plans import Plan
from chinchilla_widget.report.front_end import code, starter, style

MODULE: Final = "chinchilla-widget.mjs"
VALUES: Final = "chinchilla-widget.json"
_MODULE_MARK: Final = b"// chinchilla_widget"
_VALUES_MARK: Final = b'"generator": "chinchilla_widget"'


def export_widget(
    plan: Plan, folder: str | PathLike[str], *, force: bool = False
) -> tuple[Path, Path]:
    """Write the module and the JSON body that shows ``plan``; both paths are returned.

    Raises:
        ChinchillaError: a file is there that was not made here, or cannot be written.
    """
    lang = plan.scenario.lang
    place = path_of(folder, lang)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise unwritten(place, problem, lang) from None
    sheet = f"const style={json.dumps(style('widget'))};"
    module = "\n".join([_MODULE_MARK.decode(), code(), sheet, starter("module"), ""])
    told = {"generator": "chinchilla_widget", **state(plan)}
    values = json.dumps(told, ensure_ascii=False, allow_nan=False) + "\n"
    files = [
        (place / MODULE, _MODULE_MARK, module.encode()),
        (place / VALUES, _VALUES_MARK, encoded(values)),
    ]
    for path, mark, _ in files:
        refuse_foreign(path, mark, lang, force)
    write([(path, content) for path, _, content in files], lang)
    return files[0][0], files[1][0]
