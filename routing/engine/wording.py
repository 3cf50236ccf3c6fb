"""Phrases and citations in one language, out of the law's own files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from routing.engine.facts import Language
from routing.engine.loading_rules import instrument_of
from routing.engine.rulebook import Instrument, Rulebook
from routing.engine.vocabulary import BINDING

_PARTS: Final = re.compile(r"([0-9]+)(?:\(([0-9]+)\))?(?:\(([0-9]+)\))?")
_DIGITS: Final = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as a reader sees it; ``code`` is as law.md writes it, ``gist`` our own one line on what it says."""

    code: str
    text: str
    level: str
    gist: str | None

    @property
    def is_binding(self) -> bool:
        """Whether it can create or settle civil liability (L1 to L3)."""
        return self.level in BINDING


class Wording:
    """The words of a rulebook in one language."""

    def __init__(self, rulebook: Rulebook, lang: Language) -> None:
        self.rulebook = rulebook
        self.lang: Language = lang

    def has(self, path: str) -> bool:
        return path in self.rulebook.words

    def say(self, path: str, count: int | None = None, /, **names: object) -> str:
        """The phrase under ``path`` with its placeholders filled; English tells one from many by ``count``."""
        text = self.rulebook.words[path]
        phrase = text.in_(self.lang)
        if self.lang == "en" and count == 1 and text.en_one is not None:
            phrase = text.en_one
        return phrase.format_map({"n": count, **names})

    def party(self, party: str) -> str:
        """The short name, for use inside a sentence."""
        return self.say(f"party.{party}.short")

    def all_of(self, names: Sequence[str]) -> str:
        """``a、b和c``, ``the a, b and c``: names joined as the language joins them."""
        if len(names) < 2:
            return "".join(names)
        comma = "、" if self.lang == "zh" else ", "
        return self.say("effect.list", party=comma.join(names[:-1]), other=names[-1])

    def cited(self, code: str) -> Cited | None:
        """The citation in words; None where this rulebook does not know the instrument."""
        instrument = self.rulebook.instruments.get(instrument_of(code))
        if instrument is None:
            return None
        article = code.rpartition(" ")[2]
        gist = instrument.gists.get(article)
        said = None if gist is None else gist.in_(self.lang)
        return Cited(code, self._cite(instrument, article), instrument.level.value, said)

    def cites(self, codes: Sequence[str], unverified: Sequence[str] = ()) -> tuple[Cited, ...]:
        """The citations that a consumer may see: what has not been compared with the official text is left out."""
        marked = (code for code in codes if any(mark == code or mark.startswith(f"{code} ") for mark in unverified))
        hidden = {*marked, *(code for code in codes if self.is_unchecked(code))}
        return tuple(cited for code in codes if code not in hidden and (cited := self.cited(code)) is not None)

    def is_unchecked(self, code: str) -> bool:
        """Whether the cited article still waits for somebody to read it on the official page (law.md 10, D26)."""
        instrument = self.rulebook.instruments.get(instrument_of(code))
        number = code.rpartition(" ")[2].partition("(")[0]
        return instrument is not None and number in instrument.unchecked

    def _cite(self, instrument: Instrument, article: str) -> str:
        match = _PARTS.fullmatch(article)
        name = instrument.short.in_(self.lang)
        if match is None:
            return f"《{name}》{article}" if self.lang == "zh" else f"{name}, {article}"
        number, first, second = match.groups()
        if self.lang == "en":
            return f"{name}, {'point' if instrument.unit == 'point' else 'Art'} {article}"
        if instrument.unit == "point":
            return f"《{name}》第（{_in_words(int(number))}）项"
        paragraph, item = (None, first) if number in instrument.listed else (first, second)
        return (
            f"《{name}》第{number}条"
            + (f"第{paragraph}款" if paragraph else "")
            + (f"第（{_in_words(int(item))}）项" if item else "")
        )


def _in_words(number: int) -> str:
    """1 to 99 in Chinese numerals, as items of an article are numbered."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")
