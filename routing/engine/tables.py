"""One table of a law file, read firmly: every key is asked for by name, and one nobody asked for is an error."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from routing.engine.errors import RulebookError, nearest
from routing.engine.expressions import Expression, ExpressionError, names_in, parse
from routing.engine.facts import Text
from routing.engine.names import Period

Word = TypeVar("Word", bound=StrEnum)
Kind = TypeVar("Kind")
_REQUIRED: Any = object()


class Table:
    """A TOML table together with its address. Getters raise RulebookError naming file, entry and key."""

    def __init__(self, file: str, entry: str, content: Any) -> None:
        self.file = file
        self.entry = entry
        if not isinstance(content, dict):
            raise self.error("must be a table")
        self._content: dict[str, Any] = content
        self._read: set[str] = set()

    def error(self, message: str) -> RulebookError:
        return RulebookError(self.file, self.entry, message)

    def has(self, key: str) -> bool:
        return key in self._content

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def get(self, key: str, kind: type[Kind], default: Any = _REQUIRED) -> Kind:
        """The value of ``key``, which must be of ``kind``; without a default the key must be there."""
        self._read.add(key)
        if key not in self._content:
            if default is _REQUIRED:
                raise self.error(f"{key} is missing")
            found: Kind = default
            return found
        value = self._content[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(f"{key} must be {_KINDS.get(kind, kind.__name__)}, found {value!r}")
        return value

    def strings(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        values = self.get(key, list, default)
        if not all(isinstance(value, str) for value in values):
            raise self.error(f"{key} must be a list of strings")
        return tuple(values)

    def word(self, key: str, words: type[Word], default: Any = _REQUIRED) -> Word:
        value = self.get(key, str, default)
        return words(self.known(key, value, [word.value for word in words]))

    def known(self, key: str, name: str, names: Collection[str]) -> str:
        """``name`` itself, where it is one of ``names``."""
        if name not in names:
            close = nearest(name, names)
            raise self.error(f"{key}: no such name {name!r}" + (f"; did you mean {close!r}?" if close else ""))
        return name

    def all_known(self, key: str, names: Collection[str], default: Any = _REQUIRED) -> tuple[str, ...]:
        return tuple(self.known(key, value, names) for value in self.strings(key, default))

    def table(self, key: str, default: Any = _REQUIRED) -> Table:
        return Table(self.file, f"{self.entry}.{key}" if self.entry else key, self.get(key, dict, default))

    def tables(self, key: str) -> list[Table]:
        """The entries of an array of tables, each addressed by its id or its place."""
        entries = self.get(key, list, [])
        return [
            Table(self.file, f"{key} {_label(entry, place)}", entry) for place, entry in enumerate(entries, start=1)
        ]

    def children(self) -> list[tuple[str, Table]]:
        """Every key as a table of its own, in the order of the file."""
        return [(key, self.table(key)) for key in self._content]

    def text(self, key: str) -> Text:
        table = self.table(key)
        text = table.own_text()
        table.close()
        return text

    def optional_text(self, key: str) -> Text | None:
        return self.text(key) if self.has(key) else None

    def own_text(self) -> Text:
        """The table itself as words; both languages must be there and say something."""
        for lang in ("zh", "en"):
            if not self.get(lang, str, "").strip():
                raise self.error(f"the translation {lang!r} is missing")
        return Text(self.get("zh", str), self.get("en", str), self.get("en_one", str, None))

    def condition(self, key: str, names: Collection[str], default: Expression | None = None) -> Expression:
        """The expression under ``key``; every name in it must be one of ``names``."""
        if default is not None and not self.has(key):
            self._read.add(key)
            return default
        try:
            expression = parse(self.get(key, str))
        except ExpressionError as problem:
            raise self.error(f"{key}: {problem}") from None
        for name in names_in(expression):
            self.known(key, name, names)
        return expression

    def conditions(self, key: str, names: Collection[str]) -> Mapping[str, Expression]:
        """A table of expressions, each under its own key."""
        table = self.table(key, {})
        return {name: table.condition(name, names) for name in table}

    def truths(self, key: str, names: Collection[str]) -> Mapping[str, bool]:
        table = self.table(key, {})
        return {table.known(key, name, names): table.get(name, bool) for name in table}

    def day(self, key: str, default: Any = _REQUIRED) -> date:
        value = self.get(key, date, default)
        if value is not None and type(value) is not date:
            raise self.error(f"{key} must be a day, found {value!r}")
        return value

    def period(self, *, start: date | None = None) -> Period:
        """``from`` and ``until``, both inside. ``start`` stands in where ``from`` is left out."""
        period = Period(self.day("from", _REQUIRED if start is None else start), self.day("until", None))
        if period.until is not None and period.until < period.start:
            raise self.error("ends before it begins")
        return period

    def close(self) -> None:
        """Refuse what nobody has asked for: a key that is read by nothing is a slip of the pen."""
        for key in self._content:
            if key not in self._read:
                close = nearest(key, self._read)
                raise self.error(f"no such key {key!r}" + (f"; did you mean {close!r}?" if close else ""))


_KINDS: dict[type, str] = {
    str: "a string",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
    date: "a date",
}


def _label(entry: Any, place: int) -> str:
    """``M01``, or the number of an act, or the place in the file."""
    if isinstance(entry, dict):
        return str(entry.get("id") or entry.get("number") or place)
    return str(place)
