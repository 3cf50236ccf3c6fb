"""Why a file is not taken, or waits for a person: codes that are kept, and the sentences they stand for."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.evidence.looks import why_not

NO_SPACE, BUSY, CROWDED = "no-space", "busy", "crowded"
DAMAGED = "damaged"
LOCKED = "locked"
CRASHED, INFECTED, UNSCANNED, UNCHECKED, MISSING = "crashed", "infected", "unscanned", "unchecked", "missing"

# What an officer found of a file that could not be checked to the end. What the look finds: complaints.evidence.looks.
REFUSED: Mapping[str, Any] = {
    "unsafe": gettext_lazy("工作人员看过，里面可能有会害到别人的东西。用手机截图或重新拍一张再传。"),
    "unreadable": gettext_lazy("工作人员看过，这个文件打不开。重新截图或换一个文件再传。"),
    "unrelated": gettext_lazy("工作人员看过，这个文件和投诉没有关系。传能说明问题的截图、照片或记录。"),
}
# Why a person has to look: said to officers.
HELD: Mapping[str, Any] = {
    CRASHED: gettext_lazy("检查了三次都没能查完。"),
    INFECTED: gettext_lazy("杀毒软件认为它有问题。"),
    UNSCANNED: gettext_lazy("文件超过杀毒软件能查的大小。"),
    LOCKED: gettext_lazy("要密码才能打开，没法检查里面。"),
    UNCHECKED: gettext_lazy("这个文件没法自动检查。"),
    MISSING: gettext_lazy("存下的文件读不出来了。"),
}


class Unacceptable(Exception):
    """A file we do not take, with a sentence that says what was found, what is allowed and what to do."""

    def __init__(self, code: str, sentence: str = "", figures: Mapping[str, Any] | None = None) -> None:
        report = {**(figures or {}), "problem": code}
        super().__init__(sentence or sentence_of(report))
        self.code, self.report = code, report

    @property
    def is_ours(self) -> bool:
        """Whether it is no fault of the file: the same may be sent again later."""
        return self.code in {NO_SPACE, BUSY, CROWDED}


def sentence_of(report: Mapping[str, Any]) -> str:
    """Why a file was not taken, in the reader's language, by the report that is kept of it."""
    code = report.get("problem", DAMAGED)
    return str(REFUSED[code]) if code in REFUSED else why_not(code, report.get("family", "image"), report)


def seen_before(report: Mapping[str, Any]) -> Unacceptable:
    """What is said at once of bytes that were refused before."""
    sentence = _("这个文件之前传过，没有收下：{why}").format(why=sentence_of(report))
    return Unacceptable(report.get("problem", DAMAGED), sentence)


def held_because(code: str) -> str:
    """Why a person has to look, in the reader's language."""
    return str(HELD[code if code in HELD else UNCHECKED])


def busy() -> str:
    """That too many hand in files just now."""
    return _("现在传文件的人多，这个没传上。过一分钟再传，别的都在。")
