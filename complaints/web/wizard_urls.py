"""Addresses of the filing form."""

from django.urls import path

from complaints.web import wizard, wizard_check, wizard_evidence

urlpatterns = [
    path("complaint/", wizard.start, name="start"),
    path("complaint/save/", wizard.save, name="wizard-save"),
    path("complaint/delete/", wizard.delete, name="wizard-delete"),
    path("complaint/help-now/", wizard.help_now, name="wizard-help-now"),
    path("complaint/evidence/", wizard_evidence.evidence, name="wizard-evidence"),
    path("complaint/evidence/<int:evidence_id>/thumb/", wizard_evidence.thumb, name="wizard-thumb"),
    path("complaint/check/", wizard_check.check, name="wizard-check"),
    path("complaint/done/<str:reference>/", wizard_check.done, name="wizard-done"),
    path("complaint/<slug:slug>/", wizard.question, name="wizard-page"),
]
