"""Finding cases by what is said in them: any piece of a word, of one character or of forty, in any language.

A case is found by a text if every word typed (words are what spaces part) is

- a piece of its story, goods, room or of a party's name; or
- the end of its order number, or all of it, from four characters; or
- how its number begins or ends, with or without the date, however it is typed, from four characters.

Width and case of letters do not matter (NFKC, case-folded); traditional characters stay what they are. The database is
led by pairs of characters and by single ones (``grams``), of which every case that can be meant has all; whether the
words stand there as typed is then looked at in the text itself. So the answer is that of reading every case.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import and_, or_
from struct import unpack
from typing import Any, Final

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from complaints.models import Complaint, Respondent, SearchGap, SearchText
from complaints.references import plain_reference, tidy_reference

LONGEST: Final = 80  # characters of what is asked
LEAST: Final = 4  # characters of an order number or of a case's that mean it
BATCH: Final = 500
READ: Final = ("reference", "story", "goods", "room", "order_number")  # of a case, beside the names of its parties
# Numbers stand in the text in characters of their own, which nobody can type: a story that names a sum is not found by
# a number that ends so. Private use: each character moved there, between a sign for the begin and one for the end.
ORDER, NUMBER = 0xE000, 0xE100
BEGIN, END = "\ue200", "\ue201"
DROPPED: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})  # what is not written, and what is ours
FEW: Final = 2_000  # cases with a rare word that are named to the database outright
STATISTICS, STATISTICS_KEPT = "searching:common", 600  # seconds


class _Seen(dict[int, "str | None"]):
    """For ``str.translate``: what each character is compared as; looked up once each."""

    def __missing__(self, code: int) -> str | None:
        each = chr(code)
        seen = " " if each.isspace() else None if unicodedata.category(each) in DROPPED else each
        self[code] = seen
        return seen


_SEEN: Final = _Seen()


def normal(text: str) -> str:
    """As it is compared: one width, no case, one space between words, nothing that cannot be seen."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.translate(_SEEN).split())


def words_of(text: str) -> list[str]:
    """What is asked, word by word; nothing for what has no characters."""
    return list(dict.fromkeys(normal(text[:LONGEST]).split()))


def text_of(case: Complaint, names: Iterable[str]) -> str:
    """What a case is found by: one line a field, so that no word reaches from one into the next."""
    plain = plain_reference(case.reference)
    lines = [
        normal(case.story),
        normal(case.goods),
        normal(case.room),
        *(normal(name) for name in names),
        _moved(_bare(case.order_number), ORDER) + END if _bare(case.order_number) else "",
        f"{BEGIN}{_moved(plain, NUMBER)}{END}" if plain else "",
        f"{BEGIN}{_moved(plain[6:], NUMBER)}" if plain else "",
    ]
    return "\n".join(line for line in lines if line)


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def row_of(case: Complaint, names: Iterable[str]) -> SearchText:
    """The row of a case, not saved."""
    text = text_of(case, names)
    return SearchText(complaint_id=case.pk, text=text, grams=_column(text))


def keep(case: Complaint) -> None:
    """Let a case be found by what it says now. In the transaction of whoever files it, or changes or empties what
    ``text_of`` reads."""
    _write([row_of(case, case.respondents.order_by("pk").values_list("name", flat=True))])


def gap() -> int:
    """Cases with a smaller primary key may not be in the index; 0 if all are."""
    return SearchGap.objects.values_list("below", flat=True).first() or 0


@transaction.atomic
def begin_anew() -> int:
    """Count every case as not in the index, until ``fill_some`` has been there again. Returns the new gap."""
    last = Complaint.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    SearchGap.objects.all().delete()
    if last:
        SearchGap.objects.create(below=last + 1)
    return last + 1 if last else 0


@transaction.atomic
def fill_some(size: int = BATCH) -> int:
    """Take the newest cases of the gap into the index. Returns how many; 0 when there is no gap. May be broken off at
    any time, and two may be at it at once: each holds its cases while it reads them, in the order in which all who hold
    several take them."""
    mark = SearchGap.objects.select_for_update().first()
    if mark is None:
        return 0
    newest = Complaint.objects.filter(pk__lt=mark.below).order_by("-pk")
    pks = list(newest.values_list("pk", flat=True)[:size])
    # None is left out because somebody holds it: who holds a case need not be writing what it is found by.
    cases = list(Complaint.objects.select_for_update().filter(pk__in=pks).order_by("pk").only(*READ))
    if len(pks) < size:
        mark.delete()
    else:
        mark.below = pks[-1]
        mark.save()
    names: dict[int, list[str]] = {}
    parties = Respondent.objects.filter(complaint__in=[case.pk for case in cases]).order_by("pk")
    for pk, name in parties.values_list("complaint", "name"):
        names.setdefault(pk, []).append(name)
    _write([row_of(case, names.get(case.pk, ())) for case in cases])
    return len(cases)


def _write(rows: Iterable[SearchText]) -> None:
    """In place of what is there."""
    SearchText.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["complaint"], update_fields=["text", "grams"]
    )


def settle() -> None:
    """After many rows at once: let the database count what is common among them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(f"ANALYZE {SearchText._meta.db_table}")
            cursor.execute("RESET statement_timeout")
    cache.delete(STATISTICS)


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def found_by(text: str) -> Q:
    """The condition on cases that a text finds them. Text without a character finds none.

    While old cases are still outside the index, those are read one by one, as they are written: slow, and complete but
    for letters of another width.
    """
    words = words_of(text)
    if not words:
        return Q(pk__in=())
    asked = [[pieces_of(word) for word in words]]
    if len(words) > 1 and (number := tidy_reference(text)):
        asked.append([[f"{BEGIN}{_moved(plain_reference(number), NUMBER)}{END}"]])
    hits = Q(pk__in=_in_postgres(asked) if connection.vendor == "postgresql" else _in_sqlite(asked))
    below = gap()
    return hits | Q(pk__lt=below) & _as_written(text) if below else hits


def pieces_of(word: str) -> list[str]:
    """What a word may stand in the text as: itself, and where it can be one, the end of an order number, or the begin
    or end of a case's."""
    pieces = [word]
    if not all(each.isascii() and (each.isalnum() or each in "-_#") for each in word):
        return pieces
    if len(order := _bare(word)) >= LEAST:
        pieces.append(_moved(order, ORDER) + END)
    if len(number := plain_reference(word)) >= LEAST:
        pieces += [BEGIN + _moved(number, NUMBER), _moved(number, NUMBER) + END]
    return pieces


Asked = Sequence[Sequence[Sequence[str]]]
"""One way or another; in each all of the words; of each one piece or another."""


def _in_postgres(asked: Asked) -> Any:
    """The index leads to cases that have the pairs, and the text tells whether they stand as typed.

    What is rare is looked up at once: for the planner a word it has no figures of is not rare enough, and it would
    rather walk through every case from the newest on, in vain.
    """
    known = _common()
    found = SearchText.objects.filter(_ways(asked, known)).values_list("complaint", flat=True)
    if all(any(_is_rare(pieces, known) for pieces in words) for words in asked):
        pks = list(found[: FEW + 1])
        if len(pks) <= FEW:
            return pks
    return found


def _is_rare(pieces: Sequence[str], known: Mapping[int, float]) -> bool:
    """Whether each of these pieces has a pair that the database has no figures of."""
    return all(_numbers(piece, is_asked=True) - known.keys() for piece in pieces)


def _ways(asked: Asked, known: Mapping[int, float]) -> Q:
    ways = []
    for words in asked:
        single = [pieces[0] for pieces in words if len(pieces) == 1]
        parts = [_standing(single, known)] if single else []
        # The pairs of a number are as common as all digits, and independent indeed: all of them lead.
        parts += [reduce(or_, (_standing([piece], {}) for piece in pieces)) for pieces in words if len(pieces) > 1]
        ways.append(reduce(and_, parts))
    return reduce(or_, ways)


def _standing(pieces: Sequence[str], known: Mapping[int, float]) -> Q:
    """All of these pieces stand in the text.

    The planner takes pairs for independent of each other, which those of one word are not: three common ones together
    would pass for a rare case. So where all are common the rarest alone leads; else those that are not common do.
    """
    numbers = set[int]().union(*(_numbers(piece, is_asked=True) for piece in pieces))
    leading = sorted(numbers - known.keys()) or [min(numbers, key=lambda each: known[each])]
    there = (Q(GreaterThan(StrIndex(F("text"), Value(piece)), 0)) for piece in pieces)
    return reduce(and_, there, Q(grams__holds=_array(leading)))


def _common() -> Mapping[int, float]:
    """The most common numbers, and in what share of cases each is: what the database counted last."""
    known: Mapping[int, float] | None = cache.get(STATISTICS)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT most_common_elems::text::integer[], most_common_elem_freqs FROM pg_stats"
                " WHERE schemaname = current_schema() AND tablename = %s AND attname = 'grams'",
                [SearchText._meta.db_table],
            )
            numbers, shares = cursor.fetchone() or ((), ())
        known = dict(zip(numbers or (), shares or (), strict=False))  # behind the shares stand their limits
        cache.set(STATISTICS, known, STATISTICS_KEPT)
    return known


def _in_sqlite(asked: Asked) -> RawSQL:
    """A phrase of FTS5 is exact here: each pair overlaps the next, and a run ends with a word of its own."""
    ways = (" AND ".join(f"({' OR '.join(map(_phrase, pieces))})" for pieces in words) for words in asked)
    wanted = " OR ".join(f"({way})" for way in ways)
    return RawSQL("SELECT rowid FROM complaints_searchgrams WHERE complaints_searchgrams MATCH %s", [wanted])


def _phrase(piece: str) -> str:
    return f'"{" ".join(_pairs(piece))}"' if len(piece) > 1 else f'"{ord(piece):x}g" *'


def _as_written(text: str) -> Q:
    """In the columns themselves, without an index: every word in one of them. Case is looked at where there is any."""
    words = []
    for word in text.split():
        way = "contains" if word.lower() == word.upper() else "icontains"
        parties = Respondent.objects.filter(complaint=OuterRef("pk"), **{f"name__{way}": word})
        found = reduce(or_, (Q(**{f"{column}__{way}": word}) for column in ("story", "goods", "room")))
        if word.isascii():
            found |= Q(reference__icontains=tidy_reference(word) or word) | Q(order_number__iendswith=word)
        words.append(found | Q(Exists(parties)))
    return reduce(and_, words) | Q(reference=tidy_reference(text) or "")


# ── Pairs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _column(text: str) -> str:
    """The grams of a text as this database keeps them."""
    if connection.vendor == "postgresql":
        return _array(_numbers(text, is_asked=False))
    return " ".join(token for run in text.split() for token in (*_pairs(run), f"{ord(run[-1]):x}g"))


def _array(numbers: Iterable[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"


def _pairs(run: str) -> Iterator[str]:
    """Words that FTS5 takes as they are: the code points of two characters that stand side by side."""
    return (f"{ord(one):x}g{ord(other):x}" for one, other in pairwise(run))


def _numbers(text: str, *, is_asked: bool) -> set[int]:
    """Pairs of UTF-16 units as numbers of 32 bits with a sign, and single units, which are asked for only where one
    stands alone. (A character beyond the first 65,536 is a pair by itself.)"""
    pairs, singles = set[int](), set[int]()
    for run in text.split():
        units = run.encode("utf-16-le")
        for shifted in (units, units[2:]):  # every other pair, and those between
            count = len(shifted) // 4
            pairs.update(unpack(f"<{count}i", shifted[: 4 * count]))
        singles.update(unpack(f"<{len(units) // 2}H", units))
    return pairs if is_asked and pairs else pairs | singles


def _bare(text: str) -> str:
    return "".join(each for each in normal(text) if each.isascii() and each.isalnum())


def _moved(text: str, to: int) -> str:
    """Into characters of their own. ``text`` is ASCII."""
    return "".join(chr(to + ord(each)) for each in text)
