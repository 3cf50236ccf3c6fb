#!/usr/bin/env python3
"""核对一个证据包：每个文件、两条记录链、锚点、签名、时间戳。Checks one bundle of evidence, all of it, offline.

用法 Usage:  python3 verify.py [证据包.zip | 解开的文件夹] [--key 公钥]
Python 3.8 or later, on Windows, macOS or Linux; the standard library only. Nothing is written, nothing is sent.
Exit code 0: everything holds. 1: something does not, and is named. 2: there is no bundle to read.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zipfile
from datetime import datetime, timedelta

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO, Any, Protocol

    Point = tuple[int, int, int, int]

    class Place(Protocol):
        """Where a bundle lies: a folder or an archive."""

        def names(self) -> list[str]: ...

        def open(self, name: str) -> IO[bytes]: ...


FORMAT = "whoanswers-bundle/1"
ANCHOR_FORMAT = "whoanswers-anchor/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.json.sig"
FIRST = "0" * 64
CHUNK = 1 << 20
CLOCKS_APART = timedelta(minutes=5)


class Unreadable(Exception):
    """There is no bundle, or no member of that name."""


# ── Where the members lie ────────────────────────────────────────────────────────────────────────────────────────────


class Folder:
    """A bundle that was unpacked."""

    def __init__(self, path: str) -> None:
        self.path = path

    def names(self) -> list[str]:
        found = []
        for folder, _folders, files in os.walk(self.path):
            for name in files:
                whole = os.path.relpath(os.path.join(folder, name), self.path)
                found.append(whole.replace(os.sep, "/"))
        return sorted(found)

    def open(self, name: str) -> IO[bytes]:
        if name.startswith("/") or ".." in name.split("/"):
            raise Unreadable(name)
        try:
            return open(os.path.join(self.path, *name.split("/")), "rb")
        except OSError:
            raise Unreadable(name) from None


class Archive:
    """A bundle as it was downloaded."""

    def __init__(self, path: str) -> None:
        try:
            self.archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile):
            raise Unreadable(path) from None

    def names(self) -> list[str]:
        return sorted(self.archive.namelist())

    def open(self, name: str) -> IO[bytes]:
        try:
            return self.archive.open(name)
        except (KeyError, OSError, zipfile.BadZipFile):
            raise Unreadable(name) from None


def read(place: Place, name: str) -> bytes:
    """A member's bytes. A ZIP's own check of a damaged member is a failure like any other."""
    try:
        with place.open(name) as source:
            return source.read()
    except (zipfile.BadZipFile, OSError, EOFError):
        raise Unreadable(name) from None


def digest_of(place: Place, name: str) -> tuple[str, str, int]:
    """SHA-256, SM3 (empty where this Python has none) and size of a member."""
    sha256, size = hashlib.sha256(), 0
    sm3 = hashlib.new("sm3") if "sm3" in hashlib.algorithms_available else None
    try:
        with place.open(name) as source:
            while True:
                chunk = source.read(CHUNK)
                if not chunk:
                    break
                size += len(chunk)
                sha256.update(chunk)
                if sm3:
                    sm3.update(chunk)
    except (zipfile.BadZipFile, OSError, EOFError):
        raise Unreadable(name) from None
    return sha256.hexdigest(), sm3.hexdigest() if sm3 else "", size


# ── Ed25519: RFC 8032, section 6, in extended coordinates ────────────────────────────────────────────────────────────

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    found = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            found = _add(found, point)
        point = _add(point, point)
        number >>= 1
    return found


def _is_same(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def _x_of(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


def _point(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = _x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


# The base point: y = 4/5, and its even x.
BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the key's signature over the message (bytes, bytes, bytes)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = _point(key), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return _is_same(_times(s, BASE), _add(r, _times(h, a)))


# RFC 8032, section 7.1: TEST 1, 2 and 3 (key, message, signature).
VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
        "24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
        "eeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed2"
        "8dc027beceea1ec40a",
    ),
)


def knows_ed25519() -> bool:
    """Whether the arithmetic above is right on this machine: it accepts the RFC's signatures and no altered one."""
    for key, message, signature in VECTORS:
        told = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
        if not is_signed(*told) or is_signed(told[0], told[1] + b"x", told[2]):
            return False
    return True


# ── Chains and trees ─────────────────────────────────────────────────────────────────────────────────────────────────


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def seal_of_event(line: dict[str, Any]) -> str:
    row = [line["previous"], line["sequence"], line["kind"], line["body"], line["actor"], line["at"]]
    return hashlib.sha256(canonical(row)).hexdigest()


def seal_of_entry(line: dict[str, Any]) -> str:
    return hashlib.sha256(b"\0" + bytes.fromhex(line["previous"]) + canonical(line["entry"])).hexdigest()


def root_by(path: list[bytes], leaf: bytes, index: int, size: int) -> bytes | None:
    """RFC 9162, section 2.1.3.2: the root that a leaf and its inclusion path lead to; None for a wrong length."""
    if not 0 <= index < size:
        return None
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = hashlib.sha256(b"\1" + step + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + step).digest()
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


# ── RFC 3161: what a time-stamp says, read out of its DER ────────────────────────────────────────────────────────────


def der(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """Tag, start and end of the value that begins at ``at``. Raises ValueError."""
    if at + 2 > len(data):
        raise ValueError("cut off")
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > len(data):
            raise ValueError("length")
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if start + length > len(data):
        raise ValueError("cut off")
    return tag, start, start + length


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """The values inside a constructed value, as (tag, content)."""
    found, at = [], 0
    while at < len(data):
        tag, start, end = der(data, at)
        found.append((tag, data[start:end]))
        at = end
    return found


SHA256_OID = bytes.fromhex("608648016503040201")


def stamp_of(data: bytes) -> tuple[str, str]:
    """The digest that a TimeStampResp speaks of (SHA-256), and its time as text. Raises ValueError."""
    _tag, start, end = der(data)
    answer = _parts(data[start:end])  # status, token
    status = _parts(answer[0][1])[0][1]
    if int.from_bytes(status, "big") not in (0, 1) or len(answer) < 2:
        raise ValueError("not granted")
    signed = _parts(_parts(answer[1][1])[1][1])[0][1]  # ContentInfo → [0] → SignedData
    content = next(body for tag, body in _parts(signed) if tag == 0x30)  # encapContentInfo
    octets = _parts(_parts(content)[1][1])[0][1]
    info = _parts(_parts(octets)[0][1])  # TSTInfo: version, policy, messageImprint, serial, genTime, …
    algorithm, imprint = _parts(info[2][1])
    if _parts(algorithm[1])[0][1] != SHA256_OID:
        raise ValueError("not SHA-256")
    return imprint[1].hex(), info[4][1].decode("ascii")


def moment_of(text: str) -> datetime:
    """GeneralizedTime as a moment in UTC without a zone. Raises ValueError."""
    return datetime.strptime(text.rstrip("Z").split(".")[0], "%Y%m%d%H%M%S")


# ── The checks ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Report:
    """What was found, in both languages."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self.lines: list[str] = []

    def fail(self, name: str, chinese: str, english: str) -> None:
        self.broken.append(name)
        self.lines.append(f"[不对 FAIL] {name}：{chinese} / {english}")

    def good(self, chinese: str, english: str) -> None:
        self.lines.append(f"[对 ok] {chinese} / {english}")

    def say(self, chinese: str, english: str) -> None:
        self.lines.append(f"[说明 note] {chinese} / {english}")


def check(place: Place, key: str = "") -> Report:
    """Check a whole bundle; returns the report. Raises Unreadable where there is none."""
    report = Report()
    raw = read(place, MANIFEST)
    if not knows_ed25519():
        report.fail("verify.py", "这台机器上算不对签名", "cannot compute ed25519 on this machine")
    try:
        manifest = json.loads(raw.decode("utf-8"))
        if manifest["format"] != FORMAT:
            raise ValueError("format")
        listed = {each["name"]: each for each in manifest["files"]}
        stated = manifest["public_key"]
    except (ValueError, KeyError, TypeError, AttributeError):
        report.fail(MANIFEST, "清单读不懂，或被改过", "the manifest cannot be read, or was changed")
        return report
    _check_signature(place, report, raw, stated, key)
    _check_files(place, report, listed)
    for part in (_check_evidence, _check_chains, _check_anchors):
        try:
            part(place, report, manifest)
        except Unreadable as name:
            report.fail(str(name), "读不出来", "cannot be read")
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, StopIteration):
            report.fail(PARTS[part], "内容的格式不对", "its content has not the form it should have")
    return report


def _check_signature(place: Place, report: Report, raw: bytes, stated: str, key: str) -> None:
    if key and key.lower() != stated:
        report.fail(MANIFEST, "公钥和你给的不一样", "its public key is not the one you gave")
    try:
        signature = bytes.fromhex(read(place, SIGNATURE).decode("ascii").strip())
        holds = is_signed(bytes.fromhex(stated), raw, signature)
    except (Unreadable, ValueError):
        holds = False
    if not holds:
        words = f"清单或它的签名被改过（{MANIFEST}、{SIGNATURE}）"
        report.fail(SIGNATURE, words, f"the manifest or its signature was changed ({MANIFEST}, {SIGNATURE})")
        return
    report.good("清单的签名", "signature of the manifest")
    if not key:
        report.say(
            f"签名用的公钥是{stated}，请和本站“锚点”页上的对一下（或用--key给出）",
            "compare this public key with the one on the site's page of anchors (or give it by --key): " + stated,
        )


def _check_files(place: Place, report: Report, listed: dict[str, Any]) -> None:
    there, before = set(place.names()), len(report.broken)
    for name in sorted(there):
        if place.names().count(name) > 1:
            report.fail(name, "包里有两个同名的文件", "stands in it twice")
    for name, each in sorted(listed.items()):
        if name not in there:
            report.fail(name, "包里没有这个文件", "is missing")
            continue
        try:
            sha256, _sm3, size = digest_of(place, name)
        except Unreadable:
            report.fail(name, "读不出来", "cannot be read")
            continue
        if size != each["size"] or sha256 != each["sha256"]:
            report.fail(name, "和清单里的指纹对不上，被改过", "was changed: its digest is not that of the manifest")
    for name in sorted(there - set(listed) - {MANIFEST, SIGNATURE}):
        report.fail(name, "清单里没有这个文件", "is not in the manifest")
    if len(report.broken) == before:
        report.good(f"{len(listed)}个文件的指纹", f"files whose digests hold: {len(listed)}")


def _check_evidence(place: Place, report: Report, manifest: dict[str, Any]) -> None:
    listed, held, before = {each["name"]: each for each in manifest["files"]}, 0, len(report.broken)
    for piece, name in [(each, name) for each in manifest["evidence"] for name in each["files"]]:
        held += 1
        if name not in listed:
            report.fail(name, "证据不在清单的文件里", "the evidence is not among the files")
        elif piece["variant"] == "original" and listed[name]["sha256"] != piece["sha256"]:
            report.fail(name, "不是收到时的那个文件", "is not the file that was received")
        elif piece["variant"] == "original" and piece["sm3"]:
            sm3 = digest_of(place, name)[1]
            if sm3 and sm3 != piece["sm3"]:
                report.fail(name, "SM3对不上", "its SM3 does not hold")
    if len(report.broken) == before:
        report.good(f"{held}个证据文件", f"files of evidence: {held}")
    if "sm3" not in hashlib.algorithms_available:
        report.say("这台机器算不了SM3，只核对了SHA-256", "this machine has no SM3; SHA-256 alone was checked")


def _lines(place: Place, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in read(place, name).decode("utf-8").split("\n") if line]


def _walk(
    report: Report,
    name: str,
    lines: list[dict[str, Any]],
    seal: Callable[[dict[str, Any]], str],
    end: dict[str, Any],
) -> None:
    """Walk a chain from its first line to the end that the manifest names."""
    previous = FIRST
    for number, line in enumerate(lines, 1):
        if "entry" in line and line["entry"]["sequence"] != number:
            report.fail(name, f"第{number}条的编号不对", f"line {number} has another number inside")
            return
        if line["sequence"] != number or line["previous"] != previous:
            report.fail(name, f"第{number}条没有接在前一条后面", f"line {number} does not follow the one before")
            return
        if not line.get("closed") and seal(line) != line["digest"]:
            report.fail(name, f"第{number}条被改过", f"line {number} was changed")
            return
        previous = line["digest"]
    if (len(lines), previous) != (end["sequence"], end["head"]):
        report.fail(name, "结尾和清单里的对不上", "does not end as the manifest says")
    else:
        report.good(f"{name}：{len(lines)}条", f"{name}, entries: {len(lines)}")


def _check_chains(place: Place, report: Report, manifest: dict[str, Any]) -> None:
    events = _lines(place, "timeline.jsonl")
    entries = _lines(place, "custody.jsonl")
    _walk(report, "timeline.jsonl", events, seal_of_event, manifest["timeline"])
    _walk(report, "custody.jsonl", entries, seal_of_entry, manifest["custody"])
    pieces = {piece["id"]: piece for piece in manifest["evidence"]}
    received = set()
    for entry in [line["entry"] for line in entries if not line.get("closed")]:
        if entry["case"] != manifest["case"]:
            report.fail("custody.jsonl", "写的是另一件投诉", "speaks of another case")
        piece = pieces.get(entry.get("evidence"))
        if not piece or not piece.get("salt"):
            continue
        told = hashlib.sha256(bytes.fromhex(piece["salt"]) + bytes.fromhex(piece["sha256"])).hexdigest()
        if entry.get("commitment") != told:
            words = "第{}条说的不是这件证据的字节".format(entry["sequence"])
            report.fail("custody.jsonl", words, "entry {} speaks of other bytes".format(entry["sequence"]))
        elif entry["act"] == "received" and entry["at"] == piece["received_at"]:
            received.add(piece["id"])
    for number in sorted(set(pieces) - received):
        if pieces[number].get("salt"):
            words = "证据{}没有对应的收到记录".format(pieces[number]["number"])
            report.fail("custody.jsonl", words, "piece {} has no entry of its receipt".format(pieces[number]["number"]))


def _check_anchors(place: Place, report: Report, manifest: dict[str, Any]) -> None:
    heads = {
        "timeline": {line["sequence"]: line["digest"] for line in _lines(place, "timeline.jsonl")},
        "custody": {line["sequence"]: line["digest"] for line in _lines(place, "custody.jsonl")},
    }
    proofs = json.loads(read(place, "anchors/proofs.json").decode("utf-8"))
    statements, before = {}, len(report.broken)
    for name in sorted({proof["anchor"] for proof in proofs}):
        statements[name] = _check_anchor(place, report, manifest, name)
    for proof in proofs:
        name, leaf = proof["anchor"], proof["leaf"]
        statement = statements[name]
        root = root_by(
            [bytes.fromhex(step) for step in proof["path"]],
            hashlib.sha256(b"\0" + canonical(leaf)).digest(),
            proof["index"],
            statement["size"],
        )
        if root is None or root.hex() != statement["root"]:
            report.fail(name, "证明路径到不了这个根", "the proof does not lead to its root")
        elif leaf["case"] != manifest["case"] or heads[leaf["chain"]].get(leaf["sequence"]) != leaf["head"]:
            report.fail(name, "锚定的不是这里的记录", "what was anchored is not the chain that is here")
    if not proofs:
        report.say("做这个包的时候还没有锚点盖住它", "no anchor covered this case yet when the bundle was made")
    elif len(report.broken) == before:
        report.good(f"{len(statements)}个锚点", f"anchors: {len(statements)}")


def _check_anchor(place: Place, report: Report, manifest: dict[str, Any], name: str) -> dict[str, Any]:
    raw = read(place, name)
    statement: dict[str, Any] = json.loads(raw.decode("utf-8"))
    key = ""
    try:
        key, signature = read(place, name[: -len("json")] + "sig").decode("ascii").split()
        holds = statement["format"] == ANCHOR_FORMAT and is_signed(bytes.fromhex(key), raw, bytes.fromhex(signature))
    except ValueError:
        holds = False
    if not holds:
        report.fail(name, "签名对不上", "its signature does not hold")
    elif key != manifest["public_key"]:
        report.say(
            f"{name}是用另一把公钥签的：{key}，请和“锚点”页上的对一下",
            f"{name} was signed with another key, compare it with the page of anchors: {key}",
        )
    stamp = "timestamps/" + name[len("anchors/") : -len("json")] + "tsr"
    if stamp not in place.names():
        report.say(f"{name}没有时间戳", f"{name} has no time-stamp")
        return statement
    try:
        imprint, time = stamp_of(read(place, stamp))
        made = datetime.fromisoformat(statement["at"][:26])
        if imprint != hashlib.sha256(raw).hexdigest():
            report.fail(stamp, "盖的不是这个锚点", "stamps something else")
        elif moment_of(time) < made - CLOCKS_APART:
            report.fail(stamp, "时间早于锚点", "is earlier than what it stamps")
        else:
            report.good(f"{stamp}：{moment_of(time)}（UTC）", f"{stamp}: {moment_of(time)} UTC")
            report.say(
                "时间戳机构的签名请用openssl核对，办法在README.txt里",
                "check the authority's own signature with openssl; README.txt says how",
            )
    except (ValueError, IndexError, StopIteration):
        report.fail(stamp, "时间戳读不懂", "cannot be read as a time-stamp")
    return statement


PARTS = {_check_evidence: MANIFEST, _check_chains: "timeline.jsonl, custody.jsonl", _check_anchors: "anchors/"}


def main(arguments: list[str]) -> int:
    """Check what is named, else the folder this file lies in; say what was found."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console that has no Chinese still shows the English
    key, rest = "", list(arguments)
    if "--key" in rest:
        place = rest.index("--key")
        if place + 1 >= len(rest):
            print(__doc__)
            return 2
        key = rest[place + 1]
        del rest[place : place + 2]
    if len(rest) > 1 or any(each.startswith("-") for each in rest):
        print(__doc__)
        return 2
    path = rest[0] if rest else os.path.dirname(os.path.abspath(__file__))
    try:
        report = check(Folder(path) if os.path.isdir(path) else Archive(path), key)
    except Unreadable as name:
        print(f"[不对 FAIL] 这里没有证据包：{name} / there is no bundle here: {name}")
        return 2
    print("\n".join(report.lines))
    if report.broken:
        names = "、".join(dict.fromkeys(report.broken))
        print(f"\n有{len(report.broken)}处不对：{names} / does not hold: {len(report.broken)}")
        return 1
    print("\n全部对得上。它说明这些文件收到以后没有变，不说明内容是真的。")
    print(
        "Everything holds. It shows that these files did not change since they were received, not that they are true."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
