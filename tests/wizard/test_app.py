"""The site as an app: its manifest in both languages, and a service worker that keeps nothing of anybody."""

import re

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_manifest_speaks_the_language_of_its_page(client: Client, cast: Cast) -> None:
    for prefix, lang in (("", "zh-hans"), ("/en", "en")):
        page = client.get(f"{prefix}/", headers={"accept-language": "zh"}).content.decode()
        assert f'<link rel="manifest" href="{prefix}/manifest.webmanifest">' in page
        told = client.get(f"{prefix}/manifest.webmanifest")
        assert told["Content-Type"] == "application/manifest+json"
        assert (told.json()["lang"], told.json()["start_url"]) == (lang, f"{prefix}/")
        assert {icon["sizes"] for icon in told.json()["icons"]} == {"192x192", "512x512"}
        for icon in told.json()["icons"]:
            assert client.get(icon["src"]).status_code == 200


def test_the_service_worker_keeps_only_static_files_and_the_offline_pages(client: Client, cast: Cast) -> None:
    answer = client.get("/service-worker.js")
    assert answer["Content-Type"] == "text/javascript"
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    listed = re.search(r"const KEPT = \[(.*)\]", answer.content.decode())
    assert listed
    for url in re.findall(r'"([^"]+)"', listed[1].encode().decode("unicode_escape")):
        assert url.startswith("/static/") or url in {"/offline/", "/en/offline/"}
        assert client.get(url).status_code == 200


def test_the_offline_page_is_the_same_for_everybody_and_never_redirected(client: Client, cast: Cast) -> None:
    seen = Client().get("/offline/", headers={"accept-language": "en"})
    assert seen.status_code == 200
    assert "csrfmiddlewaretoken" not in seen.content.decode()
    client.force_login(cast.lin)
    assert client.get("/offline/").content == seen.content
