"""An organisation's own system: its administrator names where notices are posted, and sees how that goes (decision 0108)."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from upstander.actions import webhooks
from upstander.delivery import queries as delivered
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.outward import LONGEST
from upstander.delivery.webhook import CHANNEL
from upstander.people.adapters import account_of
from upstander.response import organisations as theirs
from upstander.response.pages import absent_if_not_theirs, shown


class SystemForm(forms.Form):
    """Where to post."""

    url = forms.CharField(
        label=gettext_lazy("Address of your system"),
        help_text=gettext_lazy("It begins with https:// and can be reached from the internet."),
        max_length=LONGEST,
        error_messages={"required": gettext_lazy("Write the address to which notices are to be posted.")},
    )


@require_http_methods(["GET", "POST"])
@absent_if_not_theirs
def system(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Name the system, which shows its secret once; or end it. The address is never shown again, nor is the secret."""
    account = account_of(request.user)
    organisation = theirs.theirs(account, organisation_id)
    form, secret, status = SystemForm(), "", 200
    if request.method == "POST" and request.POST.get("do") == "end":
        if webhooks.end(organisation_id, account.pk):
            messages.success(request, _("Nothing is posted to your system any more."))
        return redirect("response_system", organisation_id)
    if request.method == "POST":
        form = SystemForm(request.POST)
        secret = _registered(form, organisation_id, account.pk)
        status = 200 if secret else 422
    found = webhooks.of(organisation_id)
    values = {
        "organisation": organisation,
        "form": form,
        "secret": secret,
        "webhook": found,
        "posts": webhooks.posts(found) if found else [],
        "offered": delivered.offers(CHANNEL),
    }
    return shown(request, "system.html", values, status=status)


def _registered(form: SystemForm, organisation_id: int, account_id: int) -> str:
    """The new secret; empty where the form says what is wrong."""
    if not form.is_valid():
        return ""
    try:
        return webhooks.register(organisation_id, form.cleaned_data["url"].strip(), account_id)
    except CarrierError:
        form.add_error(
            "url", _("Write an address that begins with https://, without a name or password in it.")
        )
        return ""
