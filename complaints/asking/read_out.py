"""What is read out to a consumer before an association's machine files for them, and what they agree to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.asking.forms_outcome import DeclarationForm
from complaints.asking.route import Journey


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing to agree to. Nothing is agreed to beforehand."""

    code: str
    words: str


def sentences(journey: Journey) -> tuple[Sentence, ...]:
    """The declaration of the form in its words, who is told what, and what becomes of the data."""
    declared = DeclarationForm(journey).fields["declared"].label
    told = _(
        "提交后会告诉商家、主播和平台。它们看得到商品、直播间、订单号、金额、事情经过和遮好的证据，"
        "看不到姓名、手机号和邮箱。"
    )
    kept = _("填的内容存在本站，还会记下是在哪个网点或热线填的。谁能看到什么、存多久、怎么删，写在{privacy}。")
    privacy = settings.SITE_URL + reverse("complaints:privacy")
    return (
        Sentence("declared", str(declared)),
        Sentence("tell_parties", told),
        Sentence("data_notice", kept.format(privacy=privacy)),
    )


def digest_of(said: tuple[Sentence, ...]) -> str:
    """SHA-256 of the sentences, one a line: which wording somebody agreed to."""
    return hashlib.sha256("\n".join(each.words for each in said).encode()).hexdigest()
