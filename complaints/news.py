"""What a notice says: a subject without personal data, what happened, whose turn it is, and where to read on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints import sms
from complaints.models import Complaint, Contact, Event, Notice
from complaints.narrative import Known, Line, Turn, day, party_name, timeline_of, turn_of, wrote

SALT = "complaints.notices.off"
APPOINTMENTS = frozenset({"session-set", "session-moved", "session-cancelled"})
APPOINTED = Notice.Kind.SESSION.label


@dataclass(frozen=True, slots=True)
class News:
    """All that one message tells about one case."""

    subject: str
    heading: str
    lines: Sequence[Line]
    near: str
    bundle: str
    turn: Turn
    link: str
    has_account: bool
    is_represented: bool
    off_link: str
    reference: str


def news_of(
    complaint: Complaint,
    notices: Sequence[Notice],
    *,
    known: Known,
    on: date,
    has_account: bool,
    to: str = Notice.To.BUYER,
    is_represented: bool = False,
) -> News:
    """The message about these notices of one case, oldest first, in the active language. ``has_account``: the case
    stands in the reader's account; ``to``: which of those told of the case the reader is; ``is_represented``: somebody
    else filed it for the reader."""
    heading = _heading(notices)
    events = [notice.event for notice in notices if notice.event]
    near = [each.due_on for each in notices if each.due_on and each.kind == Notice.Kind.NEAR]
    bundled = [each.due_on for each in notices if each.due_on and each.kind == Notice.Kind.BUNDLED]
    return News(
        subject=_("{reference}：{heading}").format(reference=complaint.reference, heading=heading),
        heading=heading,
        lines=_lines(events, known),
        near=_("协会请你补充的，{date}到期。").format(date=day(min(near))) if near else "",
        bundle=_("证据包做好了，留到{date}。").format(date=day(max(bundled))) if bundled else "",
        turn=turn_of(
            complaint,
            list(complaint.respondents.all()),
            list(complaint.requests.all()),
            list(complaint.offers.all()),
            on=on,
        ),
        link=_link(complaint, _page_for(notices), has_account=has_account),
        has_account=has_account,
        is_represented=is_represented,
        off_link=settings.SITE_URL + reverse("complaints:notices-off", args=[off_token(complaint.contact, to)]),
        reference=complaint.reference,
    )


def _lines(events: Sequence[Event], known: Known) -> list[Line]:
    """What happened, oldest first. Of an appointment no more than that there is news: when and where is on the page."""
    told = timeline_of([event for event in events if event.kind not in APPOINTMENTS], known=known)
    kept = [Line(event.at, "association", str(APPOINTED)) for event in events if event.kind in APPOINTMENTS]
    return sorted([*told[::-1], *kept], key=lambda line: line.at)


def short_of(news: News) -> str:
    """The same in one short message; the address only where it fits."""
    text = _("【责在谁】{subject}。").format(subject=news.subject)
    with_link: str = f"{text}{settings.SITE_URL}{reverse('complaints:track')}"
    return with_link if len(with_link) <= sms.LONGEST else str(text[: sms.LONGEST]).strip()


def off_token(contact: Contact, to: str = Notice.To.BUYER) -> str:
    """Signed, so that nobody stops another one's notices; it names a row and which of the two reads the letter, opens
    nothing and tells nothing."""
    return signing.dumps([contact.pk, str(to)], salt=SALT)


def reader_of(token: str) -> tuple[int, str] | None:
    """The contact a token was made for, and which of those told of the case; None for a token that is none. Letters
    sent before there were two to tell name the contact alone: the buyer."""
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    pk, to = said if isinstance(said, list) else (said, Notice.To.BUYER)
    return int(pk), str(to)


def _heading(notices: Sequence[Notice]) -> str:
    if len(notices) > 1:
        return _("有{n}条新进展").format(n=len(notices))
    notice = notices[0]
    party = notice.event.body.get("party") if notice.event else None
    if notice.kind == Notice.Kind.ANSWERED and party:
        return _("{party}答复了").format(party=party_name(party, start=True))
    if notice.kind == Notice.Kind.LAPSED and party:
        return _("{party}到期没有答复").format(party=party_name(party, start=True))
    if notice.kind == Notice.Kind.WROTE and notice.event:
        return wrote(notice.event.body["by"])
    if notice.kind == Notice.Kind.OFFERED and party:
        return _("{party}提出了方案").format(party=party_name(party, start=True))
    return str(Notice.Kind(notice.kind).label)


def _page_for(notices: Sequence[Notice]) -> str:
    """The page the news is about: the messages, or the bundle, where nothing else happened."""
    kinds = {each.kind for each in notices}
    return "messages" if kinds == {Notice.Kind.WROTE} else "bundle" if kinds == {Notice.Kind.BUNDLED} else "case"


def _link(complaint: Complaint, page: str, *, has_account: bool) -> str:
    """Through the sign-in page for who has an account, else to where the receipt code is asked for: no link opens a
    case by itself."""
    if not has_account:
        return f"{settings.SITE_URL}{reverse('complaints:track')}"
    case = reverse(f"complaints:{page}", args=[complaint.reference])
    return f"{settings.SITE_URL}{reverse('accounts:sign-in')}?next={case}"
