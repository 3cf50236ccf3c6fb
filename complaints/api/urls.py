"""/api/v1/"""

from django.urls import path

from complaints.api import bundles, docs, mediation, views
from complaints.api.consumer.urls import urlpatterns as consumer

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
    *consumer,
    path("facts", views.FactsView.as_view()),
    path("docs/", docs.page),
    path("docs.md", docs.raw, {"name": "api.md"}, name="api-docs-text"),
    path("kiosk.md", docs.raw, {"name": "kiosk.md"}, name="kiosk-text"),
    path("webhooks.md", docs.raw, {"name": "webhooks.md"}, name="webhooks-text"),
    path("events", views.EventsView.as_view()),
    path("<path:nowhere>", views.NowhereView.as_view()),
]
