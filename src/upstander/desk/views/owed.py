"""Work by owner: every open row that somebody owes or took up, late ones red, recorded where it stands; and the calls back
by which the fusion center makes sure that law enforcement has it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upstander import clock
from upstander.actions import services as actions
from upstander.actions import work
from upstander.actions.models import RequiredAction
from upstander.desk import outside, owed, roles
from upstander.desk.claims import Held
from upstander.desk.roles import StaffRequest
from upstander.desk.views import recording
from upstander.desk.views.page import frame, held_words, is_part, trigger
from upstander.intake import queries as intake
from upstander.packs.current import current
from upstander.people.models import Role
from upstander.web import errors

PAGE, MOST = 100, 1000
CALLBACKS = "callbacks"  # beside the owners' codes, the list from which a form can be sent
Bound = dict[UUID, Any]


def _limit(request: StaffRequest) -> int:
    asked = request.GET.get("n", "")
    return max(PAGE, min(int(asked), MOST)) if asked.isdecimal() and len(asked) < 5 else PAGE


@require_GET
@roles.ower
def owing(request: StaffRequest) -> HttpResponse:
    """What one owes, by owner where one has several."""
    return _shown(request, request.GET.get("of", ""), {})


@require_GET
@roles.assurer
def callbacks(request: StaffRequest) -> HttpResponse:
    """Whether law enforcement has it: the agencies to call until a named officer says so (D-IV.A.1.a)."""
    return _shown(request, CALLBACKS, {})


@require_GET
@roles.assurer
def out_of_network(request: StaffRequest) -> HttpResponse:
    """Open tips about Out-of-Network schools: the number to transfer to, the agency, what is missing, how far each duty is."""
    found, total = outside.tips(clock.now(), _limit(request))
    known = {"tips": found, "total": total, "step": PAGE}
    if is_part(request):
        return render(request, "desk/_out_of_network.html", known)
    return render(request, "desk/out_of_network.html", {**known, **frame(request)})


def _shown(request: StaffRequest, back: str, bound: Bound, status: int = 200) -> HttpResponse:
    """The list `back`, with forms as they were sent where they did not pass: a part of the page for htmx, else the page."""
    if back == CALLBACKS:
        part, whole, known = "desk/_callbacks.html", "desk/callbacks.html", _callbacks(request, bound)
    else:
        part, whole, known = "desk/_owed.html", "desk/owed.html", _owing(request, back, bound)
    if is_part(request):
        return render(request, part, known, status=status)
    # the bar and the live line are for who reads tips
    framed = frame(request) if known["reads"] else {}
    return render(request, whole, {**known, **framed}, status=status)


def _owing(request: StaffRequest, of: str, bound: Bound) -> dict[str, Any]:
    mine, now, pack = roles.owners(request.user), clock.now(), current()
    of = of if of in mine else mine[0]
    rows, total = owed.rows(request.user, now, bound, owners=[of], limit=_limit(request))
    open_ = work.counts(now)
    return {
        "rows": rows,
        "total": total,
        "step": PAGE,
        "of": of,
        "back": of,
        "owner": pack.word("owner", of),
        "tabs": [{"owner": o, "word": pack.word("owner", o), "open": open_.get(o, 0)} for o in mine],
        "reads": roles.reads(request.user),
        "spoken_for": of in roles.SPOKEN_FOR,
        "reviews": of == Role.INTELLIGENCE_COMMAND,
    }


def _callbacks(request: StaffRequest, bound: Bound) -> dict[str, Any]:
    rows, total = owed.rows(request.user, clock.now(), bound, kinds=owed.RECEIPTS, limit=_limit(request))
    others = outside.answering(rows)
    return {"rows": rows, "total": total, "step": PAGE, "back": CALLBACKS, "others": others, "reads": True}


@require_POST
@roles.ower
def record(request: StaffRequest, action_id: UUID) -> HttpResponse:
    """Record what came of a row where it stands; back to the list from which it was sent."""
    action = RequiredAction.objects.filter(pk=action_id).first()
    if action is None:
        raise Http404
    back = request.POST.get("back", "")[:32]
    may = roles.works(request.user) or roles.owes(request.user, action.owed_by)
    if not may or (back == CALLBACKS and not roles.assures(request.user)):
        return errors.another_role(request)
    form = owed.form_of(action, request.POST)
    status = _written(request, action, form) if form.is_valid() else 422
    if status == 302 and not is_part(request):
        query = urlencode({"of": back})
        return redirect("desk_callbacks" if back == CALLBACKS else f"{reverse('desk_owed')}?{query}")
    if status == 302:
        return trigger(_shown(request, back, {}), tip_changed="", announce=_("Recorded."))
    return _shown(request, back, {action_id: form}, status)


def _written(request: StaffRequest, action: RequiredAction, form: Any) -> int:
    """The status of the answer to a form that is complete: 302 where it was written down."""
    tip = intake.tip(action.tip_id)
    if tip is None:
        raise Http404
    try:
        with transaction.atomic():
            recording.hold(request, tip, action)
            recording.write(action.id, request.user.pk, form)
    except actions.CannotRecord as why:
        recording.beside(form, why)
    except Held as held:
        form.add_error("note", held_words(held))
        return 409
    else:
        return 302
    return 422
