"""Pictures of the widget: the one in the README, and a contact sheet of every screen.

python scripts/looks.py            # docs/widget.png, the README's picture
python scripts/looks.py --sheet    # build/looks/: every width, theme and language, and sheet.png
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import chinchilla_widget as cw  # noqa: E402
from browser.conftest import FLAGS, chromium  # noqa: E402
from browser.host import WidgetPage, running_host  # noqa: E402

WIDTHS = (420, 760, 968, 1080)
MARGIN = 24
SHARE = 0.45  # of their size, on the contact sheet
BACKGROUNDS = {"light": "#ffffff", "dark": "#111418"}


def state(lang: str, **words: Any) -> dict[str, Any]:
    """A planner's traits, as they travel to a page."""
    planner = cw.Planner("$1M", chips=512, lang=lang, **words)
    traits = {k: v for k, v in planner.get_state().items() if not k.startswith("_")}
    planner.close()
    return {k: v for k, v in traits.items() if k not in ("layout", "tabbable", "tooltip")}


@contextmanager
def studio() -> Iterator[tuple[Browser, str]]:
    with sync_playwright() as playwright, running_host() as url:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser, url
        browser.close()


def picture(
    browser: Browser, url: str, path: Path, *, width: int, theme: str, lang: str, scale: float
) -> None:
    """One screenshot of the widget at a width, on its theme's ground."""
    context = browser.new_context(
        viewport={"width": width + 2 * MARGIN, "height": 200},
        device_scale_factor=scale,
        color_scheme="dark" if theme == "dark" else "light",
        forced_colors="active" if theme == "contrast" else "none",
    )
    page = WidgetPage(context.new_page(), url, state(lang))
    ground = BACKGROUNDS.get(theme)
    page.page.add_style_tag(
        content=f"body {{ margin: {MARGIN}px; {f'background: {ground};' if ground else ''} }}"
    )
    view = page.show()
    view.locator(".cw-picture svg").nth(2).wait_for()
    page.page.wait_for_timeout(400)
    page.page.screenshot(path=path, full_page=True)
    context.close()


def sheet(browser: Browser, url: str, folder: Path) -> Path:
    """Every screen, and all of them side by side on one page."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = ""
    for theme in ("light", "dark", "contrast"):
        for lang in ("en", "es"):
            figures = []
            for width in WIDTHS:
                name = f"{lang}-{theme}-{width}.png"
                picture(browser, url, folder / name, width=width, theme=theme, lang=lang, scale=1)
                shown = round((width + 2 * MARGIN) * SHARE)
                image = f'<img src="{name}" width="{shown}">'
                figures.append(f"<figure>{image}<figcaption>{name}</figcaption></figure>")
            # The two wide ones, one above the other, are as high as the narrow one.
            rows += f"<div>{''.join(figures[:2])}<div>{''.join(figures[2:])}</div></div>"
    style = (
        "body{display:grid;grid-template-columns:repeat(2,max-content);gap:24px;margin:12px;"
        "width:max-content;font:12px sans-serif;background:#999}"
        "body>div{display:flex;gap:12px;align-items:start}figure{margin:0 0 12px}"
    )
    index = folder / "index.html"
    index.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{rows}")
    page = browser.new_page(viewport={"width": 2220, "height": 900})
    page.goto(index.as_uri())
    page.screenshot(path=folder / "sheet.png", full_page=True)
    return folder / "sheet.png"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sheet", action="store_true")
    wanted = arguments.parse_args()
    with studio() as (browser, url):
        if wanted.sheet:
            print(sheet(browser, url, ROOT / "build" / "looks"))
        else:
            path = ROOT / "docs" / "widget.png"
            picture(browser, url, path, width=1080, theme="light", lang="en", scale=1.5)
            print(path)


if __name__ == "__main__":
    main()
