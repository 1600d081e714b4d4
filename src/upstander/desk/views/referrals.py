"""What the desk and the recipients wait for from each other: their questions, what nobody confirmed, what nobody closed."""

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upstander.actions import panels
from upstander.audit import services as audit
from upstander.desk import claims, forms, roles, tipview
from upstander.desk.claims import Held
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import acted, frame, held_words, refused

PANELS = "desk/_panels.html"


@require_GET
@roles.reader
@transaction.atomic
def referrals(request: StaffRequest) -> HttpResponse:
    """The lists, what waits longest first: codes, names and times, nothing that a person wrote. Looking is on record."""
    lists = panels.referrals_waiting()
    audit.record(
        request.user.actor,
        "referrals.listed",
        "list",
        "referrals",
        **{found.name: found.total for found in lists},
    )
    return render(request, "desk/referrals.html", {"lists": lists, **frame(request)})


@require_POST
@roles.worker
def answer(request: StaffRequest, number: str, question_id: UUID) -> HttpResponse:
    """Answer a question that a recipient asked about this tip; whoever holds the tip does."""
    tip = tipview.find(number)
    form = forms.answer_form(question_id, request.POST)
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                claims.take(tip.id, request.user.pk)
                panels.answer(tip.id, question_id, request.user, given["text"], given["press"])
        except panels.NoSuchQuestion as why:
            raise Http404 from why
        except panels.CannotAnswer as why:
            form.add_error("text", str(why))
        except Held as held:
            form.add_error("text", held_words(held))
            status = 409
        else:
            return acted(request, tip, _("Answered."), PANELS, "#panel-response", answered=True)
    with transaction.atomic():
        return refused(request, tip, {f"answer-{question_id}": form}, PANELS, status)
