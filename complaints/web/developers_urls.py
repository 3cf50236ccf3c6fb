"""Addresses of the documentation for platforms."""

from django.urls import URLPattern, path

from complaints.web import developers

urlpatterns: list[URLPattern] = [
    path("developers/", developers.developers, name="developers"),
    path("developers/examples/<path:name>", developers.example, name="developers-example"),
]
