"""Addresses of a filed case, of tracking by receipt code, and of evidence as bytes."""

from django.urls import URLPattern, path

from complaints.web import (
    account,
    authority,
    case,
    case_acts,
    case_after,
    case_channels,
    case_days,
    case_evidence,
    case_letter,
    case_pack,
    evidence_view,
    mine,
    offer_acts,
    track,
)

urlpatterns: list[URLPattern] = [
    path("mine/", mine.mine, name="mine"),
    path("track/", track.track, name="track"),
    path("track/leave/", track.leave, name="leave"),
    path("case/<str:reference>/", case.progress, name="case"),
    path("case/<str:reference>/decision/", case.decision, name="decision"),
    path("case/<str:reference>/decision.json", case.decision_json, name="decision-json"),
    path("case/<str:reference>/trace/", case.trace, name="trace"),
    path("case/<str:reference>/days/", case_days.days, name="days"),
    path("case/<str:reference>/next/", case_channels.next_channel, name="next"),
    path("case/<str:reference>/letter/", case_letter.letter, name="letter"),
    path("case/<str:reference>/letter.pdf", case_letter.letter_pdf, name="letter-pdf"),
    path("case/<str:reference>/authority/", authority.of_case, name="case-authority"),
    path("case/<str:reference>/authority.pdf", authority.pdf_of_case, name="case-authority-pdf"),
    path("case/<str:reference>/pack/<slug:way>/", case_pack.pack_for, name="pack"),
    path("case/<str:reference>/answers/", case_acts.answer, name="answer"),
    path("case/<str:reference>/evidence/", case_evidence.evidence, name="case-evidence"),
    path(
        "case/<str:reference>/evidence/<int:evidence_id>/shows/",
        case_evidence.shows,
        name="evidence-shows",
    ),
    path("case/<str:reference>/offer/<int:number>/", offer_acts.offer, name="offer"),
    path("case/<str:reference>/refer/", case_acts.refer, name="refer"),
    path("case/<str:reference>/reopen/", case_after.open_again, name="reopen"),
    path("case/<str:reference>/feedback/", case_after.feedback, name="feedback"),
    path("case/<str:reference>/withdraw/", case_acts.take_back, name="withdraw"),
    path("case/<str:reference>/release/", account.release, name="release"),
    path("evidence/<int:evidence_id>/<str:variant>/", evidence_view.evidence_bytes, name="evidence-bytes"),
]
