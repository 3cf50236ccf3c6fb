"""The page of one's second factors: set one up, take one away, new codes for paper, sign out elsewhere."""

from __future__ import annotations

import unicodedata

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import factors
from accounts.forms import NewAppForm, NewPasskeyForm
from accounts.models import User
from accounts.sealing import CannotUnseal, seal, unseal
from accounts.signing_in import end_other_sessions, home_of, needs_factor, note_proof, proved_lately
from accounts.views import private

SEED = "second-factor-seed"


@private
@login_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """What protects this account, and what may be changed."""
    user = _person(request)
    standing = factors.standing_of(user)
    required = needs_factor(user)
    page = {
        "standing": standing,
        "required": required,
        "must_begin": required and not standing.is_on,
        "home": home_of(user),
        "is_member": not user.is_staff and user.memberships.exists(),
    }
    return render(request, "accounts/security.html", page)


@sensitive_post_parameters("code")
@private
@proved_lately
@require_http_methods(["GET", "POST"])
def app(request: HttpRequest) -> HttpResponse:
    """The seed as a picture and as text; kept once the app has shown a code made of it."""
    user = _person(request)
    seed = _seed_of(request, user)
    form = NewAppForm(seed, request.POST if request.method == "POST" else None)
    if form.is_valid():
        del request.session[SEED]
        first = not factors.is_on(user)
        factors.add_totp(user, seed, step=form.step)
        return _added(request, user, first=first)
    address = factors.address_of(user, seed)
    page = {
        "form": form,
        "picture": factors.picture_of(address, title=_("二维码")),
        "groups": [seed[at : at + 4] for at in range(0, len(seed), 4)],
        "address": address,
    }
    return render(request, "accounts/app.html", page)


@sensitive_post_parameters("credential")
@private
@proved_lately
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey made by this browser."""
    user = _person(request)
    form = NewPasskeyForm(request.POST if request.method == "POST" else None)
    more = []
    if len(factors.standing_of(user).passkeys) >= factors.MOST_PASSKEYS:
        more = [_("已经有{n}个通行密钥，先删掉不用的。").format(n=factors.MOST_PASSKEYS)]
    elif form.is_valid():
        first = not factors.is_on(user)
        name = _shown(form.cleaned_data["name"]) or _("通行密钥")
        if factors.add_passkey(user, form.cleaned_data["credential"], name=name):
            return _added(request, user, first=first)
        more = [_("没有设成。再试一次；不行就换一个浏览器，或者改用验证器App。")]
    return render(request, "accounts/passkey.html", {"form": form, "more": more})


@private
@proved_lately
@require_POST
def ask_new_passkey(request: HttpRequest) -> JsonResponse:
    """For js/passkey.js: what the browser is to make."""
    return JsonResponse(factors.ask_new_passkey(_person(request)))


@private
@proved_lately
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one factor away, after a last look; who must have one keeps the last."""
    user = _person(request)
    standing = factors.standing_of(user)
    name = _name_of(standing, pk)
    if name is None:
        raise Http404
    is_last = standing.count == 1
    kept = is_last and needs_factor(user)
    if request.method == "POST" and not kept:
        factors.remove(user, pk)
        end_other_sessions(request, user)
        messages.success(request, _("已删除。其他设备都退出了登录。"))
        return redirect("accounts:security")
    return render(request, "accounts/remove.html", {"name": name, "is_last": is_last, "kept": kept})


@private
@proved_lately
@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """Ten new codes for paper; those of before are worth nothing."""
    user = _person(request)
    if not factors.is_on(user):
        return redirect("accounts:security")
    if request.method == "POST":
        return _codes(request, user)
    return render(request, "accounts/codes_ask.html", {"standing": factors.standing_of(user)})


@private
@proved_lately
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End every other session of this person."""
    end_other_sessions(request, _person(request))
    messages.success(request, _("其他设备都退出了登录。"))
    return redirect("accounts:security")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _seed_of(request: HttpRequest, user: User) -> str:
    """The seed this session is setting up, sealed in it; a new one where there is none."""
    owner = f"seed:{user.pk}"
    try:
        return unseal(request.session.get(SEED, ""), owner=owner)
    except CannotUnseal:
        seed = factors.new_seed()
        request.session[SEED] = seal(seed, owner=owner)
        return seed


def _added(request: HttpRequest, user: User, *, first: bool) -> HttpResponse:
    """A factor stands: other sessions end, this one has passed it; the first one brings the codes for paper."""
    end_other_sessions(request, user)
    note_proof(request, at=timezone.now(), by_factor=True)
    if first:
        return _codes(request, user)
    messages.success(request, _("设好了。其他设备都退出了登录。"))
    return redirect("accounts:security")


def _codes(request: HttpRequest, user: User) -> HttpResponse:
    """The codes, on a page that is not kept anywhere: no message, no session, no cookie holds them."""
    made = factors.new_codes(user)
    told = ngettext("{n}个恢复码，每个只能用一次", "{n}个恢复码，每个只能用一次", len(made)).format(n=len(made))
    page = {"codes": made, "text": "\n".join(made), "told": told, "home": home_of(user)}
    return render(request, "accounts/codes.html", page)


def _name_of(standing: factors.Standing, pk: int) -> str | None:
    if standing.totp and standing.totp.pk == pk:
        return _("验证器App")
    return next((each.name for each in standing.passkeys if each.pk == pk), None)


def _shown(typed: str) -> str:
    """A name without signs that are not seen."""
    return " ".join(
        "".join(sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", typed)).split()
    )
