"""The built widget on a bare page with no kernel: a model over plain state."""

import json
import mimetypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Locator, Page

HERE = Path(__file__).parent / "host"
STATIC = Path(__file__).parents[2] / "src" / "chinchilla_widget" / "static"
FILES = {
    "/": HERE / "index.html",
    "/host.js": HERE / "host.js",
    "/widget.js": STATIC / "widget.js",
    "/widget.css": STATIC / "widget.css",
}


class Handler(BaseHTTPRequestHandler):
    """Serves exactly FILES."""

    def do_GET(self) -> None:
        file = FILES.get(self.path)
        if file is None:
            self.send_error(404)
            return
        body = file.read_bytes()
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the test's report has the requests that failed."""


@contextmanager
def running_host() -> Iterator[str]:
    missing = [file.name for file in FILES.values() if not file.is_file()]
    if missing:
        raise RuntimeError(f"{', '.join(missing)} not built yet: make build")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class WidgetPage:
    """A page with one model; `show` adds views of it. Playwright's own page is `.page`."""

    def __init__(self, page: Page, url: str, state: Mapping[str, Any]) -> None:
        self.page = page
        page.goto(url)
        page.wait_for_function("() => window.hosted")
        # Through JSON, as traits travel: what JSON cannot carry must not work here either.
        page.evaluate("text => { window.model = new Model(JSON.parse(text)); }", json.dumps(state))

    def show(self) -> Locator:
        """Render a view of the model, as one more cell showing the same widget does."""
        number = self.page.evaluate("() => show(model)")
        return self.page.locator(f"[data-view='{number}']")

    def hide(self, view: Locator) -> None:
        self.page.evaluate("number => hide(number)", view.get_attribute("data-view"))

    def get(self, name: str) -> Any:
        return self.page.evaluate("name => model.get(name)", name)

    def receive(self, **values: Any) -> None:
        """Python sets these traits, in one message."""
        self.page.evaluate("text => model.receive(JSON.parse(text))", json.dumps(values))

    @property
    def saved(self) -> list[dict[str, Any]]:
        """What Python was told, message by message."""
        return list(self.page.evaluate("() => model.saved"))

    @property
    def listening(self) -> int:
        """Listeners on the model."""
        return int(self.page.evaluate("() => model.listening"))
