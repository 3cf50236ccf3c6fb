"""Sign in and out: the password, the second step, a passkey alone; and the password once more."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import factors
from accounts.forms import CodeForm, PasswordForm, SignInForm, passkey_holder
from accounts.models import User
from accounts.signing_in import after_password, enter, held, home_of, note_proof, own_page

private = cache_control(private=True, no_store=True)


@method_decorator(private, name="dispatch")
class SignIn(LoginView):
    """Afterwards officers stand at their desk, everybody else before their own complaints."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The password was right: in, or on to the second step."""
        user = form.get_user()
        assert isinstance(user, User)
        return after_password(self.request, user, wanted=self.get_redirect_url(), at=timezone.now())

    def get_default_redirect_url(self) -> str:
        assert isinstance(self.request.user, User)
        return home_of(self.request.user)


@sensitive_post_parameters("code", "credential")
@private
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponseBase:
    """A code or a passkey, after the password."""
    now = timezone.now()
    waiting = held(request, at=now)
    if waiting is None:
        return redirect("accounts:sign-in")
    user, wanted = waiting
    if "credential" in request.POST:
        if passkey_holder(request.POST, user):
            return enter(request, user, wanted=wanted, at=now, by_factor=True)
        return _steps(request, CodeForm(request, user), user, more=[_no_passkey()])
    form = CodeForm(request, user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return enter(request, user, wanted=wanted, at=now, by_factor=True)
    return _steps(request, form, user)


@sensitive_post_parameters("credential")
@private
@require_http_methods(["GET", "POST"])
def passkey_sign_in(request: HttpRequest) -> HttpResponseBase:
    """A passkey alone: it is had, and opened with a finger, a face or a PIN, so it is both steps in one."""
    user = passkey_holder(request.POST, None) if request.method == "POST" else None
    if user:
        wanted = request.POST.get("next", "")
        return enter(request, user, wanted=wanted, at=timezone.now(), by_factor=True)
    if request.method == "GET":
        return redirect("accounts:sign-in")
    page = {
        "form": SignInForm(request),
        "more": [_no_passkey()],
        "next": own_page(request, request.POST.get("next", "")),
    }
    return render(request, "accounts/sign_in.html", page, status=HTTPStatus.FORBIDDEN)


@private
@require_POST
def ask_passkey(request: HttpRequest) -> JsonResponse:
    """For js/passkey.js: what the browser is to sign, for who waits at the second step, or for whoever comes."""
    waiting = held(request, at=timezone.now())
    return JsonResponse(factors.ask_passkey(waiting[0] if waiting else None))


@sensitive_post_parameters("password")
@private
@login_required
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The password once more, before something delicate."""
    form = PasswordForm(request, request.POST if request.method == "POST" else None)
    wanted = own_page(request, request.POST.get("next") or request.GET.get("next", ""))
    if form.is_valid():
        note_proof(request, at=timezone.now())
        return redirect(wanted or "accounts:security")
    return render(request, "accounts/confirm.html", {"form": form, "next": wanted})


def _steps(request: HttpRequest, form: CodeForm, user: User, more: list[str] | None = None) -> HttpResponse:
    page = {"form": form, "more": more, "standing": factors.standing_of(user)}
    return render(request, "accounts/second_step.html", page)


def _no_passkey() -> str:
    return _("这个通行密钥没有认出来。再试一次，或者用别的方式登录。")
