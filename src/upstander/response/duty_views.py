"""The acts on a school's duty clocks, from its page of a referral."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from upstander.actions.clock_forms import MeetForm, WaiveForm
from upstander.actions.clocks import CannotClock
from upstander.people.adapters import account_of
from upstander.response import duties
from upstander.response.pages import absent_if_not_theirs
from upstander.response.views import referral_page


def _done(referral_id: UUID) -> HttpResponse:
    return redirect(f"{reverse('response_referral', args=[referral_id])}#duties")


def _wrong(request: HttpRequest, referral_id: UUID, key: str, form: Any, error: CannotClock | None) -> HttpResponse:  # fmt: skip
    """The page again, with the form as it was sent and what is wrong beside its field."""
    if error is not None:
        hidden = error.field not in form.fields or form[error.field].is_hidden
        form.add_error("reason" if hidden and "reason" in form.fields else error.field, str(error))
    return referral_page(request, referral_id, duty_forms={key: form})


@require_POST
@absent_if_not_theirs
def open_(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """We have determined that this duty holds."""
    code, every = request.POST.get("code", ""), duties.own()
    chosen = tuple(d for d in every if d.code == code)
    key = code if chosen and "other" not in request.POST else "other"
    form, error = duties.opening(chosen if key == code else every, key, request.POST), None
    if form.is_valid():
        try:
            duties.open_clock(account_of(request.user), referral_id, form)
            return _done(referral_id)
        except CannotClock as why:
            error = why
    return _wrong(request, referral_id, f"open-{key}", form, error)


@require_POST
@absent_if_not_theirs
def meet(request: HttpRequest, referral_id: UUID, clock_id: UUID) -> HttpResponse:
    """We have done it."""
    form, error = MeetForm(request.POST, auto_id=f"id_meet_{clock_id.hex[-8:]}_%s"), None
    if form.is_valid():
        try:
            duties.meet_clock(account_of(request.user), referral_id, clock_id, form)
            return _done(referral_id)
        except CannotClock as why:
            error = why
    return _wrong(request, referral_id, f"meet-{clock_id}", form, error)


@require_POST
@absent_if_not_theirs
def waive(request: HttpRequest, referral_id: UUID, clock_id: UUID) -> HttpResponse:
    """It does not hold."""
    form, error = WaiveForm(request.POST, auto_id=f"id_waive_{clock_id.hex[-8:]}_%s"), None
    if form.is_valid():
        try:
            duties.waive_clock(account_of(request.user), referral_id, clock_id, form)
            return _done(referral_id)
        except CannotClock as why:
            error = why
    return _wrong(request, referral_id, f"waive-{clock_id}", form, error)
