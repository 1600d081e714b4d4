"""Calling by a press: one's own telephone is rung, then the other side (decision 0105)."""

from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from upstander.actions.models import RequiredAction
from upstander.actions.recording import CALLS
from upstander.delivery import bridging
from upstander.delivery.telephone.numbers import CannotDial
from upstander.desk import dialling, roles, tipview
from upstander.desk.claims import Held
from upstander.desk.roles import StaffRequest
from upstander.desk.steps import Target
from upstander.desk.views.page import acted, frame, held_words, refused
from upstander.desk.views.recording import TARGET, _mine, _row, hold
from upstander.desk.views.tippage import TipPage
from upstander.intake.queries import QueueRow
from upstander.web import errors


class TelephoneForm(forms.Form):
    """One's own telephone."""

    number = forms.CharField(
        label=gettext_lazy("Your telephone"), required=False, max_length=40,
        help_text=gettext_lazy("An extension (2041), or a whole number (217-555-0142). It rings when you press Call."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip


@never_cache
@roles.reader
def telephone(request: StaffRequest) -> HttpResponse:
    """Where one is rung when one calls from the desk."""
    form = TelephoneForm(request.POST or None, initial={"number": dialling.telephone(request.user)})
    saved = False
    if request.method == "POST" and form.is_valid():
        try:
            dialling.set_telephone(request.user, form.cleaned_data["number"])
            saved = True
        except CannotDial:
            form.add_error(
                "number",
                _("Write an extension of two to six digits, or a whole telephone number; no service number."),
            )
    if saved:
        return redirect(reverse("desk_telephone") + "?saved=1")
    posted = request.method == "POST"
    known = {
        "form": form,
        "saved": "saved" in request.GET and not posted,
        "ready": bridging.ready(),
        **frame(request),
    }
    return render(request, "desk/telephone.html", known, status=422 if posted else 200)


@require_POST
@roles.reader
def dial(request: StaffRequest, number: str, action_id: UUID) -> HttpResponse:
    """Ring the presser's telephone, then a number of the row."""
    tip = tipview.find(number)
    action = _mine(request, tip, action_id)
    if not (roles.works(request.user) or roles.owes(request.user, action.owed_by)):
        return errors.another_role(request)
    try:
        with transaction.atomic():
            hold(request, tip, action)
            _dial(request, tip, action)
    except Held as held:
        return _cannot(request, tip, action, held_words(held), 409)
    except dialling.NotListed:
        return _cannot(
            request,
            tip,
            action,
            _("This number is not listed here any more, or cannot be dialled: look again."),
            422,
        )
    except bridging.AlreadyCalling:
        return _cannot(request, tip, action, _("A call is under way already: end it first."), 409)
    except NotReady:
        return _cannot(request, tip, action, _("No call can be made from here now: dial by hand."), 409)
    row = _row(request, tip, action_id, {})
    return acted(
        request, tip, _("Your telephone is being rung."), TARGET, f"#a-{action_id.hex[-8:]}", row=row
    )


class NotReady(Exception):
    """There is nothing to dial with, or nowhere to ring the presser."""


def _dial(request: StaffRequest, tip: QueueRow, action: RequiredAction) -> None:
    page = TipPage(request, tip)
    target = _target(page, action.pk)
    if not (page.dials.ready and page.dials.number):
        raise NotReady
    if target is None or not target.acting or action.kind not in CALLS:
        raise dialling.NotListed
    dialling.dial(target, request.user, request.POST.get("number", ""))


def _target(page: TipPage, action_id: UUID) -> Target | None:
    return next((t for step in page.todo.steps for t in step.targets if t.action.id == action_id), None)


@require_POST
@roles.reader
def hang_up(request: StaffRequest, number: str, action_id: UUID) -> HttpResponse:
    """End the call that one has begun."""
    tip = tipview.find(number)
    action = _mine(request, tip, action_id)
    bridging.hang_up(action.pk, request.user.pk)
    row = _row(request, tip, action_id, {})
    return acted(request, tip, _("The call is being ended."), TARGET, f"#a-{action_id.hex[-8:]}", row=row)


def _cannot(
    request: StaffRequest, tip: QueueRow, action: RequiredAction, why: str, status: int
) -> HttpResponse:
    bound = {"dial": (action.pk, why)}
    return refused(request, tip, bound, TARGET, status, row=_row(request, tip, action.pk, bound))
