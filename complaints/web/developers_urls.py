"""Addresses of the documentation for platforms."""

from django.urls import URLPattern, path

from complaints.web import developers, developers_kiosk

urlpatterns: list[URLPattern] = [
    path("developers/", developers.developers, name="developers"),
    path("developers/kiosk/", developers_kiosk.kiosk, name="developers-kiosk"),
    path("developers/examples/<path:name>", developers.example, name="developers-example"),
]
