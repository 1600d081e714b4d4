"""Forms of signing in and of the second factor."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as allauth_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from upstander.people import second_factor, throttle
from upstander.people.adapters import account_of, too_soon
from upstander.people.models import Account


def _without_placeholders(form: forms.Form) -> None:
    """A placeholder vanishes when one types; the label is there for good."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""
        _without_placeholders(self)


class ConfirmPasswordForm(ReauthenticateForm):
    """One's password again, before something that a borrowed keyboard must not do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        _without_placeholders(self)


class PasswordForm(ChangePasswordForm):
    """The present password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Your present password")
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _(
            "At least 12 characters. Several words are easy to keep in mind."
        )
        self.fields["password2"].label = _("The new password again")
        _without_placeholders(self)


class FirstPasswordForm(forms.Form):
    """The password behind a set-up link, twice."""

    password1 = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least 12 characters. Several words are easy to keep in mind."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password1(self) -> str:
        """Long enough and not among the commonest."""
        password: str = self.cleaned_data["password1"]
        password_validation.validate_password(password, self.account)
        return password

    def clean_password2(self) -> str:
        """The same twice."""
        again: str = self.cleaned_data["password2"]
        if "password1" in self.cleaned_data and again != self.cleaned_data["password1"]:
            raise forms.ValidationError(_("The two passwords are not the same."))
        return again


class _CodeForm(forms.Form):
    """A code of the app or a recovery code, checked by `second_factor.accept`, slower after wrong ones."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )

    user: Account  # set by allauth's half of the form

    def clean_code(self) -> str:
        """The code is right and was not used before."""
        bucket = throttle.code_bucket(self.user.pk)
        if wait := throttle.take(bucket, throttle.LONGEST_CODE_WAIT):
            raise too_soon(wait)
        found = second_factor.accept(self.user, self.cleaned_data["code"])
        if found is None:
            raise get_adapter().validation_error("incorrect_code")
        throttle.forget(bucket)
        found.user = self.user
        self.authenticator = found
        return str(self.cleaned_data["code"])


class CodeForm(_CodeForm, allauth_forms.AuthenticateForm):
    """The second step of signing in."""

    def save(self) -> None:
        """Go on to be signed in."""
        super().save()
        second_factor.mark(context.request, self.user.pk)


class ConfirmCodeForm(_CodeForm, allauth_forms.ReauthenticateForm):
    """A code again, before something that a borrowed keyboard must not do."""


class AuthenticatorForm(ActivateTOTPForm):
    """Setting up an authenticator app; its secret waits, sealed, in the session."""

    code = forms.CharField(
        label=_("The code that the app shows now"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = account_of(kwargs.pop("user"))
        super(ActivateTOTPForm, self).__init__(*args, **kwargs)
        session = context.request.session
        if SECRET_SESSION_KEY not in session:
            session[SECRET_SESSION_KEY] = encrypt(generate_totp_secret())
        self.secret: str = decrypt(session[SECRET_SESSION_KEY])
        self.counter: int | None = None

    def clean_code(self) -> str:
        """The code is the app's, so the app has the secret and a right clock."""
        bucket = throttle.code_bucket(self.user.pk)
        if wait := throttle.take(bucket, throttle.LONGEST_CODE_WAIT):
            raise too_soon(wait)
        code = second_factor.plain(self.cleaned_data["code"])
        self.counter = second_factor.matching_counter(self.secret, code)
        if self.counter is None:
            raise get_adapter().validation_error("incorrect_code")
        throttle.forget(bucket)
        return code
