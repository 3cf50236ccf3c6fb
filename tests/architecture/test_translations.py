"""Both languages are whole: nothing untranslated, nothing stale, placeholders kept, Chinese punctuation full-width."""

import re
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"

PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]*\}")
HALF_WIDTH_IN_CHINESE = re.compile(r"[\u4e00-\u9fff][,;:!?()][\u4e00-\u9fff]")


def ours() -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(PO)) if not entry.obsolete]


def test_every_string_has_its_english() -> None:
    assert [entry.msgid for entry in ours() if not entry.translated()] == []
    assert [entry.msgid for entry in ours() if entry.fuzzy] == []


def test_placeholders_survive_translation() -> None:
    for entry in ours():
        pairs = [(entry.msgid_plural or entry.msgid, text) for text in entry.msgstr_plural.values()] or [
            (entry.msgid, entry.msgstr)
        ]
        for source, translated in pairs:
            assert set(PLACEHOLDER.findall(translated)) <= set(PLACEHOLDER.findall(source)), source


def test_the_compiled_file_is_that_of_the_source() -> None:
    compiled = {(e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in polib.mofile(str(PO.with_suffix(".mo")))}
    source = {(e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in ours()}
    assert compiled == source, "run `make messages`"


def test_chinese_text_has_chinese_punctuation() -> None:
    assert [entry.msgid for entry in ours() if HALF_WIDTH_IN_CHINESE.search(entry.msgid)] == []
    for path in (ROOT / "routing" / "law").glob("*.toml"):
        assert not HALF_WIDTH_IN_CHINESE.search(path.read_text("utf-8")), path.name
