"""What may be said of an address: who may say it, and which URLs, types of notices and headers are allowed."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.models import Endpoint, Membership, Organisation
from complaints import outbound
from complaints.flow.claiming import MOST_IN_FLIGHT
from complaints.lifecycle import Role
from complaints.models import Actor
from complaints.notice_types import CHOICES
from complaints.webhooks import HEADER, LONGEST_HEADER, MOST_HEADERS, OUR_HEADERS, OUR_PREFIXES, may_carry

PARTS = frozenset({Membership.Part.ENGINEER, Membership.Part.MANAGER})
MOST_LINES = 10  # addresses an organisation may have at a time


class CannotChangeLine(Exception):
    """What was asked of an address cannot be done; the sentence says why and what to do. Nothing has changed."""


class Unsound(CannotChangeLine):
    """What was written is not allowed: the URL, a type, a header, a number, a span."""


class TooOften(CannotChangeLine):
    """Asked too often; ``wait`` is how long until it may be asked again."""

    def __init__(self, sentence: str, wait: timedelta) -> None:
        super().__init__(sentence)
        self.wait = wait


def may_manage(actor: Actor, organisation: Organisation) -> bool:
    """Operators; the organisation's own machines and its members whose part it is. A business looks after the
    addresses of its place to practise as well."""
    if actor.role == Role.OFFICER:
        return actor.user is not None and actor.user.is_superuser
    if actor.role != Role.RESPONDENT or actor.organisation is None:
        return False
    if actor.organisation.pk not in {organisation.pk, organisation.sandbox_of_id}:
        return False
    return actor.user is None or not PARTS.isdisjoint(actor.duties)


def require(actor: Actor, organisation: Organisation) -> None:
    """Raises CannotChangeLine where this is not for the actor to do."""
    if not may_manage(actor, organisation):
        able = _("、").join(str(part.label) for part in Membership.Part if part in PARTS)
        raise CannotChangeLine(_("这要由本机构的{able}来做。什么都没有改动。").format(able=able))


def sound_url(url: str) -> str:
    """The URL as it will be called. Raises Unsound."""
    try:
        return outbound.check_url(url.strip())
    except outbound.Blocked as refusal:
        raise Unsound(str(refusal)) from refusal


def sound_types(types: Iterable[str]) -> list[str]:
    """Types of notices in the order of the catalogue; all of them is the same as none named."""
    wanted = set(types)
    if unknown := sorted(wanted - set(CHOICES)):
        words = _("没有这种通知：{unknown}。可选的见接口文档里的通知一览。")
        raise Unsound(words.format(unknown=_("、").join(each[:40] for each in unknown[:5])))
    return [] if len(wanted) == len(CHOICES) else [each for each in CHOICES if each in wanted]


def sound_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers that may go with each notice. Raises Unsound."""
    if len(headers) > MOST_HEADERS:
        raise Unsound(_("附加的请求头最多{most}个。").format(most=MOST_HEADERS))
    if len({name.lower() for name in headers}) < len(headers):
        raise Unsound(_("同一个请求头写了两次，留一个。"))
    for name, value in headers.items():
        if not HEADER.fullmatch(name):
            raise Unsound(_("请求头的名字只能用字母、数字和短横线，最多64个字符。"))
        if name.lower() in OUR_HEADERS or name.lower().startswith(OUR_PREFIXES):
            raise Unsound(_("请求头{name}由我们来写，换一个名字。").format(name=name))
        if not may_carry(name, value):  # the name is sound, so it is the value
            words = _("请求头{name}的值要是可见的ASCII字符，最多{most}个。")
            raise Unsound(words.format(name=name, most=LONGEST_HEADER))
    return dict(headers)


def sound_pace(most: int) -> int:
    """How many notices may be on their way at a time. Raises Unsound."""
    if not 1 <= most <= MOST_IN_FLIGHT:
        raise Unsound(_("同时最多几条，写1到{most}。").format(most=MOST_IN_FLIGHT))
    return most


def room_for_one_more(organisation: Organisation, url: str, *, instead_of: Endpoint | None = None) -> None:
    """Raises CannotChangeLine where this address is there already, or there are too many. The caller holds a row that
    keeps two from being added at once."""
    standing = Endpoint.objects.standing().filter(organisation=organisation)
    if standing.filter(url=url).exists():
        raise CannotChangeLine(_("这个地址已经有了。要换密钥，就在那个地址上换。"))
    if instead_of is None and standing.count() >= MOST_LINES:
        raise CannotChangeLine(_("一个机构最多{most}个地址，先删掉不用的。").format(most=MOST_LINES))
