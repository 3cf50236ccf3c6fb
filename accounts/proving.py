"""Before what a thief of a session would do first: that it is really the person, asked for between press and deed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters

from accounts import factors
from accounts.forms import ProofForm, passkey_holder
from accounts.models import User
from accounts.signing_in import FACTOR, PROOF_LASTS, PROVED, home_of, note_proof

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
TOKEN, CREDENTIAL = "csrfmiddlewaretoken", "credential"
PROOFS = (f"{ProofForm.prefix}-password", f"{ProofForm.prefix}-code", CREDENTIAL)
private = cache_control(private=True, no_store=True)


def proved_first(view: View[P]) -> View[P]:
    """Let a change through that comes within five minutes of a proof: the password, and a code or passkey where the
    person has one. Else ask for it, and then do what was asked, with all that was typed: it waits in the page, and is
    kept nowhere. Looking needs no proof."""

    @sensitive_post_parameters()  # all: what waits in the page may be a secret, too
    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return view(request, *args, **kwargs)
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        now = timezone.now()
        if not _is_proved(request, request.user, at=now):
            form = ProofForm(request, request.user, request.POST if request.POST.keys() & {*PROOFS} else None)
            if not (_has_passkey(request, request.user) or form.is_valid()):
                return _asked(request, request.user, form)
            note_proof(request, at=now, by_factor=factors.is_on(request.user))
        return view(request, *args, **kwargs)

    return opened


def proved_before(view: View[P]) -> View[P]:
    """The same for a page where something is typed that must not wait in another page, as a private key: the proof is
    asked for before the page is shown. What is sent too late is not taken, and has to be typed again."""

    @sensitive_post_parameters()
    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        now, sent = timezone.now(), request.POST.keys() & {*PROOFS}
        if not _is_proved(request, request.user, at=now):
            form = ProofForm(request, request.user, request.POST if sent else None)
            if not (_has_passkey(request, request.user) or form.is_valid()):
                return _asked(request, request.user, form, keeps=False)
            note_proof(request, at=now, by_factor=factors.is_on(request.user))
            sent |= {TOKEN}
        return redirect(request.get_full_path()) if sent else view(request, *args, **kwargs)

    return opened


def _is_proved(request: HttpRequest, user: User, *, at: datetime) -> bool:
    needed = (PROVED, FACTOR) if factors.is_on(user) else (PROVED,)
    given = [request.session.get(name) for name in needed]
    return all(each and at - datetime.fromisoformat(each) <= PROOF_LASTS for each in given)


def _has_passkey(request: HttpRequest, user: User) -> bool:
    """Whether a passkey of theirs was sent: it is had, and opened with a finger, a face or a PIN."""
    return CREDENTIAL in request.POST and passkey_holder(request.POST, user) is not None


@private
def _asked(request: HttpRequest, user: User, form: ProofForm, *, keeps: bool = True) -> HttpResponse:
    sent_passkey = bool(request.POST.get(CREDENTIAL))
    given = request.POST.lists() if keeps else ()
    page = {
        "form": form,
        "keeps": keeps,
        "more": [_("这个通行密钥没有认出来。再试一次，或者输密码和验证码。")] if sent_passkey else [],
        "standing": factors.standing_of(user),
        "home": home_of(user),
        "kept": [(name, value) for name, values in given for value in values if name not in {TOKEN, *PROOFS}],
    }
    return render(request, "accounts/prove.html", page)
