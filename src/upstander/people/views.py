"""Signing in, out, and one's own account: allauth's flows under our own pages."""

from typing import Any

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from upstander.people import access, forms, second_factor, services
from upstander.people.adapters import account_of
from upstander.people.models import Account, Role

_MAILED = {"school": "response_forgotten", "network": "network_forgotten"}  # where an origin mails a link that sets a password


class SignIn(account_views.LoginView):
    """E-mail address and password."""

    form_class = forms.SignInForm
    template_name = "people/sign_in.html"


class SecondStep(mfa_views.AuthenticateView):
    """The code."""

    form_class = forms.CodeForm
    template_name = "people/second_step.html"

    def _build_forms(self) -> forms.CodeForm:
        """allauth would look for a passkey where no code was sent; there are none yet."""
        self.webauthn_form = None
        data = self.request.POST if self.request.method == "POST" else None
        self.auth_form = self.form_class(data, user=self.stage.login.user)  # type: ignore[call-arg]
        return self.auth_form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the practice code where this is a demo account in the sandbox."""
        shown = super().get_context_data(**kwargs)
        return shown | {"practice_code": second_factor.practice_code(self.stage.login.user)}


class SignOut(account_views.LogoutView):
    """GET asks, POST signs out."""

    template_name = "people/sign_out.html"


class ChangePassword(account_views.PasswordChangeView):
    """A new password; every other browser is signed out."""

    form_class = forms.PasswordForm
    template_name = "people/password.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who has none to change is led to where a link is mailed that sets one; at the desk its administrator makes it."""
        if account_of(request.user).has_usable_password():
            return super().dispatch(request, *args, **kwargs)
        if where := _MAILED.get(settings.PROCESS):
            messages.info(request, _("Your account has no password yet. Set one by a link that we mail you."))
            return redirect(where)
        return render(request, "people/no_password.html")


class ConfirmPassword(account_views.ReauthenticateView):
    """The password again."""

    form_class = forms.ConfirmPasswordForm
    template_name = "people/confirm.html"


class ConfirmCode(mfa_views.ReauthenticateView):
    """A code again."""

    form_class = forms.ConfirmCodeForm
    template_name = "people/confirm.html"


class SetUpAuthenticator(totp_views.ActivateTOTPView):
    """The authenticator app is set up once; replacing it needs an administrator."""

    form_class = forms.AuthenticatorForm
    template_name = "people/second_factor.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for who has none."""
        if second_factor.authenticator_of(account_of(request.user).pk):
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the secret in groups, for who types it."""
        shown = super().get_context_data(**kwargs)
        secret = shown["form"].secret
        return shown | {"secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))}

    def form_valid(self, form: forms.AuthenticatorForm) -> HttpResponse:
        """Activate; the code is used up, and this session has shown it."""
        account = account_of(self.request.user)
        response = super().form_valid(form)
        services.second_factor_set_up(account, form.counter)
        second_factor.mark(self.request, account.pk)
        return response

    def get_success_url(self) -> str:
        """To the recovery codes, which are shown then."""
        return reverse("mfa_view_recovery_codes")


def _recovery_codes(account: Account) -> Authenticator | None:
    return Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).first()


class RecoveryCodes(recovery_views.ViewRecoveryCodesView):
    """The recovery codes that are left; who never had any is led to where they are made."""

    template_name = "people/recovery_codes.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for who has some."""
        if _recovery_codes(account_of(request.user)) is None:
            return redirect("mfa_generate_recovery_codes")
        return super().dispatch(request, *args, **kwargs)


class NewRecoveryCodes(recovery_views.GenerateRecoveryCodesView):
    """Ten new ones; the old ones are void."""

    template_name = "people/recovery_codes_new.html"


def own_account(request: HttpRequest) -> HttpResponse:
    """One's own account: who one is here, what one may do, password, recovery codes."""
    account = account_of(request.user)
    held = access.roles(account)
    found = _recovery_codes(account)
    shown = {
        "account": account,
        "roles": [label for code, label in Role.choices if code in held],
        "codes_left": len(found.wrap().get_unused_codes()) if found else 0,
        "supervises": Role.SUPERVISOR in held,
        "changes_here": not access.kept_elsewhere(account),
    }
    return render(request, "people/account.html", shown)


@never_cache
@sensitive_post_parameters("password1", "password2")
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a set-up link: choose a password, then sign in (and set up the second factor)."""
    invitation = services.invitation_for(token)
    if invitation is None:
        return render(request, "people/set_up_void.html", status=410)
    form = forms.FirstPasswordForm(
        request.POST if request.method == "POST" else None, account=invitation.account
    )
    if request.method == "POST" and form.is_valid():
        if services.accept_invitation(token, form.cleaned_data["password1"]):
            return render(request, "people/set_up_done.html", {"account": invitation.account})
        return render(request, "people/set_up_void.html", status=410)
    return render(request, "people/set_up.html", {"form": form, "account": invitation.account})
