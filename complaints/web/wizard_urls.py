"""Addresses of the filing form."""

from django.urls import path

from complaints.web import (
    authority,
    contact_verify,
    receipt_views,
    wizard,
    wizard_check,
    wizard_evidence,
    wizard_mask,
    wizard_return,
    wizard_tasks,
    wizard_uploads,
    wizard_windows,
)

urlpatterns = [
    path("complaint/", wizard.start, name="start"),
    path("complaint/save/", wizard_return.save, name="wizard-save"),
    path("complaint/tasks/", wizard_tasks.tasks, name="wizard-tasks"),
    path("resume/", wizard_return.resume, name="resume"),
    path("complaint/delete/", wizard.delete, name="wizard-delete"),
    path("complaint/help-now/", wizard.help_now, name="wizard-help-now"),
    path("complaint/evidence/", wizard_evidence.evidence, name="wizard-evidence"),
    path("complaint/evidence/<int:evidence_id>/thumb/", wizard_evidence.thumb, name="wizard-thumb"),
    path("complaint/evidence/<int:evidence_id>/mask/", wizard_mask.mask, name="wizard-mask"),
    path("complaint/evidence/<int:evidence_id>/mask/<slug:variant>/", wizard_mask.picture, name="wizard-mask-picture"),
    path("complaint/evidence/uploads/", wizard_uploads.begin, name="upload"),
    path("complaint/evidence/uploads/<uuid:key>/", wizard_uploads.part, name="upload-part"),
    path("complaint/evidence/uploads/<uuid:key>/finish/", wizard_uploads.finish, name="upload-finish"),
    path("complaint/evidence/uploads/<uuid:key>/cancel/", wizard_uploads.cancel, name="upload-cancel"),
    path("complaint/authority/", authority.of_draft, name="wizard-authority"),
    path("complaint/authority.pdf", authority.pdf_of_draft, name="wizard-authority-pdf"),
    path("complaint/contact/verify/", contact_verify.of_draft, name="wizard-verify"),
    path("complaint/check/", wizard_check.check, name="wizard-check"),
    path("complaint/done/<str:reference>/", wizard_check.done, name="wizard-done"),
    path("complaint/done/<str:reference>/receipt.png", receipt_views.picture, name="receipt-picture"),
    path("complaint/done/<str:reference>/send/", receipt_views.text_it, name="receipt-text"),
    path("complaint/<slug:slug>/choose/", wizard_windows.choose, name="wizard-choose"),
    path("complaint/<slug:slug>/", wizard.question, name="wizard-page"),
]
