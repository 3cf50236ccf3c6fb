"""The whole site on one page."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from complaints.api import deliveries
from complaints.web import app
from config import health

urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("service-worker.js", app.service_worker, name="service_worker"),  # at the root: it serves both languages
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("api/schemas/events/<str:kind>/<str:version>.json", deliveries.schema, name="event-schema"),
    path("api/v1/", include("complaints.api.urls")),
    *i18n_patterns(
        path("", include("complaints.urls")),
        path("account/", include("accounts.urls")),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.broken"
