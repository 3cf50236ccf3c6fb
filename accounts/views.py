"""Sign in and out, with Django's own views and our pages."""

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control

from accounts.forms import SignInForm


@method_decorator(cache_control(private=True, no_store=True), name="dispatch")
class SignIn(LoginView):
    """Afterwards officers stand at their desk, everybody else before their own complaints."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Whoever signs in brings their own view: nothing that was opened in this browser before stays open."""
        self.request.session.flush()
        return super().form_valid(form)

    def get_default_redirect_url(self) -> str:
        if self.request.user.is_authenticated and self.request.user.is_staff:
            return resolve_url("admin:index")
        return resolve_url(settings.LOGIN_REDIRECT_URL)
