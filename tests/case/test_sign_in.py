"""Who signs in wrongly too often is told how long to wait, and that there is another way in."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.cast import PASSWORD, Cast


@pytest.mark.parametrize(
    ("prefix", "words"),
    [("", ("连着错了3次", "过1分钟再登录", "用回执码")), ("/en", ("3 times", "1 minute", "receipt code"))],
)
def test_too_many_wrong_passwords(
    client: Client, cast: Cast, settings: Settings, prefix: str, words: tuple[str, ...]
) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    page = f"{prefix}/account/sign-in/"
    for _try in range(2):
        assert client.post(page, {"username": "lin", "password": "wrong"}).status_code == 200
    for password in ("wrong", PASSWORD):  # the right one comes too late
        shut = client.post(page, {"username": "lin", "password": password})
        assert shut.status_code == 429
        assert shut["Retry-After"] == "60"
        text = shut.content.decode()
        assert all(word in text for word in words)
        assert f'href="{prefix}/track/"' in text
    other = client.post(page, {"username": "zhao", "password": PASSWORD})
    assert other.status_code == 302  # nobody can lock another out by name alone, nor a whole house
