"""Hide what does not belong into a conversation on record: numbers to call, to pay to, to sign in with.

Told apart by shape, however it is dressed up: full-width or Chinese numerals, blanks, dashes, invisible characters and
keycaps between the digits. What names the case itself (order number, reference) stays readable.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

MASK = "****"

NUMERALS = {**dict(zip("〇零一二三四五六七八九", "00123456789", strict=True)), "幺": "1", "兩": "2", "两": "2"}
UNSEEN = {"Cf", "Mn", "Me", "Cc"}  # joiners, marks, keycaps, controls

GAP = r"[\s\-‐-―.·•_,，、/|*~()（）:：]{0,3}"
END = r"(?!\d)"
START = r"(?<!\d)"

MOBILE = re.compile(rf"{START}(?:(?:\+|00)?86{GAP})?1{GAP}[3-9](?:{GAP}\d){{9}}{END}")
LANDLINE = re.compile(rf"{START}(?:\(?0\d{{2,3}}\)?[-\s]?[2-9]\d{{6,7}}|[48]00[-\s]?\d{{3}}[-\s]?\d{{4}}){END}")
IDENTITY = re.compile(rf"{START}[1-9](?:{GAP}\d){{16}}{GAP}[\dXx](?![\dA-Za-z])")
CARD = re.compile(rf"{START}[2-9](?:[\s\-]?\d){{14,18}}{END}")
PAY_CODE = re.compile(rf"{START}(?:1[0-5]\d{{16}}|2[5-9]\d{{14,22}}){END}")
# After words that say what the number is, shorter ones are hidden too.
ACCOUNT = re.compile(
    rf"(?:卡号|帐号|账号|账户|户头|收款码|付款码|支付宝|account(?: no| number)?|card(?: no| number)?|alipay)"
    rf"[^\d\n]{{0,8}}({START}\d(?:[\s\-]?\d){{5,24}}){END}",
    re.IGNORECASE,
)
ONE_TIME = re.compile(rf"(?:验证码|校验码|动态码|verification code|otp)[^\d\n]{{0,6}}({START}\d{{4,8}}){END}", re.I)
HANDLE = re.compile(
    r"(?:微信|薇信|威信|微.?信|v信|\bwx|\bvx|[加+➕]\s?[vq](?!q)|wechat|weixin|qq|扣扣|企鹅)"
    r"(?:\s*(?:(号码?|id|账号|帐号|加我|联系)|(?:number|no\.?)))?\s*(是|为|is|[:：=])?\s*([a-z0-9][\w\-]{4,29})",
    re.IGNORECASE | re.ASCII,
)
MAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+", re.ASCII)
LINK = re.compile(r"(?:[a-z][a-z0-9+.\-]{2,20}://|www\.)[^\s<>,;!。、“”()]+", re.IGNORECASE)
BARE = re.compile(
    r"\b(?:u\.wechat\.com|qr\.alipay\.com|qm\.qq\.com|wa\.me|t\.me|paypal\.me|dwz\.cn|t\.cn|url\.cn|suo\.im|bit\.ly)"
    r"/[^\s<>,;!。、“”()]+",
    re.IGNORECASE,
)
PASSPHRASE = re.compile(r"[￥¥€$₤#]\s?(?=\w*[a-zA-Z])(?=\w*\d)\w{8,14}\s?[￥¥€$₤#]", re.ASCII)


def masked(words: str, *, keep: Iterable[str] = ()) -> str:
    """The words with every such number, name or link replaced by ``****``; ``keep`` are numbers of the case itself."""
    plain, places = read_aloud(words)
    kept = kept_in(plain, keep)
    spans = [span for span in _hidden(plain) if not any(low <= span[0] and span[1] <= high for low, high in kept)]
    return covered(words, places, spans)


def covered(words: str, places: Sequence[int], spans: Iterable[tuple[int, int]]) -> str:
    """The words with these places of their ``read_aloud`` form replaced by ``****``."""
    out, end = [], 0
    for low, high in _joined(spans):
        first, last = places[low], places[high - 1] + 1
        while last < len(words) and _is_unseen(words[last]):
            last += 1
        out += [words[end:first], MASK]
        end = last
    return "".join(out) + words[end:]


def kept_in(plain: str, keep: Iterable[str]) -> list[tuple[int, int]]:
    """Where numbers of the case itself stand, however they are spaced."""
    return [found.span() for each in keep if each for found in _spelled(each).finditer(plain)]


def digits_of(plain: str) -> str:
    """The same words, every numeral an ASCII digit; places stay."""
    return "".join(NUMERALS.get(sign, _digit(sign)) for sign in plain)


def read_aloud(words: str) -> tuple[str, list[int]]:
    """The words as one reads them aloud (compatible forms folded, the unseen left out), and where each sign stood."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(words):
        if _is_unseen(sign):
            continue
        for folded in unicodedata.normalize("NFKC", sign):
            signs.append(folded)
            places.append(place)
    return "".join(signs), places


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in UNSEEN and sign not in "\n\t"


def _hidden(plain: str) -> Iterator[tuple[int, int]]:
    for text in (plain, digits_of(plain)):
        for pattern in (MOBILE, LANDLINE, IDENTITY, PAY_CODE, PASSPHRASE, MAIL, LINK, BARE):
            yield from (found.span() for found in pattern.finditer(text) if _is_meant(pattern, found.group()))
        yield from (found.span() for found in CARD.finditer(text) if is_card(found.group()))
        for pattern in (ACCOUNT, ONE_TIME):
            yield from (found.span(1) for found in pattern.finditer(text))
        yield from handles_in(text)


def handles_in(text: str) -> Iterator[tuple[int, int]]:
    """Where somebody's name at a messenger stands."""
    for found in HANDLE.finditer(text):
        is_named = bool(found.group(1) or found.group(2) not in {None, "is", "IS", "Is"})
        if is_named or re.search(r"[\d_]", found.group(3)):
            yield found.span(3)


def _is_meant(pattern: re.Pattern[str], text: str) -> bool:
    return pattern is not IDENTITY or is_identity(text)


def is_identity(text: str) -> bool:
    """GB 11643: eighteen signs with a day of birth in the middle."""
    number = "".join(sign for sign in text if sign.isalnum()).upper()
    month, day = int(number[10:12]), int(number[12:14])
    return number[6:8] in {"19", "20"} and 1 <= month <= 12 and 1 <= day <= 31


def is_card(text: str) -> bool:
    """ISO/IEC 7812-1: the last digit checks the others."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    doubled = [sum(divmod(digit * 2, 10)) if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _digit(sign: str) -> str:
    found = unicodedata.decimal(sign, None)
    return sign if found is None else str(found)


def _spelled(number: str) -> re.Pattern[str]:
    """That number, with blanks and dashes wherever people put them."""
    signs = [re.escape(sign) for sign in unicodedata.normalize("NFKC", number) if not sign.isspace() and sign != "-"]
    return re.compile(r"[\s\-]?".join(signs), re.IGNORECASE)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping ones made one, in order."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(set(spans)):
        if found and low < found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found
