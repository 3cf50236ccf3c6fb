"""/api/v1/consumer/"""

from django.urls import path

from complaints.api.consumer import asking, filing, following

urlpatterns = [
    path("consumer/catalogue", asking.CatalogueView.as_view()),
    path("consumer/questions", asking.QuestionsView.as_view()),
    path("consumer/check", asking.CheckView.as_view()),
    path("consumer/uploads", filing.UploadsView.as_view()),
    path("consumer/uploads/<uuid:tray>/<int:upload_id>", filing.UploadView.as_view()),
    path("consumer/complaints", filing.ComplaintsView.as_view()),
    path("consumer/complaints/<str:reference>", following.ComplaintView.as_view()),
    path("consumer/complaints/<str:reference>/open", following.OpenView.as_view()),
    path("consumer/complaints/<str:reference>/slip", following.SlipView.as_view()),
    path("consumer/complaints/<str:reference>/evidence", following.EvidenceView.as_view()),
    path("consumer/complaints/<str:reference>/facts", following.FactsView.as_view()),
    path("consumer/complaints/<str:reference>/messages", following.MessagesView.as_view()),
    path("consumer/complaints/<str:reference>/offers/<int:number>", following.OfferView.as_view()),
    path("consumer/complaints/<str:reference>/withdraw", following.WithdrawView.as_view()),
]
