"""How allauth works in this house: no sign-up, no mail, no network address; slow instead of locked; secrets
sealed.
"""

from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from qrcode.image.svg import SvgPathFillImage

from upstander.audit import services as audit
from upstander.people import access, throttle
from upstander.people.models import Account
from upstander.people.sealed import open_secret, seal_secret
from upstander.people.sessions.desk import SessionStore as DeskSessions
from upstander.people.sessions.network import SessionStore as NetworkSessions
from upstander.people.sessions.school import SessionStore as SchoolSessions


def too_soon(seconds: int) -> ValidationError:
    """What a person reads who tries again before the wait is over."""
    words = ngettext(
        "That was wrong several times. Wait %(n)d second, then try again.",
        "That was wrong several times. Wait %(n)d seconds, then try again.",
        seconds,
    )
    return ValidationError(words % {"n": seconds}, code="too_soon")


def end_sessions(account_id: int) -> None:
    """Sign an account out wherever this process may: the school and the network process cannot touch the desk's sessions.

    Those are void all the same: a session is bound to the password, and an account that is not active has
    none.
    """
    SchoolSessions.end_all([account_id])
    NetworkSessions.end_all([account_id])
    if settings.PROCESS not in access.OUTSIDE:
        DeskSessions.end_all([account_id])


class AccountAdapter(DefaultAccountAdapter):
    """Accounts and passwords."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_password": _("This password is not right."),
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by administrators."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """A constant: no network address is read (and allauth's limits by address are switched off)."""
        return "0.0.0.0"  # noqa: S104 - nothing binds to it

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """Nothing: it is not read either."""
        return ""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing leaves but through `delivery.send`."""

    def is_ajax(self, request: HttpRequest) -> bool:
        """Never: these pages are pages."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The account with this e-mail address and password; an unknown, inactive or wrong one all look
        alike.

        Raises ValidationError where the next try must wait.
        """
        email = str(credentials.get("email", ""))
        bucket = throttle.password_bucket(request, email)
        if wait := throttle.take(bucket, throttle.LONGEST_PASSWORD_WAIT):
            raise too_soon(wait)
        account = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        if account is not None and access.public_by_intention(account):
            account = None
        if account is None:
            with transaction.atomic():
                audit.record(f"system:{settings.PROCESS}", "sign_in.failed", "sign_in", bucket.hex())
            return None
        throttle.forget(bucket)
        return account

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Whether this is the password of who is signed in."""
        found = self.authenticate(self.request, email=user.get_username(), password=password)
        return found is not None and found.pk == user.pk

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in. Having signed in this minute is as good as having been asked again."""
        super().login(request, user)
        record_authentication(request, user, method="password", reauthenticated=True)
        audit.record(f"account:{user.pk}", "account.signed_in", "account", user.pk, origin=settings.PROCESS)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """Lead on, and remember the browser."""
        response = super().post_login(request, user, **kwargs)
        throttle.remember(response, user.get_username())
        return response

    def logout(self, request: HttpRequest) -> None:
        """Sign out."""
        audit.record(f"account:{request.user.pk}", "account.signed_out", "account", request.user.pk or 0)
        super().logout(request)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """An account ended between password and code: back to the start."""
        return HttpResponseRedirect(reverse("account_login"))

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Change the password and sign out everywhere (this browser is signed in anew by allauth)."""
        with transaction.atomic():
            user.set_password(password)
            user.save(update_fields=["password"])
            user.refresh_from_db(fields=["password_mark"])  # this browser's session is bound to it at the network's origin
            end_sessions(user.pk)
            audit.record(f"account:{user.pk}", "account.password_changed", "account", user.pk)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own page."""
        return reverse("mfa_index")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """To the sign-in page."""
        return reverse("account_login")

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """allauth's own flashes ("Successfully signed in as ...") are left out: the pages say it."""


class MfaAdapter(DefaultMFAAdapter):
    """Second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Codes change every 30 seconds: type the one shown now.")
    }

    def encrypt(self, text: str) -> str:
        """`text` sealed for whoever signs in or is signed in (see `sealed`)."""
        return seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` sealed; raises CannotOpen."""
        return open_secret(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """A QR code on white, as an element to stand in the page: no data: address, no second request."""
        drawn = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage, box_size=10, border=4).save(drawn)
        text = drawn.getvalue().decode()
        return text[text.index("<svg") :]

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """How the app names the account."""
        return user.get_username()


def account_of(user: object) -> Account:
    """`request.user` as an Account, for views behind `SignedInOnly`."""
    if not isinstance(user, Account):
        raise TypeError(f"not an account: {type(user).__name__}")
    return user
