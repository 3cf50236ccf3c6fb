"""Addresses of the public figures."""

from django.urls import URLPattern, path, re_path

from complaints.web import stats

urlpatterns: list[URLPattern] = [
    path("stats/", stats.stats, name="stats"),
    path("stats/method/", stats.method, name="stats-method"),
    path("stats/figures.csv", stats.stats_csv, name="stats-csv"),
    path("stats/figures.json", stats.stats_json, name="stats-json"),
    re_path(r"^stats/(?P<month>[0-9]{4}-[0-9]{2})/$", stats.stats, name="stats-month"),
]
