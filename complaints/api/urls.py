"""/api/v1/"""

from django.urls import path

from complaints.api import bundles, docs, keys, mediation, sandbox, views

urlpatterns = [
    path("cases", views.CasesView.as_view()),
    path("cases/<str:reference>", views.CaseView.as_view()),
    path("cases/<str:reference>/agreements/<int:number>", mediation.AgreementView.as_view()),
    path("cases/<str:reference>/agreements/<int:number>/file", mediation.AgreementFileView.as_view()),
    path("cases/<str:reference>/bundles", bundles.BundlesView.as_view()),
    path("cases/<str:reference>/bundles/<int:bundle_id>", bundles.BundleView.as_view()),
    path("cases/<str:reference>/bundles/<int:bundle_id>/file", bundles.BundleFileView.as_view()),
    path("cases/<str:reference>/decision", views.DecisionView.as_view()),
    path("cases/<str:reference>/evidence", views.EvidenceView.as_view()),
    path("cases/<str:reference>/evidence/<int:evidence_id>", views.EvidenceBytesView.as_view()),
    path("cases/<str:reference>/evidence/<int:evidence_id>/original", views.EvidenceOriginalView.as_view()),
    path("cases/<str:reference>/messages", views.MessagesView.as_view()),
    path("cases/<str:reference>/offers", views.OffersView.as_view()),
    path("cases/<str:reference>/record-requests", views.RecordRequestsView.as_view()),
    path("cases/<str:reference>/record-requests/<int:number>", views.RecordRequestView.as_view()),
    path("cases/<str:reference>/responses", views.ResponsesView.as_view()),
    path("cases/<str:reference>/sessions/<int:number>", mediation.SessionView.as_view()),
    path("facts", views.FactsView.as_view()),
    path("keys", keys.KeysView.as_view()),
    path("keys/<str:key_id>", keys.KeyView.as_view()),
    path("keys/<str:key_id>/rotate", keys.KeyRotationView.as_view()),
    path("keys/<str:key_id>/revoke", keys.KeyRevocationView.as_view()),
    path("sandbox", sandbox.PracticeView.as_view()),
    path("sandbox/sign-up", sandbox.SignUpView.as_view()),
    path("sandbox/cases", sandbox.PracticeCasesView.as_view()),
    path("sandbox/cases/<str:reference>/events", sandbox.PracticeEventsView.as_view()),
    path("sandbox/conformance", sandbox.ConformanceView.as_view()),
    path("sandbox/conformance/<int:run_id>", sandbox.ConformanceRunView.as_view()),
    path("docs/", docs.page),
    path("docs.md", docs.raw, {"name": "api.md"}, name="api-docs-text"),
    path("webhooks.md", docs.raw, {"name": "webhooks.md"}, name="webhooks-text"),
    path("events", views.EventsView.as_view()),
    path("<path:nowhere>", views.NowhereView.as_view()),
]
