"""A private authority and a certificate of ours for one address: given, taken away, and their end told in time.

As in flow.lines, each verb is one transaction that holds the row, and each change is on record.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Endpoint, User
from accounts.names import email_of
from complaints import mail
from complaints.certificates import Shown, Unfit, as_kept, shown_of, sound_authority, sound_client
from complaints.flow.failing import readers_of
from complaints.flow.line_rules import CannotChangeLine, Unsound, require
from complaints.flow.lines import send_what_lacked_a_secret
from complaints.flow.operational import operational
from complaints.models import Actor, LineChange, Tally

log = logging.getLogger(__name__)

ENDS_IN = (1, 7, 30)  # days before the end, each told once
CA, CLIENT = "ca", "client"
FIELDS = {CA: "extra_ca", CLIENT: "client_certificate"}  # as the API and the notices call them


@transaction.atomic
def trust_authority(endpoint: Endpoint, pem: str, *, actor: Actor, at: datetime) -> Endpoint:
    """Trust this authority (PEM) at this address as well; an empty text takes it away. Raises Unsound."""
    line, pem = _held(endpoint, actor), pem.strip()
    try:
        found, alone = sound_authority(pem, at=at) if pem else ([], "")
    except Unfit as refusal:
        raise Unsound(str(refusal)) from refusal
    if not (found or line.sealed_ca):
        return line
    line.keep_tls(ca=alone)
    return _keep(line, found, shown_of(line, CLIENT), LineChange.What.CA, actor, at)


@transaction.atomic
def show_certificate(endpoint: Endpoint, certificate: str, key: str, *, actor: Actor, at: datetime) -> Endpoint:
    """Show this certificate to whoever answers there, with its key (both PEM); both empty take it away. Raises
    Unsound."""
    line, certificate, key = _held(endpoint, actor), certificate.strip(), key.strip()
    if bool(certificate) != bool(key):
        missing = _("证书有了，还缺私钥。") if certificate else _("私钥有了，还缺证书。")
        raise Unsound(_("{missing}两样一起上传；要去掉就两样都空着。").format(missing=missing))
    try:
        found, alone = sound_client(certificate, key, at=at) if key else ([], "")
    except Unfit as refusal:
        raise Unsound(str(refusal)) from refusal
    if not (found or line.sealed_client):
        return line
    line.keep_tls(client=alone)
    return _keep(line, shown_of(line, CA), found, LineChange.What.CLIENT, actor, at)


def tell_of_certificates(*, at: datetime) -> int:
    """Tell an organisation that a certificate at one of its addresses ends in 30, 7 or 1 days: by a notice to its other
    addresses, and by mail. Each once; returns how many were told."""
    ending = Endpoint.objects.standing().filter(tls_ends_at__lte=at + timedelta(days=max(ENDS_IN)), tls_ends_at__gt=at)
    ending = ending.select_related("organisation").order_by("pk")
    return sum(_tell(line, which, each, at) for line in ending for which in FIELDS for each in shown_of(line, which))


def _tell(line: Endpoint, which: str, found: Shown, at: datetime) -> int:
    step = next((days for days in ENDS_IN if at < found.ends <= at + timedelta(days=days)), None)
    if step is None:
        return 0
    with transaction.atomic():
        told = f"tls-ends:{line.pk}:{which}:{found.fingerprint[:16]}:{step}"
        if Tally.objects.count_up(told, window=found.ends) > 1:
            return 0
        data = {"endpoint": line.code, "certificate": FIELDS[which], "expires_at": found.ends_at}
        operational(line.organisation, "endpoint.certificate_expiring", data, at=at, but=line)
    about = {"host": urlsplit(line.url).hostname, "is_ca": which == CA, "subject": found.subject, "ends": found.ends}
    page = f"{settings.SITE_URL}/r/webhooks/{line.pk}/tls/"
    for reader in readers_of(line.organisation):
        _write(reader, {**about, "page": page})
    return 1


def _write(reader: User, told: Mapping[str, object]) -> None:
    with translation.override("en" if reader.language == "en" else "zh-hans"):
        try:
            subject = _("责在谁：一个Webhook地址的证书快到期")
            mail.send(email_of(reader), subject, "certificate", told, headers={"Auto-Submitted": "auto-generated"})
        except OSError as error:
            log.warning("certificate: letter to member %s not sent (%s)", reader.pk, type(error).__name__)


def _held(endpoint: Endpoint, actor: Actor) -> Endpoint:
    """The row, locked, if it is still there and the actor may change it."""
    rows = Endpoint.objects.standing().select_for_update(of=("self",), no_key=True).select_related("organisation")
    line = rows.filter(pk=endpoint.pk).first()
    if line is None:
        raise CannotChangeLine(_("这个地址已经删掉了。"))
    require(actor, line.organisation)
    return line


def _keep(
    line: Endpoint, ca: list[Shown], client: list[Shown], what: LineChange.What, actor: Actor, at: datetime
) -> Endpoint:
    line.tls_shown, line.tls_ends_at = as_kept(ca, client)
    line.save(update_fields=["sealed_ca", "sealed_client", "tls_shown", "tls_ends_at"])
    LineChange.objects.create(endpoint=line, what=what, by=actor.label, person=actor.user, at=at)
    send_what_lacked_a_secret(line, at=at)
    return line
