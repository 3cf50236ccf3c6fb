"""Addresses of the documentation for platforms."""

from django.urls import URLPattern, path

from complaints.web import developers, developers_kiosk, first_hour

urlpatterns: list[URLPattern] = [
    path("developers/", developers.developers, name="developers"),
    path("developers/api/", developers.api_in_full, name="developers-api"),
    path("developers/kiosk/", developers_kiosk.kiosk, name="developers-kiosk"),
    path("developers/first-hour/", first_hour.first_hour, name="developers-first-hour"),
    path("developers/examples/receiver.zip", first_hour.receiver, name="developers-receiver"),
    path("developers/examples/<path:name>", developers.example, name="developers-example"),
]
