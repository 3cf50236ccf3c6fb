"""Joined files: a first visit on a bad line asks for one sheet and one script of its room, not for a dozen.

The sources stay apart in ``static/css`` and ``static/js``; templates name a whole: ``{% static "joined/site.css" %}``.
Being a finder it works wherever static files do: collectstatic, the demonstration (it serves what finders find), tests.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import rcssmin
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# What is served → its sources, in order. A page takes site.css and site.js, and at most one more of each.
JOINED = {
    "joined/site.css": ("css/tokens.css", "css/base.css", "css/layout.css", "css/components.css", "css/print.css"),
    "joined/form.css": (
        *("css/wizard.css", "css/upload.css", "css/evidence.css"),
        *("css/contact.css", "css/hints.css", "css/ordertable.css", "css/moments.css"),
    ),
    "joined/check.css": ("css/wizard.css", "css/decision.css", "css/check.css"),
    "joined/case.css": (
        *("css/decision.css", "css/days.css", "css/channels.css"),
        *("css/evidence.css", "css/contact.css", "css/hints.css", "css/ordertable.css", "css/moments.css"),
    ),
    "joined/site.js": ("js/page.js", "js/offline.js"),
    "joined/form.js": (
        "js/wizard-unsent.js",
        "js/wizard-form.js",
        "js/wizard-autosave.js",
        "js/wizard-story.js",
        "js/reading-wait.js",
    ),
    "joined/done.js": ("js/wizard-unsent.js", "js/wizard-done.js", "js/copy.js"),
    "joined/upload.js": (
        *("js/evidence-limit.js", "js/evidence-parts.js", "js/evidence-pace.js", "js/evidence-row.js"),
        *("js/evidence-live.js", "js/evidence-enter.js", "js/evidence-shows.js", "js/evidence-drop.js"),
        *("js/evidence-wait.js", "js/reading-wait.js"),
    ),
    "joined/check.js": ("js/check.js", "js/copy.js"),
    "joined/mask.js": ("js/mask-rows.js", "js/mask-board.js", "js/mask.js"),
    "joined/reading.js": ("js/copy.js", "js/fold-memory.js"),
}
ON_PAPER = frozenset({"css/print.css"})

SOURCES = Path(settings.BASE_DIR) / "static"
IMPORT = re.compile(r'^import \{[^}]*\} from "\./[\w-]+\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?(?:const|function|class) (\w+))", re.MULTILINE)


class JoinedFiles(BaseFinder):
    """Finds what JOINED names; each file is written anew under DATA_DIR when a source has changed."""

    def __init__(self, app_names: object = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=Path(settings.DATA_DIR) / "static-joined")
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The place of one joined file on disk; nothing for every other name."""
        found = [self._written(path)] if path in JOINED else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for path in JOINED:
            self._written(path)
            yield path, self.storage

    def _written(self, path: str) -> str:
        """Written only when it differs (collectstatic goes by time), and whole: another process may be reading."""
        place = Path(self.storage.path(path))
        text = joined(path)
        if not place.exists() or place.read_text(encoding="utf-8") != text:
            place.parent.mkdir(parents=True, exist_ok=True)
            fresh = place.with_name(f"{place.name}.{id(self)}")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(place)
        return str(place)


def joined(path: str) -> str:
    """The text of a joined file: sheets without comments and blanks, scripts each in a scope of its own."""
    make = _sheet if path.endswith(".css") else _script
    return "\n".join(make(source, (SOURCES / source).read_text(encoding="utf-8")) for source in JOINED[path])


def _sheet(source: str, text: str) -> str:
    small = str(rcssmin.cssmin(text))
    return f"@media print{{{small}}}" if source in ON_PAPER else small


def _script(source: str, text: str) -> str:
    """One module of several: what a module exports is a name of the whole, everything else stays inside it.

    It reads the plain forms of static/js only: ``import { a } from "./b.js";``, ``export const|function|class a``.
    """
    names = ", ".join(name for _declaration, name in EXPORT.findall(text))
    inside = EXPORT.sub(r"\1", IMPORT.sub("", text))
    return f"const {{ {names} }} = (() => {{\n{inside}\nreturn {{ {names} }};\n}})();" if names else f"{{\n{inside}}}"
