"""A report on one page, for a phone without a line: the app keeps this page, and sends it when the line is back (decision 0101).

The form mints its own idempotency key (decisions 5): what is sent twice, because an answer was lost, is one report.
"""

import secrets
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from upstander.intake.channels import files, forms, web, wizard
from upstander.intake.channels.pages import page, show
from upstander.intake.channels.wizard import Draft
from upstander.intake.submission import LIMITS, WeakKey, checked_key, clean


class WholePage(forms.WhatPage, forms.MorePage, forms.ReachPage):
    """All questions at once; only the first is demanded."""

    danger = django_forms.BooleanField(required=False, label=_("Somebody is in danger right now"))
    place_text = django_forms.CharField(
        required=False, label=_("Which school or place?"), widget=django_forms.TextInput(attrs={"autocomplete": "off"})
    )
    field_order = ("danger", "text", "subtype", "place_text", "who", "when", "weapon", "about", "email", "phone", "name")

    def __init__(self) -> None:
        super().__init__()
        for name, limit in LIMITS.items():  # without a line nobody could say that it is too long
            self.fields[name].widget.attrs["maxlength"] = limit
        self.fields["text"].widget.attrs["required"] = True


@page("GET", "POST")
def tell(request: HttpRequest) -> HttpResponse:
    """The page; or what was written on it, now that there is a line. What is wrong with it is said by the pages of the form."""
    if request.method != "POST":
        return show(request, "offline", form=WholePage())
    return web.send(request, _draft(request), [])


def _draft(request: HttpRequest) -> Draft:
    """What was written, under the key that the page minted, or under a fresh one where no script ran."""
    typed: dict[str, Any] = forms.typed(WholePage, request.POST)
    typed["danger"] = "danger" in request.POST
    try:
        key = checked_key(request.POST.get("key", ""))
    except WeakKey:
        key = secrets.token_urlsafe(16)
    return Draft(key=key, **typed)


@page("GET", "POST")
def shared(request: HttpRequest) -> HttpResponse:
    """What somebody shared from the phone with the app: its files go with a new report, its words stand in it to be changed."""
    draft = wizard.fresh()
    if request.method == "POST":
        draft.files, faults = files.brought(request, [])
        words = [request.POST.get(name, "") for name in ("title", "text", "url")]
        draft.text = clean("\n".join(filter(None, words)))[: LIMITS["text"]]
        return web.begin(request, draft, faults)
    return web.begin(request, draft, [])
