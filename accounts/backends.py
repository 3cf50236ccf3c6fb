"""The second step as Django authenticates: wrong codes are counted and locked out with the wrong passwords."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts import factors
from accounts.models import User


class CodeBackend(ModelBackend):
    """``authenticate(request, username=…, code=…)``, for somebody whose password was right."""

    @sensitive_variables("code")
    def authenticate(  # type: ignore[override]  # another credential than the password
        self, request: HttpRequest | None, username: str | None = None, code: str | None = None
    ) -> User | None:
        user = User.objects.filter(username=username, is_active=True).first() if username and code else None
        try:
            return user if user and code and factors.use_code(user, code, at=timezone.now()) else None
        except factors.CodesRest:
            return None  # the page says so: CodeForm
