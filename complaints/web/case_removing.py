"""Taking a piece of a filed case back, after a second look; and putting it there again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.asking.replies import ConfirmForm
from complaints.evidence import vault
from complaints.flow import removing
from complaints.lifecycle import Role
from complaints.models import Evidence
from complaints.narrative import fact_statement
from complaints.posting import post_only
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of, proofs_of
from complaints.web.case_acts import or_why_not
from complaints.web.case_effects import told_after
from complaints.web.case_forms import posted


@case_page
@require_http_methods(["GET", "POST"])
@or_why_not
def remove(request: HttpRequest, reference: str, evidence_id: int) -> HttpResponse:
    """What goes with it and what stays, then a box to tick, then it is taken back."""
    complaint = find_case(request, reference)
    complaint.require_open()
    proof = next((each for each in proofs_of(complaint) if each.item.pk == evidence_id), None)
    if proof is None or proof.item.offered_by != Role.CONSUMER:
        raise Http404
    label = _("我明白：撤下以后，只有它能证明的就不算数了")
    form = ConfirmForm(label, _("请先勾选，表示你明白会怎样。"), posted(request))
    if form.is_valid():
        before = complaint.decision
        now = removing.take_back(complaint, evidence_id, actor=actor_of(request), at=timezone.now())
        moved = before is None or before.number != now.number
        words = _("判定更新为第{n}版。").format(n=now.number) if moved else _("判定没有变。")
        messages.success(request, _("已撤下证据{n}。").format(n=proof.number) + words)
        return redirect("complaints:case-evidence", reference)
    alone = [fact_statement(fact, way) for fact, way in removing.shown_alone(complaint, proof.item)]
    page = {"tab": "evidence", "form": form, "proof": proof, "alone": alone}
    return render(request, "case/remove.html", {**frame_of(complaint), **page})


@case_page
@post_only("complaints:case-evidence", "reference")
@or_why_not
def restore(request: HttpRequest, reference: str, evidence_id: int) -> HttpResponse:
    """It is offered again, for what it showed."""
    complaint = find_case(request, reference)
    piece = get_object_or_404(removing.removed_of(complaint), pk=evidence_id)
    before = complaint.decision
    try:
        now = removing.put_back(complaint, piece.pk, actor=actor_of(request), at=timezone.now())
    except vault.Unacceptable as refusal:
        messages.error(request, str(refusal))
        return redirect("complaints:case-evidence", reference)
    shown = [fact_statement(fact, way) for fact, way in Evidence.objects.get(pk=piece.pk).shown]
    messages.success(request, _("放回来了。") + told_after(before, now, shown))
    return redirect("complaints:case-evidence", reference)
