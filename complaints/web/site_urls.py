"""Addresses of the open pages."""

from django.urls import URLPattern, path

from complaints.web import anchors, app, help, public

urlpatterns: list[URLPattern] = [
    path("", public.home, name="home"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("offline/", app.offline, name="offline"),
    path("how/", public.how, name="how"),
    path("help/", help.index, name="help"),
    path("help/evidence/<slug:kind>/", help.evidence, name="help-evidence"),
    path("help/find-live-room/", help.find_live_room, name="find-live-room"),
    path("help/find-live-room/<slug:platform>/", help.find_live_room, name="find-room-on"),
    path("help/contact-merchant/", help.contact_merchant, name="contact-merchant"),
    path("help/trim-video/", help.trim_video, name="trim-video"),
    path("privacy/", public.privacy, name="privacy"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("anchors/", anchors.anchors, name="anchors"),
    path("anchors.json", anchors.anchors_json, name="anchors-json"),
    path("anchors/verify.py", anchors.verifier, name="anchors-verifier"),
    path("anchors/<int:number>.json", anchors.statement, name="anchor"),
    path("anchors/<int:number>.tsr", anchors.stamp, name="anchor-stamp"),
    path("terms/", public.terms, name="terms"),
]
