"""Addresses of one's own account and of notices."""

from django.urls import URLPattern, path

from complaints.web import account, account_address, account_data, notices, sign_up

urlpatterns: list[URLPattern] = [
    path("account/", account.settings_page, name="account"),
    path("account/claim/", account.claim, name="claim"),
    path("account/data/", account_data.export, name="my-data"),
    path("account/delete/", account_data.delete, name="delete-account"),
    path("account/change-password/", account.change_password, name="change-password"),
    path("account/email/", account_address.new_address, name="new-address"),
    path("account/email/<str:token>/", account_address.move_account, name="move-account"),
    path("account/sign-up/", sign_up.sign_up, name="sign-up"),
    path("account/sign-up/sent/", sign_up.sent, name="sign-up-sent"),
    path("account/password/<str:token>/", sign_up.new_password, name="new-password"),
    path("notices/off/<str:token>/", notices.off, name="notices-off"),
]
