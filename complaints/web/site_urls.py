"""Addresses of the open pages."""

from django.urls import URLPattern, path

from complaints.web import app, public

urlpatterns: list[URLPattern] = [
    path("", public.home, name="home"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("offline/", app.offline, name="offline"),
    path("how/", public.how, name="how"),
    path("help/", public.help_index, name="help"),
    path("help/find-live-room/", public.find_live_room, name="find-live-room"),
    path("privacy/", public.privacy, name="privacy"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("terms/", public.terms, name="terms"),
]
