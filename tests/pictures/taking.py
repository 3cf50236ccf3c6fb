"""Walks through the pages of a running demonstration and leaves a picture of each, in both languages and two sizes."""

import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from complaints.demo.cast import PASSWORD
from tests.browser.conftest import CHROMIUM, DESK, PHONE, QUIET
from tests.browser.story import answer_everything, choose, files, give_contact, go_on
from tests.check.respondent import SAID
from tests.pictures.table import CASES, CHEN, IN_README, PUBLIC, RESPONDENT, Shown
from tests.pictures.table import DESK as DESK_PAGES
from tests.serving import Site

# The window, how much of a long page is shown, and the width its file is brought to (px).
SIZES = {"phone": (PHONE, 2000, 390), "desk": (DESK, 1500, 900)}
LANGUAGES = {"zh": ("zh-CN", "", "星河直播"), "en": ("en-GB", "/en", "Galaxy Live")}
QUALITY = 35  # of WebP: the file of a page is some 30 KB, and its small print can be read
LOADED = """() => [...document.images].every(
  (one) => one.complete || !one.checkVisibility() || one.getBoundingClientRect().top > innerHeight,
)"""
COLOURS = 64  # of the PNG in README.md


@dataclass
class Camera:
    """Takes pages of one language. ``only`` names what is wanted, or how it begins; without it, everything is."""

    site: Site
    into: Path
    lang: str
    only: tuple[str, ...]
    titles: dict[str, str] = field(default_factory=dict)

    def wants(self, name: str) -> bool:
        return not self.only or name.startswith(self.only)

    def take(self, page: Page, name: str, title: str = "") -> None:
        """The page as it stands, in each size; what README.md shows of it too."""
        if not self.wants(name):
            return
        self.titles[name] = title or page.locator("h1").first.inner_text().strip()
        for size, (window, most, width) in SIZES.items():
            _show(page, window["width"], window["height"])
            _show(page, window["width"], min(most, page.evaluate("document.documentElement.scrollHeight")))
            picture = Image.open(io.BytesIO(page.screenshot(animations="disabled")), formats=["PNG"])
            picture.thumbnail((width, picture.height), Image.Resampling.LANCZOS)
            picture.save(self.into / f"{name}.{size}.{self.lang}.webp", quality=QUALITY, method=6)
        for each in IN_README:
            if (each.name, each.lang) == (name, self.lang):
                page.emulate_media(color_scheme="dark" if each.dark else "light")
                _show(page, *each.window)
                taken = io.BytesIO(page.screenshot(animations="disabled"))
                shown = Image.open(taken, formats=["PNG"]).convert("RGB")
                shown.thumbnail((each.width, shown.height), Image.Resampling.LANCZOS)
                shown.quantize(COLOURS).save(self.into / each.file, optimize=True)
        page.emulate_media(color_scheme="light")
        _show(page, PHONE["width"], PHONE["height"])


def _show(page: Page, width: int, height: int) -> None:
    """A window as high as what is shown: what sticks to its foot stands there, and its pictures are loaded."""
    page.set_viewport_size(ViewportSize(width=width, height=height))
    page.wait_for_function(LOADED)


def take_all(site: Site, into: Path, *, only: tuple[str, ...]) -> None:
    """Every page of the table and of the walks; the index is written only when all were taken."""
    into.mkdir(parents=True, exist_ok=True)
    titles: dict[str, str] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for lang in LANGUAGES:
            camera = Camera(site, into, lang, only)
            _take_the_table(browser, camera)
            _walk_the_check(browser, camera)
            _walk_the_form(browser, camera)
            titles = {**camera.titles, **titles} if titles else camera.titles
        browser.close()
    if not only:
        _write_the_index(into, titles)


def _take_the_table(browser: Browser, camera: Camera) -> None:
    pages = [each for each in (*PUBLIC, *CASES, *RESPONDENT, *DESK_PAGES) if camera.wants(each.name)]
    for who in dict.fromkeys(each.who for each in pages):
        with_cookies = _context(browser, camera)
        page = with_cookies.new_page()
        _sign_in(page, camera, who)
        for each in (each for each in pages if each.who == who):
            page.goto(_address(camera, each))
            if each.press:
                page.locator(each.press).last.click()
                page.wait_for_load_state()
            camera.take(page, each.name, each.title)
        with_cookies.close()


def _address(camera: Camera, shown: Shown) -> str:
    path = shown.path
    for slug, (reference, _code) in camera.site.cases.items():
        path = path.replace(f"{{{slug}}}", reference)
    return path if path.startswith("/api/") else LANGUAGES[camera.lang][1] + path


def _sign_in(page: Page, camera: Camera, who: str) -> None:
    prefix = LANGUAGES[camera.lang][1]
    if who.startswith("receipt:"):
        page.goto(f"{prefix}/track/")
        page.fill("[name=code]", camera.site.cases[who.removeprefix("receipt:")][1])
    elif who.startswith("invited:"):
        code = _invitation(page, camera.site.cases[who.removeprefix("invited:")][0])
        page.goto(f"{prefix}/r/")
        page.fill("[name=code]", code)
    elif who:
        page.goto(f"{prefix}/account/sign-in/")
        page.fill("[name=username]", who)
        page.fill("[name=password]", PASSWORD)
    else:
        return
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def _invitation(page: Page, reference: str) -> str:
    """The code an officer makes for the shop of a case; the officer has left when this returns."""
    page.goto("/account/sign-in/")
    page.fill("[name=username]", CHEN)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/admin/**")
    page.goto(f"/admin/case/{reference}/invite/merchant/")
    page.locator("main form[method=post] button[type=submit]:not([name])").first.click()
    code = page.locator("#code").inner_text()
    page.context.clear_cookies()
    return code


def _walk_the_check(browser: Browser, camera: Camera) -> None:
    """As Lin would answer; the first question also as it says that nothing was chosen."""
    if not any(camera.wants(name) or name.startswith(camera.only) for name in ("check-1", "check-result")):
        return
    context = _context(browser, camera, scripts=False)
    page = context.new_page()
    page.goto(f"{LANGUAGES[camera.lang][1]}/check/q/1/")
    number = 1
    while page.locator("[name=asked]").count():
        camera.take(page, f"check-{number}", f"The check, question {number} (P4)")
        if number == 1:
            page.locator(".dock button").first.click()
            camera.take(page, "check-errors", "The check: nothing chosen")
        choose(page, "answer", SAID[page.locator("[name=asked]").input_value()])
        page.locator(".dock button").first.click()
        page.wait_for_load_state()
        number += 1
    camera.take(page, "check-result", "The check, what it found (P5)")
    context.close()


def _walk_the_form(browser: Browser, camera: Camera) -> None:
    """The whole form; each page also as it says what is missing."""
    if camera.only and not any(name.startswith(("wizard", "done")) for name in camera.only):
        return
    prefix, platform = LANGUAGES[camera.lang][1:]
    context = _context(browser, camera)
    page = context.new_page()
    page.goto(f"{prefix}/complaint/story/")
    answer_everything(page, bought=date.today() - timedelta(days=9), platform=platform, seen=_also_empty(camera))
    with tempfile.TemporaryDirectory() as folder:
        for path in files(Path(folder)):
            page.locator("[data-script] input[type=file]").last.set_input_files(path)
            page.locator("[data-files]").get_by_text(path.name).first.wait_for()
    camera.take(page, "wizard-evidence", "The form: evidence (C19)")
    go_on(page)
    _also_empty(camera)(page, "wizard-contact")
    give_contact(page)
    go_on(page)
    _also_empty(camera)(page, "wizard-check")
    for slug, title in (("tasks", "What is left of a draft (C2)"), ("save", "Save and go on later (C22)")):
        page.goto(f"{prefix}/complaint/{slug}/")
        camera.take(page, f"wizard-{slug}", title)
    page.goto(f"{prefix}/complaint/delete/")
    camera.take(page, "wizard-delete", "Throw a draft away")
    page.goto(f"{prefix}/complaint/help-now/")
    camera.take(page, "wizard-help-now", "Somebody is in danger (C3)")
    page.goto(f"{prefix}/complaint/check/")
    choose(page, "declared")
    go_on(page)
    camera.take(page, "done", "Submitted (C23)")
    context.close()


class _also_empty:
    """Takes a page of the form; then sends it as it is, and takes what it says if it does not go on."""

    def __init__(self, camera: Camera) -> None:
        self.camera = camera

    def __call__(self, page: Page, name: str) -> None:
        self.camera.take(page, name)
        before = page.url
        go_on(page)
        if page.locator(".errsum").count():
            self.camera.take(page, f"{name}-errors")
        elif page.url != before:
            page.goto(before)


def _context(browser: Browser, camera: Camera, *, scripts: bool = True) -> BrowserContext:
    context = browser.new_context(
        viewport=ViewportSize(width=PHONE["width"], height=PHONE["height"]),
        locale=LANGUAGES[camera.lang][0],
        java_script_enabled=scripts,
        base_url=camera.site.url,
    )
    context.set_default_timeout(15_000)
    return context


def _write_the_index(into: Path, titles: dict[str, str]) -> None:
    (into / "README.md").write_text("\n".join(_index(titles)) + "\n", encoding="utf-8")


def _index(titles: dict[str, str]) -> Iterator[str]:
    yield "# Every page, on a phone and at a desk, in Chinese and English"
    yield ""
    yield "Written by `make pictures` from the demonstration: people, shops and data are invented. Long pages are cut."
    yield ""
    yield "| page | phone | desk |"
    yield "|---|---|---|"
    for name, title in titles.items():
        cells = (
            " · ".join(f"[{words}]({name}.{size}.{lang}.webp)" for lang, words in (("zh", "中文"), ("en", "English")))
            for size in SIZES
        )
        yield f"| {title} | {' | '.join(cells)} |"
