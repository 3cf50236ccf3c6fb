"""R10: the certificates of an address. A private authority to trust, one of ours to show; never shown back."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import Endpoint
from accounts.proving import proved_before, proved_first
from complaints.certificates import shown_of
from complaints.flow import line_tls, lines
from complaints.flow.line_rules import CannotChangeLine
from complaints.models import Actor
from complaints.web.portal_members import house_of
from complaints.web.portal_webhook_forms import AuthorityForm, CertificateForm
from complaints.web.portal_webhooks import for_engineers

WAIT = {"ca", "no-ca", "no-client"}  # what may wait in the page of a proof: nothing of it is secret
FORMS: dict[str, type[forms.Form]] = {"ca": AuthorityForm, "client": CertificateForm}


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("key")
def tls(request: HttpRequest, pk: int) -> HttpResponse:
    """What is trusted and shown at an address; a POST changes one of the two. The page has a field for a private key:
    it is shown after a proof only."""
    answer: HttpResponse = (_pressed if request.POST.get("of") in WAIT else _opened)(request, pk=pk)
    return answer


def _tls(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    line = get_object_or_404(lines.visible_to(actor), pk=pk)
    of = request.POST.get("of", "")
    form = FORMS[of](request.POST) if of in FORMS else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _change(line, of, form, actor)
            messages.success(request, _("保存了。"))
            return redirect("complaints:portal-webhook-tls", pk)
        except CannotChangeLine as refusal:
            if form is None:
                raise
            form.add_error("ca" if of == "ca" else "certificate", str(refusal))
    return _page(request, actor, line, form)


_pressed, _opened = for_engineers(proved_first(_tls)), for_engineers(proved_before(_tls))


def _change(line: Endpoint, of: str, form: forms.Form | None, actor: Actor) -> None:
    given = form.cleaned_data if form else {}
    if of in {"ca", "no-ca"}:
        line_tls.trust_authority(line, given.get("ca", ""), actor=actor, at=timezone.now())
    if of in {"client", "no-client"}:
        given = {name: given.get(name, "") for name in ("certificate", "key")}
        line_tls.show_certificate(line, **given, actor=actor, at=timezone.now())


def _page(request: HttpRequest, actor: Actor, line: Endpoint, form: forms.Form | None) -> HttpResponse:
    context = {
        "line": line,
        "ca": shown_of(line, line_tls.CA),
        "client": shown_of(line, line_tls.CLIENT),
        "ca_form": form if isinstance(form, AuthorityForm) else AuthorityForm(),
        "client_form": form if isinstance(form, CertificateForm) else CertificateForm(),
        "form": form,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    return render(request, "portal/webhook_tls.html", {**house_of(actor), **context}, status=status)
