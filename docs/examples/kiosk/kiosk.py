"""A kiosk in a terminal: asks what the site asks, files the complaint, prints the slip; and opens one again.

    python3 kiosk.py --site https://… --key zz_live_… --place "西湖区龙井路网点" --clerk A-17 --way hotline
    python3 kiosk.py --site … --key … --follow ZZ-260601-9E02

Without --clerk the consumer types; --language en asks in English. Standard library only. Nothing is kept: when the
program ends, answers and receipt code are gone with it.
"""

from __future__ import annotations

import argparse
import getpass
import sys
import uuid
from collections.abc import Mapping
from typing import Any

from kiosk_api import Refused, Site
from kiosk_words import WORDS

Answers = dict[str, dict[str, Any]]
YES = {"y", "yes", "是", "同意"}
PASS = ""


def main() -> int:
    given = _arguments()
    site = Site(given.site, given.key, given.language)
    words = WORDS[given.language]
    try:
        follow(site, given.follow, words) if given.follow else file(site, given, words)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except (EOFError, KeyboardInterrupt):
        print(words["left"], file=sys.stderr)
        return 2
    return 0


def file(site: Site, given: argparse.Namespace, words: Mapping[str, str]) -> None:
    """Ask page after page until nothing is missing, read out, file, print the slip."""
    answers: Answers = {}
    while True:
        asked = site.post("/questions", {"answers": answers})
        if asked["next"] is None:
            break
        page = next(each for each in asked["pages"] if each["page"] == asked["next"])
        _show_errors(asked["errors"], page["page"])
        answers[page["page"]] = ask(page, words)
    said = asked["read_out"]
    for each in said["sentences"]:
        print(f"\n{each['words']}")
        if input(words["agree"]).strip().lower() not in YES:
            print(words["not-filed"])
            return
    word = "dictated" if given.clerk else "typed"
    complaint = {
        "stand": {"way": given.way, "word": word, "place": given.place, "clerk": given.clerk},
        "answers": answers,
        "agreed": [each["code"] for each in said["sentences"]],
        "read_out": said["digest"],
    }
    # One key for this press, however often the line breaks: the site files once and gives the same receipt.
    filed = site.post("/complaints", complaint, press=str(uuid.uuid4()))
    slip(filed, words)


def ask(page: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """The fields of one page. An empty line passes over what may stay empty."""
    print(f"\n── {page['question']}")
    if page["notice"]:
        print(f"   {page['notice']}")
    found: dict[str, Any] = {}
    for field in page["fields"]:
        value = _answer(field, words)
        if value not in (PASS, [], None):
            found[field["name"]] = value
    return found


def slip(filed: Mapping[str, Any], words: Mapping[str, str]) -> None:
    """What the consumer takes home."""
    line = "─" * 44
    print(f"\n{line}\n{words['number']}  {filed['reference']}\n{words['code']}  {filed['receipt_code']}")
    print(f"{line}\n{filed['decision']['verdict']}\n{filed['turn']['sentence']}")
    for each in filed["deadlines"]:
        print(f"· {each['title']}：{each['last_day'] or each['says']}")
    print(f"{words['keep']}\n{line}")


def follow(site: Site, reference: str, words: Mapping[str, str]) -> None:
    """Open with the receipt code, which is not shown while it is typed; say where it stands."""
    code = getpass.getpass(words["code?"]) if sys.stdin.isatty() else input(words["code?"])
    token = site.post(f"/complaints/{reference}/open", {"receipt_code": code})["token"]
    case = site.get(f"/complaints/{reference}", token=token)
    print(f"\n{case['reference']}  {case['state_label']}\n{case['turn']['sentence']}\n{case['decision']['verdict']}")
    for each in case["timeline"]:
        print(f"· {each['at'][:10]} {each['title']}")


def _answer(field: Mapping[str, Any], words: Mapping[str, str]) -> Any:
    options = field.get("options", [])
    for place, option in enumerate(options, 1):
        print(f"   {place}. {option['label']}" + (f" — {option['hint']}" if option.get("hint") else ""))
    how = {"codes": words["several"], "true-or-false": words["yes?"]}.get(field["type"], "")
    prompt = f"{field['label'] or words['answer']}{how} › "
    while True:
        typed = input(prompt).strip()
        if field["type"] == "true-or-false":
            return typed.lower() in YES
        if not options:
            return typed
        chosen = _chosen(typed, options)
        if chosen is not None:
            return chosen if field["type"] == "codes" else (chosen or [PASS])[0]
        print(words["again"].format(most=len(options)))


def _chosen(typed: str, options: list[Mapping[str, str]]) -> list[str] | None:
    """Codes for numbers or codes as typed; None where one of them is no option."""
    known = {option["code"]: option["code"] for option in options}
    known |= {str(place): option["code"] for place, option in enumerate(options, 1) if str(place) not in known}
    wanted = typed.replace("，", ",").replace("、", ",").replace(" ", ",").split(",")
    found = [known.get(each) for each in wanted if each]
    return None if None in found else [each for each in found if each]


def _show_errors(errors: list[Mapping[str, Any]], page: str) -> None:
    for each in errors:
        if each["field"].startswith(f"answers.{page}"):
            print(f"   ! {each['message']}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="File a complaint at a kiosk, or open one again.")
    parser.add_argument("--site", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--place", default="")
    parser.add_argument("--clerk", default="")
    parser.add_argument("--way", choices=("counter", "kiosk", "hotline"), default="kiosk")
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.add_argument("--follow", metavar="REFERENCE", default="")
    given = parser.parse_args()
    if not given.follow and not given.place:
        parser.error("--place is needed to file")
    return given


if __name__ == "__main__":
    sys.exit(main())
