"""Somebody at a screen, in their own language, who finds things by role and words, as a screen reader does, and holds
every page against the accessibility rules."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_every_page import examine

SMALL, PHONE, DESK = ({"width": 360, "height": 640}, {"width": 390, "height": 844}, {"width": 1280, "height": 900})

# How a task is done: language, screen, and whether scripts run.
RUNS = [("zh-CN", SMALL, True), ("en-GB", PHONE, True), ("zh-CN", DESK, False), ("en-GB", DESK, True)]


@dataclass
class Person:
    """Who does a task. ``language`` is zh or en; words are given in Chinese and found in the person's language."""

    page: Page
    language: str
    scripts: bool = True
    taps: int = 0

    def word(self, chinese: str) -> str:
        """The words of a page in this person's language, as the catalogue has them."""
        with translation.override("en" if self.language == "en" else "zh-hans"):
            return gettext(chinese)

    def address(self, path: str) -> str:
        return f"/en{path}" if self.language == "en" else path

    def link(self, chinese: str) -> Locator:
        return self.page.get_by_role("link", name=self.word(chinese)).first

    def button(self, chinese: str) -> Locator:
        return self.page.get_by_role("button", name=self.word(chinese)).first

    def tap(self, thing: Locator) -> None:
        thing.click()
        self.taps += 1
        self.page.wait_for_load_state()

    def tick(self, role: str, chinese: str) -> None:
        """Choose a radio or a box by its words: a tap on its tile."""
        found = self.page.get_by_role(role, name=self.word(chinese)).first  # type: ignore[arg-type]  # radio or checkbox
        tile = self.page.locator(f"label[for='{found.get_attribute('id')}'], label:has(#{found.get_attribute('id')})")
        tile.first.click()
        self.taps += 1
        expect(found).to_be_checked()

    def write(self, chinese: str, text: str) -> Locator:
        """Type into the field with that label."""
        found = self.page.get_by_role("textbox", name=self.word(chinese)).first
        found.fill(text)
        return found

    def reads(self, chinese: str) -> None:
        """These words stand on the page."""
        expect(self.page.locator("main")).to_contain_text(self.word(chinese))

    def looks(self) -> None:
        """Nothing on this page is out of reach, out of sight or wider than the screen."""
        if self.scripts:
            examine(self.page, self.page.url)

    @property
    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text().strip()

    def page_title_of_an_error(self) -> re.Pattern[str]:
        return re.compile(f"^{re.escape(self.word('错误：'))}")
