"""Make the app's icons from static/img/favicon.svg: ``python -m tests.browser.icons``; the pictures are committed."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET

IMAGES = Path(__file__).resolve().parents[2] / "static" / "img"
SIZES = (192, 512)


def make() -> None:
    """One PNG for each size. The corners are filled: phones cut them as they like."""
    drawing = (IMAGES / "favicon.svg").read_text().replace('rx="7"', 'rx="0"')
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for size in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>*{{margin:0}} svg{{display:block;width:{size}px}}</style>{drawing}")
            page.screenshot(path=IMAGES / f"app-{size}.png")
        browser.close()


if __name__ == "__main__":
    make()
