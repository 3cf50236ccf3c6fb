"""Addresses of signing in and out, and of second factors."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import factor_views, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-in/second-step/", views.second_step, name="second-step"),
    path("sign-in/passkey/", views.passkey_sign_in, name="passkey-sign-in"),
    path("sign-in/passkey/ask/", views.ask_passkey, name="passkey-ask"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("confirm/", views.confirm, name="confirm"),
    path("security/", factor_views.security, name="security"),
    path("security/app/", factor_views.app, name="totp"),
    path("security/passkey/", factor_views.passkey, name="passkey"),
    path("security/passkey/ask/", factor_views.ask_new_passkey, name="passkey-ask-new"),
    path("security/codes/", factor_views.codes, name="codes"),
    path("security/<int:pk>/remove/", factor_views.remove, name="remove-factor"),
    path("security/sign-out-elsewhere/", factor_views.sign_out_elsewhere, name="sign-out-elsewhere"),
]
