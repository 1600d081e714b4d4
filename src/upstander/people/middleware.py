"""Nobody sees a page of desk or school origin unless they are signed in with a second factor and have
business there.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from upstander.people import access, second_factor
from upstander.web import errors

# The whole list of what answers without sign-in, by URL name. A test walks the URLconf and holds it complete.
# (Signing out is on it for who is between password and code; static files are served before this.)
_EVERYWHERE = frozenset(
    {"account_login", "account_logout", "mfa_authenticate", "people_set_up", "healthz", "readyz"}
)
OPEN = {
    "desk": _EVERYWHERE | {"metrics"},  # which asks for a token of its own
    "school": _EVERYWHERE
    | {
        "response_notice", "response_reverify", "response_forgotten", "response_enrol", "response_enrol_place",
        # the app: what is the same for everybody; and where a phone's pushes go, by its own mark
        "preparedness_feed",  # a token opens it
        "response_manifest", "response_worker", "response_offline", "response_renew",
    },
    "network": _EVERYWHERE
    | {"exchange_taxii"}  # a token opens it
    | {"circulation_feed", "circulation_unsubscribe"}  # a token opens them
    # the app: what is the same for everybody; and what a phone asks by a mark of its own
    | {"circulation_manifest", "circulation_worker", "circulation_kept", "circulation_contact", "circulation_renew"}
    | {"network_forgotten"}
    | {"gatherings_feed", "network_apply", "network_apply_confirm", "network_apply_sponsor", "network_terms"},
}
# What an account may open that has not set up its second factor yet ...
_SETTING_UP = frozenset({"mfa_activate_totp", "account_reauthenticate", "account_logout"})
# ... and one that has, but no role (desk) or designation (school): its own affairs.
_OWN = frozenset(
    {
        "mfa_index", "account_logout", "account_reauthenticate", "mfa_reauthenticate",
        "account_change_password", "mfa_activate_totp", "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    }
)  # fmt: skip
# What staff change at the desk only: the school origin's login may not touch their passwords and second factors
# (migration 0004), so that whoever captures that origin does not sign in at the desk. The network's may not touch those of a
# school's people either (migration 0013).
_AT_THE_DESK = frozenset({"account_change_password", "mfa_activate_totp", "mfa_generate_recovery_codes"})


def _has_business(origin: str, request: HttpRequest) -> bool:
    if origin == "desk":
        return bool(access.roles(request.user))
    if origin in access.BUSINESS:
        return access.BUSINESS[origin](request.user)
    return origin == "school" and access.designated(request.user)


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Lead to the sign-in page and back; a page that asked in the background is told to go there whole."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("account_login")})
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


class SignedInOnly:
    """Decides before each view. Which origin this is follows from the process (`settings.PROCESS`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; see `process_view`."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """None lets the view answer."""
        origin = settings.PROCESS
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN.get(origin, ()):
            return None
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if name in _AT_THE_DESK and access.kept_elsewhere(request.user):
            return errors.page(request, 403)
        authenticator = second_factor.authenticator_of(request.user.pk)
        if authenticator is None:
            return None if name in _SETTING_UP else redirect("mfa_activate_totp")
        if not second_factor.shown(request, authenticator):
            logout(request)  # a session from before the second factor, or before it was replaced
            return to_sign_in(request)
        if name in _OWN or _has_business(origin, request):
            return None
        return render(request, "people/no_business.html", {"origin": origin}, status=403)
