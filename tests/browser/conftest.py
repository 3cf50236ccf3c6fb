"""A real Chromium (Debian's) on a real server. Any console error, page error or foreign request fails the journey."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright
from pytest_django.live_server_helper import LiveServer

# Playwright's synchronous API runs an event loop in this thread; the ORM calls of the tests beside it are synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PICTURES = os.environ.get("PICTURES")  # a folder to leave screenshots in

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A database in a file: in memory the server's threads would share one connection with the test."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "journey.sqlite3")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    assert CHROMIUM, "the browser lane needs Chromium"
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    yield browser
    browser.close()


ANSWERS = ("status of 422", "ERR_INTERNET_DISCONNECTED")


def _is_fault(said: ConsoleMessage) -> bool:
    """An error on the console; but a form shown again with its mistakes (422) is an answer, not a fault, and so is what
    a browser says while a test has taken its line away."""
    return said.type == "error" and not any(answer in said.text for answer in ANSWERS)


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer) -> Iterator[Open]:
    """``open_page("/", size=PHONE, lang="zh-CN", scripts=True)``: a page that complains of every error it meets."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_(
        path: str,
        *,
        size: dict[str, int] = PHONE,
        lang: str = "zh-CN",
        scripts: bool = True,
        dark: bool = False,
        workers: bool = True,
    ) -> Page:
        context = chromium.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale=lang,
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            service_workers="allow" if workers else "block",
            base_url=live_server.url,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: errors.append(f"console: {said.text}") if _is_fault(said) else None)
        page.on("pageerror", lambda error: errors.append(f"page: {error}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((live_server.url, "data:", "blob:"))
                else errors.append(f"foreign request: {request.url}")
            ),
        )
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Leave a screenshot where PICTURES says; without it, nothing."""

    def take(page: Page, name: str) -> None:
        if PICTURES:
            folder = Path(PICTURES)
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}.png", full_page=True)

    return take
