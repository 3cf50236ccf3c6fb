"""The pages of the filing form, in order: which step each belongs to, when it is asked, how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.asking.forms import QuestionForm
from complaints.asking.forms_behalf import BehalfForm, BuyerForm, HelperForm
from complaints.asking.forms_contact import ContactForm
from complaints.asking.forms_order import DatesForm, GoodsForm, HowForm, OrderForm, PaymentForm, seven_days
from complaints.asking.forms_outcome import PARTIES, POINTED_AT, RemedyForm, RepliesForm, TriedForm
from complaints.asking.forms_problem import CLAIMS, DetailForm, MoreForm, PromiseForm, TypeForm
from complaints.asking.forms_story import SafetyForm, StoryForm
from complaints.asking.forms_where import PlatformForm, RoomForm, WhenForm, what_we_read
from complaints.asking.forms_who import AnchorForm, RelationForm, ShopForm, ShownForm
from complaints.statement import PROBLEMS, is_for_another, sounds_unsafe

if TYPE_CHECKING:
    from complaints.asking.route import Journey

STEPS = 11
EVIDENCE = "evidence"
DETAILED = frozenset(problem.letter for problem in PROBLEMS if problem.kinds)


def _always(journey: Journey) -> bool:
    return True


def _nothing(journey: Journey) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the route. ``notice`` is a sentence on top of it that an earlier answer calls for."""

    slug: str
    step: int
    minutes: float
    form: type[QuestionForm] | None
    heading: Any
    applies: Callable[[Journey], bool] = _always
    notice: Callable[[Journey], str] = _nothing

    @property
    def url(self) -> str:
        if self.slug == EVIDENCE:
            return reverse("complaints:wizard-evidence")
        return reverse("complaints:wizard-page", args=[self.slug])

    @property
    def template(self) -> str:
        return f"wizard/pages/{self.slug}.html"


def _page(form: type[QuestionForm], step: int, minutes: float, **more: Any) -> Page:
    return Page(form.slug, step, minutes, form, form.heading, **more)


def _chosen(journey: Journey, page: str, name: str) -> set[str]:
    return set(journey.answers.get(page, {}).get(name, []))


def _for_another(journey: Journey) -> bool:
    return is_for_another(journey.answers)


def _for_oneself(journey: Journey) -> bool:
    return not is_for_another(journey.answers)


def _story_sounds_unsafe(journey: Journey) -> bool:
    return sounds_unsafe(journey.answers.get("story", {}).get("story", ""))


def _seller_may_be_hidden(journey: Journey) -> bool:
    return journey.answers.get("relation", {}).get("relation") in {"different", "unsure"}


def _has_kinds(journey: Journey) -> bool:
    return bool(_chosen(journey, "type", "problems") & DETAILED)


def _claim_in_play(journey: Journey) -> bool:
    return bool(_chosen(journey, "type", "problems") & CLAIMS)


def _law_asks(journey: Journey) -> bool:
    return bool(journey.questions or journey.carried_facts)


def _was_asked(journey: Journey) -> bool:
    return bool(_chosen(journey, "tried", "tried") & set(PARTIES))


def _of_room(journey: Journey) -> str:
    given = journey.answers.get("room", {})
    if given.get("room"):
        return what_we_read(given["room"])
    return _("没关系。有订单也能找到直播间，我们会让平台提供。") if given.get("none") else ""


def _passed_on(journey: Journey) -> str:
    """Who pointed at whom, said back in one sentence."""
    replies = journey.answers.get("replies", {})
    names = {option.code: str(option.label) for option in POINTED_AT}
    told = [
        _("{party}推给{other}").format(party=names[party], other=names[replies[f"to-{party}"]])
        for party in PARTIES
        if replies.get(party) == "passed-on" and replies.get(f"to-{party}") in names
    ]
    return _("{told}。这种互相推，判定里会一条条回。").format(told=_("，").join(told)) if told else ""


PAGES = (
    _page(BehalfForm, 1, 0.4, applies=_for_another),
    _page(StoryForm, 1, 1.5),
    _page(SafetyForm, 1, 0.2, applies=_story_sounds_unsafe),
    _page(PlatformForm, 2, 0.2),
    _page(RoomForm, 2, 0.3),
    _page(WhenForm, 2, 0.2, notice=_of_room),
    _page(AnchorForm, 3, 0.2),
    _page(ShopForm, 3, 0.4),
    _page(RelationForm, 3, 0.2),
    _page(ShownForm, 3, 0.3, applies=_seller_may_be_hidden),
    _page(GoodsForm, 4, 0.4),
    _page(OrderForm, 4, 0.5),
    _page(HowForm, 4, 0.2),
    _page(PaymentForm, 4, 0.2),
    _page(DatesForm, 4, 0.5),
    _page(TypeForm, 5, 0.4, notice=seven_days),
    _page(DetailForm, 5, 0.4, applies=_has_kinds),
    _page(PromiseForm, 6, 0.6, applies=_claim_in_play),
    _page(MoreForm, 6, 0.6, applies=_law_asks),
    _page(TriedForm, 7, 0.2),
    _page(RepliesForm, 7, 0.5, applies=_was_asked),
    _page(RemedyForm, 8, 0.4, notice=_passed_on),
    Page(EVIDENCE, 9, 1.0, None, gettext_lazy("上传你手里的证据")),
    _page(ContactForm, 10, 0.5, applies=_for_oneself),
    _page(HelperForm, 10, 0.4, applies=_for_another),
    _page(BuyerForm, 10, 0.4, applies=_for_another),
)
BY_SLUG = {page.slug: page for page in PAGES}
CHECK_MINUTES = 0.5
