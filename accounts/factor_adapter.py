"""What django-allauth asks of the site about second factors: how seeds lie in the database, and who the site is."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accounts.models import User
from accounts.names import email_of, masked
from accounts.sealing import seal, unseal

OWNER = "second-factor"


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # the package has no types
    """Seeds are sealed at rest; the name of the site comes from the settings and never from what a request says."""

    def encrypt(self, text: str) -> str:
        return seal(text, owner=OWNER)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, owner=OWNER)

    def get_totp_issuer(self) -> str:
        return gettext("责在谁")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": gettext("责在谁")}

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        """What tells accounts apart in a list on a telephone; of an address only what is needed for that."""
        assert isinstance(user, User)
        return masked(email_of(user)) or user.get_username()

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, object]:
        entity: dict[str, object] = super().get_public_key_credential_user_entity(user)
        return {**entity, "display_name": self._get_user_identifier(user)}

    def validation_error(self, code: str, *args: object) -> ValidationError:
        """The package has words of its own; ours are said by the pages."""
        return ValidationError(code, code=code)
