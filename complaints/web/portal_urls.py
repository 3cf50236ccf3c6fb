"""Addresses of the respondents' entrance."""

from django.urls import URLPattern, path

from complaints.web import (
    portal,
    portal_bundle,
    portal_inbox,
    portal_mask,
    portal_mediation,
    portal_records,
    portal_sandbox,
    portal_sign_in,
    portal_speak,
    portal_talk,
)

urlpatterns: list[URLPattern] = [
    path("r/", portal.enter, name="portal"),
    path("r/sign-in/", portal_sign_in.sign_in, name="portal-sign-in"),
    path("r/house/", portal_sign_in.choose_house, name="portal-house"),
    path("r/inbox/", portal_inbox.inbox, name="portal-inbox"),
    path("developers/sandbox/", portal_sandbox.sign_up, name="sandbox"),
    path("r/sandbox/", portal_sandbox.page, name="portal-sandbox"),
    path("r/sandbox/key/", portal_sandbox.new_key, name="portal-sandbox-key"),
    path("r/sandbox/line/", portal_sandbox.add_line, name="portal-sandbox-line"),
    path("r/sandbox/line/<int:pk>/", portal_sandbox.try_line, name="portal-sandbox-try"),
    path("r/sandbox/new/", portal_sandbox.new_case, name="portal-sandbox-new"),
    path("r/sandbox/case/<str:reference>/", portal_sandbox.case, name="portal-sandbox-case"),
    path("r/sandbox/begin/", portal_sandbox.begin, name="portal-sandbox-begin"),
    path("r/sandbox/runs/<int:pk>/", portal_sandbox.report, name="portal-sandbox-run"),
    path("r/leave/", portal.leave, name="portal-leave"),
    path("r/case/<str:reference>/", portal.case, name="portal-case"),
    path("r/case/<str:reference>/as/", portal_speak.speak, name="portal-speak"),
    path("r/case/<str:reference>/answer/", portal.answer, name="portal-answer"),
    path("r/case/<str:reference>/proof/", portal.proof, name="portal-proof"),
    path("r/case/<str:reference>/offer/", portal.offer, name="portal-offer"),
    path("r/case/<str:reference>/session/<int:number>/", portal_mediation.session, name="portal-session"),
    path("r/case/<str:reference>/session/<int:number>.ics", portal_mediation.session_ics, name="portal-session-ics"),
    path("r/case/<str:reference>/agreement/<int:number>/", portal_mediation.agreement, name="portal-agreement"),
    path(
        "r/case/<str:reference>/agreement/<int:number>.pdf",
        portal_mediation.agreement_pdf,
        name="portal-agreement-pdf",
    ),
    path("r/case/<str:reference>/termination.pdf", portal_mediation.termination_pdf, name="portal-termination"),
    path("r/case/<str:reference>/records/", portal_records.records, name="portal-records"),
    path("r/case/<str:reference>/records/<int:item_id>/", portal_records.answer, name="portal-record"),
    path("r/case/<str:reference>/messages/", portal_talk.talk, name="portal-talk"),
    path("r/case/<str:reference>/bundle/", portal_bundle.bundle, name="portal-bundle"),
    path("r/case/<str:reference>/bundle/<int:pk>.zip", portal_bundle.bundle_zip, name="portal-bundle-zip"),
    path("r/case/<str:reference>/evidence/<int:evidence_id>/mask/", portal_mask.mask, name="portal-mask"),
    path(
        "r/case/<str:reference>/evidence/<int:evidence_id>/mask/<slug:variant>/",
        portal_mask.picture,
        name="portal-mask-picture",
    ),
    path("r/case/<str:reference>/evidence/<int:evidence_id>/<slug:variant>/", portal.copy, name="portal-copy"),
]
