"""The telephone: the form that is filled in while somebody talks, and what came of the calls."""

import csv
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import clock
from upstander.audit import services as audit
from upstander.desk import claims, phone, roles
from upstander.desk.claims import Held
from upstander.desk.models import Call
from upstander.desk.phone_form import PhoneForm, holds_nothing, page_mark, says_something, typed
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame
from upstander.ids import grouped, new_id
from upstander.intake import services as intake
from upstander.intake.channels import spoken
from upstander.packs.current import current

SHOWN, KEPT = 31, 366  # days of the table, and of the file


@require_GET
@roles.worker
def fresh(request: StaffRequest) -> HttpResponse:
    """An empty form, and the calls that this person has not finished. Nothing is stored until something is typed."""
    form = PhoneForm(call_id=new_id(), account_id=request.user.pk)
    counted = request.GET.get("counted", "")
    known = {"counted": phone.label(counted) if counted in phone.NO_TIP else ""}
    return _page(request, form, 200, **known)


@require_http_methods(["GET", "POST"])
@roles.worker
def call(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """One call: as it was saved, or what the pressed button makes of it."""
    if request.method == "POST":
        return _pressed(request, call_id)
    with transaction.atomic():
        found = phone.find(call_id, request.user)
        if found is None or found.over_at is not None:
            return redirect("desk_phone")
        if found.account_id != request.user.pk:
            audit.record(request.user.actor, "call.viewed", "call", call_id)
        saved = phone.opened(found)
    form = PhoneForm(initial=saved | {"seen": found.saves}, call_id=call_id, account_id=request.user.pk)
    return _page(request, form, 200, found=found)


@require_POST
@roles.worker
def save(request: StaffRequest, call_id: UUID) -> JsonResponse:
    """The page saves itself: how often it has been saved, or a code of what is wrong."""
    fields, (seen, tab) = typed(request.POST), page_mark(request.POST)
    if holds_nothing(fields) and phone.find(call_id, request.user) is None:
        return JsonResponse({"seen": seen})
    try:
        return JsonResponse({"seen": phone.save(call_id, request.user, fields, seen, tab)})
    except phone.SavedElsewhere:
        return JsonResponse({"error": "elsewhere"}, status=409)
    except phone.Over:
        return JsonResponse({"error": "over"}, status=410)
    except phone.TooLong:
        return JsonResponse({"error": "too_long"}, status=413)


def _pressed(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """A button of the form; what stands on the page is saved before anything else."""
    go = request.POST.get("go", "")
    go = go if go in ("send", *phone.NO_TIP) else "save"
    form = PhoneForm(request.POST, call_id=call_id, account_id=request.user.pk)
    known = phone.find(call_id, request.user)  # somebody else's is refused before anything
    if go in phone.NO_TIP and not says_something(typed(request.POST)):
        phone.end(call_id, request.user, go)
        return redirect(f"/enter/phone/?counted={go}")
    over = known is not None and known.over_at is not None
    kept = not over and (known is not None or not holds_nothing(typed(request.POST)))
    if kept and (refused := _saved(request, form)):
        return refused
    if go == "send" and form.is_valid():
        return _stored(request, form)
    if go == "save":
        return redirect("desk_phone") if over else redirect("desk_call", call_id=call_id)
    if go in phone.NO_TIP:
        form.full_clean()
        form.refuse_no_tip()
    return _again(request, form, 422)


def _saved(request: StaffRequest, form: PhoneForm) -> HttpResponse | None:
    """Save the draft; else the page that says why not, with every word still on it."""
    try:
        seen = phone.save(form.call_id, request.user, typed(request.POST), *page_mark(request.POST))
    except phone.SavedElsewhere:
        with transaction.atomic():
            newer = phone.find(form.call_id, request.user)
        words = _("This call was saved on another page since. Saving again puts what stands here in its place.")
        return _refused(request, form, words, 409, newer.saves if newer else 0)
    except phone.TooLong:
        words = _("All of this together is too long to be saved. Please make it shorter.")
        return _refused(request, form, words, 422, page_mark(request.POST)[0])
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["seen"] = str(seen)  # type: ignore[index]
    return None


def _refused(request: StaffRequest, form: PhoneForm, words: str, status: int, seen: int) -> HttpResponse:
    form.is_valid()
    form.add_error(None, words)
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["seen"] = str(seen)  # type: ignore[index]
    return _again(request, form, status)


def _stored(request: StaffRequest, form: PhoneForm) -> HttpResponse:
    """The tip is stored, the draft is gone, whoever took the call holds the tip; the page with its code is the answer itself
    (decisions 3)."""
    try:
        stored = intake.receive(form.submission(), form.key_or_new())
    except intake.UnknownPlace:
        form.add_error("place", _("The directory has no such place any more. Choose another."))
        return _again(request, form, 422)
    phone.end(form.call_id, request.user, Call.Result.TIP)
    with suppress(Held):  # sent twice, and a colleague has taken it meanwhile
        claims.take(stored.tip_id, request.user.pk, own=True)
    language = form.cleaned_data.get("language") or current().languages[0]
    pack = current()
    known = {
        "receipt": grouped(stored.receipt), "spoken": spoken.aloud(stored.receipt, language), "number": stored.number,
        "language": language, "danger": form.cleaned_data.get("danger_now"),
        "says": [pack.text(f"reporter.receipt.{name}", language) for name in ("keep", "lost")],
    }  # fmt: skip
    return render(request, "desk/phone_received.html", {**known, **frame(request)})


def _again(request: StaffRequest, form: PhoneForm, status: int) -> HttpResponse:
    form.again()
    return _page(request, form, status)


def _page(request: StaffRequest, form: PhoneForm, status: int, **known: Any) -> HttpResponse:
    mine = [c for c in phone.unfinished(request.user.pk) if c.pk != form.call_id]
    known |= {"form": form, "asks": form.asks, "mine": mine, "now": clock.now(), "results": _results(), **frame(request)}
    return render(request, "desk/phone.html", known, status=status)


def _results() -> list[tuple[str, str]]:
    return [(code, phone.label(code)) for code in phone.NO_TIP]


@require_GET
@roles.supervisor
def calls(request: StaffRequest) -> HttpResponse:
    """What was not finished, and what came of the calls, by day."""
    now, today = clock.now(), clock.today()
    codes = list(Call.Result.values)
    days = phone.counted(today - timedelta(days=SHOWN), today)
    rows = [(day, [count[code] for code in codes], count.total()) for day, count in days.items()]
    whole: Counter[str] = sum(days.values(), Counter())
    known = {
        "unfinished": [(c, now - c.saved_at > phone.RED_AFTER) for c in phone.unfinished()],
        "labels": [phone.label(code) for code in codes], "rows": rows, "days": SHOWN, "now": now,
        "whole": [whole[code] for code in codes], "total": whole.total(),
    }  # fmt: skip
    return render(request, "desk/calls.html", {**known, **frame(request)})


@require_GET
@roles.supervisor
def calls_csv(request: StaffRequest) -> HttpResponse:
    """The same of a year, for a spreadsheet: a line a day; codes and numbers only."""
    today = clock.today()
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="calls-{today:%Y-%m-%d}.csv"'
    out = csv.writer(response)
    codes = list(Call.Result.values)
    out.writerow(["day", *codes])
    for day, count in sorted(phone.counted(today - timedelta(days=KEPT), today).items()):
        out.writerow([day.isoformat(), *(count[code] for code in codes)])
    return response
