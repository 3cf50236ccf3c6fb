"""Addresses of the law pages. A rule's permalink names the version of the law it is read in."""

from django.urls import URLPattern, path

from complaints.web import rules

urlpatterns: list[URLPattern] = [
    path("rules/", rules.index, name="rules"),
    path("rules/law/<str:instrument>/", rules.instrument, name="rules-law"),
    path("rules/<str:name>/", rules.named, name="rules-named"),
    path("rules/<str:version>/<str:rule>/", rules.rule, name="rule"),
]
