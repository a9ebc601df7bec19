"""What a page must never do: ask another machine for something, or complain on the console."""

import re
from collections import Counter
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext

# JupyterLab's own, seen with a notebook that holds no widget at all. Each by the text it has.
LAB_NOISE = (
    # A kernel that goes while it is asked who it is.
    "Canceled future for kernel_info_request message before replies were done",
)


class Watch:
    """Everything a browser context asked for or complained about."""

    def __init__(self, context: BrowserContext, allowed: tuple[str, ...] = ()) -> None:
        self.allowed = [re.compile(pattern) for pattern in allowed]
        self.outside: list[str] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self._ask(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._ask(socket.url)))
        context.on(
            "console", lambda line: self._complain(line.text) if line.type == "error" else None
        )
        context.on("weberror", lambda error: self._complain(str(error.error)))

    def _ask(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in (
            "127.0.0.1",
            "localhost",
        ):
            self.outside.append(url)

    def _complain(self, text: str) -> None:
        if not any(pattern.search(text) for pattern in self.allowed):
            self.complaints.append(text)

    def check(self) -> None:
        assert not self.outside, "asked another machine:\n" + counted(self.outside)
        assert not self.complaints, "errors on the console:\n" + counted(self.complaints)


def counted(lines: list[str]) -> str:
    """A chart that goes wrong does so a hundred times a second."""
    return "\n".join(f"{times} x {line}" for line, times in Counter(lines).items())
