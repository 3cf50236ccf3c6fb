"""Addresses of the reference: pages for people, which stand among the pages in both languages."""

from django.urls import URLPattern, path

from complaints.api import reference

urlpatterns: list[URLPattern] = [
    path("developers/reference/", reference.reference, name="developers-reference"),
    path("developers/reference/<str:name>/", reference.operation, name="developers-operation"),
]
