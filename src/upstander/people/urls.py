"""Signing in and one's own account, on desk and school origin. Of allauth only what is used is mounted."""

from django.urls import path

from upstander.people import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-in/code/", views.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-out/", views.SignOut.as_view(), name="account_logout"),
    path("set-up/<str:token>/", views.set_up, name="people_set_up"),
    path("account/", views.own_account, name="mfa_index"),
    path("account/password/", views.ChangePassword.as_view(), name="account_change_password"),
    path("account/confirm/", views.ConfirmPassword.as_view(), name="account_reauthenticate"),
    path("account/confirm/code/", views.ConfirmCode.as_view(), name="mfa_reauthenticate"),
    path("account/second-factor/", views.SetUpAuthenticator.as_view(), name="mfa_activate_totp"),
    path("account/recovery-codes/", views.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", views.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
]
