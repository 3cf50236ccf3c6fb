"""Addresses of a filed case, of tracking by receipt code, and of evidence as bytes."""

from django.urls import URLPattern, path

from complaints.web import case, case_acts, case_days, evidence_view, track

urlpatterns: list[URLPattern] = [
    path("mine/", case.mine, name="mine"),
    path("track/", track.track, name="track"),
    path("track/leave/", track.leave, name="leave"),
    path("case/<str:reference>/", case.progress, name="case"),
    path("case/<str:reference>/decision/", case.decision, name="decision"),
    path("case/<str:reference>/decision.json", case.decision_json, name="decision-json"),
    path("case/<str:reference>/trace/", case.trace, name="trace"),
    path("case/<str:reference>/days/", case_days.days, name="days"),
    path("case/<str:reference>/answers/", case_acts.answer, name="answer"),
    path("case/<str:reference>/evidence/", case_acts.evidence, name="case-evidence"),
    path("case/<str:reference>/refer/", case_acts.refer, name="refer"),
    path("case/<str:reference>/withdraw/", case_acts.take_back, name="withdraw"),
    path("evidence/<int:evidence_id>/<str:variant>/", evidence_view.evidence_bytes, name="evidence-bytes"),
]
