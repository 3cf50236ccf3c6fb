"""Addresses of the two-minute check."""

from django.urls import path

from complaints.web import check

urlpatterns = [
    path("check/", check.start, name="check"),
    path("check/q/<int:number>/", check.question, name="check-question"),
    path("check/result/", check.result, name="check-result"),
    path("check/complaint/", check.complain, name="check-complain"),
]
