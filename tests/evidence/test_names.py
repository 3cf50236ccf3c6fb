"""B28 of the corpus of bad input: a file's name is data: shown, escaped, and never a path or a header."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from complaints.evidence import shelf, vault
from complaints.models import Evidence
from tests.builders import a_complaint, a_picture
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

NAMES = (
    "../../etc/passwd",
    "..\\..\\x",
    "/abs",
    "C:\\x",
    "a\0.jpg",
    "x.php.jpg",
    "CON",
    "长" * 5_000 + ".png",
    "gpj\u202eexe.png",
    "<img src=x onerror=alert(1)>.png",
    'a"\r\nX-Injected: y.png',
    "=cmd.png",
    "👨‍👩‍👧.png",
    "e\u0301.png",
    "é.png",
    "订单;filename=x.png",
    "%2e%2e%2f.png",
    "",
)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_is_kept_as_data_and_never_as_a_path(name: str) -> None:
    kept = vault.clean_name(name)
    assert 0 < len(kept.encode()) <= 255
    assert not set(kept) & {"/", "\\", "\0", "\r", "\n", "\u202e"}


def test_whatever_a_file_is_called_it_lies_and_leaves_under_a_name_of_ours(client: Client, cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    client.force_login(cast.lin)
    for number, name in enumerate(name for name in NAMES if set(name) & set('<";%')):
        upload = SimpleUploadedFile("x.png", a_picture(colour=f"#0000{number:02x}"))
        upload._name = name  # type: ignore[attr-defined]  # what no parser of forms has cleaned before us
        blob = vault.keep(upload, at=MONDAY)
        piece = Evidence.objects.create(complaint=complaint, blob=blob, name=vault.clean_name(name), received_at=MONDAY)
        assert shelf.path_of(piece.blob.sha256).exists()
        told = client.get(f"/evidence/{piece.pk}/original/")["Content-Disposition"]
        assert told.startswith(f'attachment; filename="evidence-{piece.pk}.png"; filename*=')
        assert told.isascii()
        assert not set(told) & {"\r", "\n", "<"}
    page = client.get(f"/case/{complaint.reference}/evidence/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;.png" in page


def test_the_same_name_in_two_spellings_is_one(cast: Cast) -> None:
    assert vault.clean_name("e\u0301.png") == vault.clean_name("é.png")


@pytest.mark.parametrize("name", ["page.php", "a.jpg.html", "gpj\u202e.exe", "run.lnk "])
def test_what_calls_itself_a_program_or_a_page_is_refused_whatever_it_holds(name: str, cast: Cast) -> None:
    upload = SimpleUploadedFile("x.png", a_picture())
    upload._name = name  # type: ignore[attr-defined]
    with pytest.raises(vault.Unacceptable) as refused:
        vault.keep(upload, at=MONDAY)
    assert refused.value.code == "name"
