"""Certificates that an address brings along: read, checked when they are given, and what may be shown of them.

Either is PEM: an authority that is trusted beside those of the system (a private one), and a certificate of ours with
its key, for a receiver that asks who calls.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Endpoint
from complaints.tls import CannotLoad, OwnTls, trust_with

LONGEST = 32 * 1024  # characters of PEM
MOST = 5  # certificates in one text: an authority and those between


class Unfit(Exception):
    """A certificate or a key that cannot be used; the sentence says what was found and what to do."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of a certificate. ``fingerprint``: SHA-256 in hex; ``ends_at``: ISO 8601, UTC."""

    subject: str
    issuer: str
    fingerprint: str
    ends_at: str

    @property
    def ends(self) -> datetime:
        return datetime.fromisoformat(self.ends_at)


def own_tls(line: Endpoint) -> OwnTls | None:
    """What this address needs beside the usual TLS; None where it needs nothing. Raises CannotUnseal."""
    if not (line.sealed_ca or line.sealed_client):
        return None
    return OwnTls(*line.tls())


def shown_of(line: Endpoint, which: str) -> list[Shown]:
    """The certificates of an address, ``ca`` or ``client``."""
    return [Shown(**each) for each in line.tls_shown.get(which, [])]


def sound_authority(pem: str, *, at: datetime) -> tuple[list[Shown], str]:
    """What may be shown of an authority, once it was checked, and what is to be kept of the text: the certificates
    alone, as PEM. Raises Unfit."""
    found = _certificates(pem, at)
    for each in found:
        if not _is_authority(each):
            words = _(
                "“{subject}”不是CA证书，是某个网站或程序自己的证书。要签发它的那张CA证书（basicConstraints里CA是TRUE）。"
            )
            raise Unfit(words.format(subject=_name(each.subject)))
    alone = _as_pem(found)
    _must_load(OwnTls(authority=alone))
    return [_shown(each) for each in found], alone


def sound_client(certificate: str, key: str, *, at: datetime) -> tuple[list[Shown], str]:
    """What may be shown of a certificate of ours and those between, once they and the key were checked, and what is to
    be kept: the certificates alone, and the key, as PEM. Raises Unfit.

    The first certificate is the one the key belongs to.
    """
    found = _certificates(certificate, at)
    private = _private(key)
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*form) != found[0].public_key().public_bytes(*form):
        words = _("私钥和证书“{subject}”对不上。上传跟这张证书一起生成的私钥；有中间证书的，自己的证书放在最前面。")
        raise Unfit(words.format(subject=_name(found[0].subject)))
    try:
        uses = found[0].extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        uses = None
    if uses is not None and ExtendedKeyUsageOID.CLIENT_AUTH not in uses:
        words = _("证书“{subject}”写明的用途里没有客户端身份（clientAuth）。请签发方重新签一张。")
        raise Unfit(words.format(subject=_name(found[0].subject)))
    alone = f"{_as_pem(found)}{key}\n"
    _must_load(OwnTls(client=alone))
    return [_shown(each) for each in found], alone


def as_kept(ca: list[Shown], client: list[Shown]) -> tuple[dict[str, Any], datetime | None]:
    """For the row of the address: what may be shown of each, and when the first of them ends."""
    kept = {"ca": [asdict(each) for each in ca], "client": [asdict(each) for each in client]}
    return {name: each for name, each in kept.items() if each}, min((each.ends for each in ca + client), default=None)


def _certificates(pem: str, at: datetime) -> list[x509.Certificate]:
    if len(pem) > LONGEST:
        raise Unfit(_("太长：{found}个字符，最多{most}个。只放要用的证书。").format(found=len(pem), most=LONGEST))
    if "PRIVATE KEY" in pem:
        raise Unfit(_("证书这一栏里有私钥。这里只放证书（-----BEGIN CERTIFICATE-----）；私钥如果给别人看过，换一把。"))
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        words = _(
            "读不出证书。要PEM格式的文本，从-----BEGIN CERTIFICATE-----到-----END CERTIFICATE-----都要，一行不少。"
        )
        raise Unfit(words) from None
    if len(found) > MOST:
        raise Unfit(_("有{found}张证书，最多{most}张。只放要用的。").format(found=len(found), most=MOST))
    for place, each in enumerate(found, 1):
        _must_be_readable(each, place)
        _must_be_valid(each, at)
    return found


def _as_pem(found: list[x509.Certificate]) -> str:
    """Only the certificates, without what stood around them: OpenSSL takes ASCII and nothing else."""
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in found)


def _must_be_readable(certificate: x509.Certificate, place: int) -> None:
    """The library reads these parts when they are asked for, and what is wrong with them comes up only then."""
    try:
        _shown(certificate)
        certificate.public_key()
        tuple(certificate.extensions)
    except Exception:  # whatever the library says of bytes from outside
        words = _("第{place}张证书里有读不懂的内容（名字、公钥或者扩展）。请签发方重新签一张。")
        raise Unfit(words.format(place=place)) from None


def _must_be_valid(certificate: x509.Certificate, at: datetime) -> None:
    subject = _name(certificate.subject)
    if certificate.not_valid_after_utc <= at:
        day = f"{timezone.localtime(certificate.not_valid_after_utc):%Y-%m-%d}"
        raise Unfit(_("证书“{subject}”在{day}已经过期。换一张没过期的。").format(subject=subject, day=day))
    if certificate.not_valid_before_utc > at:
        day = f"{timezone.localtime(certificate.not_valid_before_utc):%Y-%m-%d}"
        raise Unfit(_("证书“{subject}”到{day}才生效。到时候再上传，或者换一张。").format(subject=subject, day=day))


def _private(key: str) -> PrivateKeyTypes:
    if len(key) > LONGEST:
        raise Unfit(_("太长：{found}个字符，最多{most}个。只放要用的证书。").format(found=len(key), most=LONGEST))
    try:
        return load_pem_private_key(key.encode(), password=None)
    except TypeError:
        raise Unfit(_("私钥加了密码，我们打不开。去掉密码再上传：存下来以前我们会加密。")) from None
    except Exception:  # whatever the library says of bytes from outside
        words = _("读不出私钥。要PEM格式的文本，以-----BEGIN PRIVATE KEY-----开头。")
        raise Unfit(words) from None


def _must_load(own: OwnTls) -> None:
    """OpenSSL has the last word: it refuses keys that are too short, and what we do not know of."""
    try:
        trust_with(own)
    except CannotLoad:
        raise Unfit(_("格式没错，但是TLS程序库不接受，多半是密钥太短（RSA至少2048位）。换一张。")) from None


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _shown(certificate: x509.Certificate) -> Shown:
    return Shown(
        _name(certificate.subject),
        _name(certificate.issuer),
        certificate.fingerprint(SHA256()).hex(),
        certificate.not_valid_after_utc.astimezone(UTC).isoformat(),
    )


def _name(name: x509.Name) -> str:
    """A distinguished name in one line, without what cannot be shown."""
    text = "".join(letter for letter in name.rfc4514_string() if letter.isprintable())
    return text[:200] or "—"
