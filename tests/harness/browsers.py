"""Debian's Chromium under Playwright: one browser a run, a new context for every visitor."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # A page that names another host is caught, and nothing leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
PATIENCE_MS = 15_000
OURS = {"127.0.0.1", "localhost", ""}


def executable() -> str | None:
    """The path of Chromium: KAMENG_CHROMIUM, else the first of NAMES on the PATH."""
    named = os.environ.get("KAMENG_CHROMIUM", "")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def required() -> bool:
    """Whether a missing browser is an error (REQUIRE_BROWSERS=1)."""
    return os.environ.get("REQUIRE_BROWSERS", "") == "1"


def launch(playwright: Playwright) -> Browser:
    """Start the browser; no download is ever made."""
    return playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))


@dataclass(frozen=True)
class Look:
    """What a visitor's browser is like."""

    width: int = 1280
    height: int = 800
    dark: bool = False
    locale: str = "zh-CN"
    javascript: bool = True
    touch: bool = False


DESKTOP = Look()
PHONE = Look(width=360, height=740, touch=True)


@dataclass
class Faults:
    """What no page may do: script errors, console errors (a blocked inline style is one), requests to other hosts."""

    seen: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))
        page.on("console", lambda told: self.seen.append(f"console: {told.text}") if told.type == "error" else None)
        page.on("request", lambda request: self._check(request.url))

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and (parts.hostname or "") not in OURS:
            self.seen.append(f"foreign request: {url}")


def context(browser: Browser, base_url: str, look: Look) -> BrowserContext:
    """A new visitor: own cookies, own storage."""
    made = browser.new_context(
        base_url=base_url,
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.dark else "light",
        locale=look.locale,
        timezone_id="Asia/Shanghai",
        java_script_enabled=look.javascript,
        has_touch=look.touch,
        is_mobile=look.touch,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    made.set_default_timeout(PATIENCE_MS)
    made.grant_permissions(["clipboard-read", "clipboard-write"])
    return made


Visit = Callable[..., Page]
"""`visit(look=DESKTOP, strict=True) -> Page`; a strict page fails its test for any of `Faults`."""
