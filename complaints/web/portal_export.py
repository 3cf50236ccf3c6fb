"""The portal's list as a table for a spreadsheet: without anything of who complained, and without formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Membership
from complaints.exports.disarming import disarmed
from complaints.lifecycle import State
from complaints.models import Actor, Complaint, Party
from complaints.narrative import position_words
from complaints.web.portal_inbox import chosen, filter_of
from complaints.web.portal_list import Row, cases_of, rows_of
from complaints.web.portal_members import member_page

MOST, AT_ONCE = 5000, 200


class _Line:
    """A place to write one line of a table to, and take it from."""

    def write(self, text: str) -> str:
        return text


@member_page(Membership.Part.ANSWERING)
@require_safe
def export(request: HttpRequest, actor: Actor) -> StreamingHttpResponse:
    """The cases of the list as they are filtered now, newest first, 5000 at most."""
    form, tab, due = filter_of(request, actor)
    cases = chosen(cases_of(actor), form, actor, tab=tab, due=due).order_by("-pk")
    found = list(cases.values_list("pk", flat=True)[:MOST])
    today, lang = timezone.localdate(), translation.get_language()
    answer = StreamingHttpResponse(_table(found, actor, today, lang), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="cases-{today:%Y%m%d}.csv"'
    return answer


def _table(found: list[int], actor: Actor, on: date, lang: str | None) -> Iterator[str]:
    """Line by line, so that a long table holds nobody up. It is read after the request has ended: in its language."""
    table = csv.writer(_Line())
    with translation.override(lang):
        yield "\ufeff" + table.writerow([str(heading) for heading in _headings()])
        for start in range(0, len(found), AT_ONCE):
            seen = Complaint.objects.visible_to(actor).filter(pk__in=found[start : start + AT_ONCE])
            cases = list(seen.order_by("-pk").prefetch_related("respondents"))
            for row in rows_of(cases, actor, on=on):
                yield table.writerow([disarmed(value) for value in _cells(row)])


def _headings() -> list[str]:
    return [
        *(_("投诉编号"), _("商品"), _("问题类型"), _("订单号"), _("直播间"), _("商家"), _("主播"), _("实付（元）")),
        *(_("提交日期"), _("答复期限"), _("状态"), _("对贵方的判定"), _("贵方的答复"), _("谁在办")),
    ]


def _cells(row: Row) -> list[Any]:
    case, beside = row.case, list(row.case.respondents.all())
    own, names = [each for each in beside if each.party in row.own], {each.party: each.name for each in beside}
    due = min((each.due_on for each in own if each.due_on), default=None)
    said = [position_words(each.answer) for each in own if each.answer]
    return [
        *(case.reference, case.goods, str(row.problem), case.order_number, case.room),
        *(names.get(Party.MERCHANT, ""), names.get(Party.ANCHOR, ""), case.price),
        *(timezone.localdate(case.filed_at).isoformat(), due.isoformat() if due else "", str(State(case.state).label)),
        *("; ".join(f"{role} {word}" for role, _verdict, word in row.found), "; ".join(said), row.assigned),
    ]
