"""The page of one tip: reading it, holding it, talking with its reporter, closing it. Every view of it is on the record."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upstander.actions import services as actions
from upstander.desk import claims, forms, roles, suggestions, tipview
from upstander.desk.claims import Held
from upstander.desk.roles import StaffRequest
from upstander.desk.views import page
from upstander.desk.views.page import acted, refused
from upstander.desk.views.tippage import TipPage
from upstander.intake import services as intake
from upstander.packs.current import current

REPLY, HEAD, CLOSE = "desk/_reply.html", "desk/_head.html", "desk/_close.html"


@require_GET
@roles.reader
@transaction.atomic
def tip(request: StaffRequest, number: str) -> HttpResponse:
    """The page."""
    found = tipview.find(number)
    if found.number != number:
        return redirect("desk_tip", number=found.number)
    return page.whole(request, TipPage(request, found))


@require_GET
@roles.reader
def head(request: StaffRequest, number: str) -> HttpResponse:
    """The head anew: codes, names and times, nothing that a person wrote."""
    return render(request, HEAD, TipPage(request, tipview.find(number)).context())


@require_GET
@roles.reader
@transaction.atomic
def words(request: StaffRequest, number: str) -> HttpResponse:
    """The dialogue anew, where there is a newer word than the page has; then it is a view, and recorded as one."""
    found = tipview.find(number)
    if tipview.newest_word(found.id) == request.GET.get("last", ""):
        return HttpResponse(status=204)
    page.viewed(request, found, "dialogue")
    # the head says that the reporter has written; it is told by this, for a word wakes the queue, not one tip
    return page.trigger(render(request, "desk/_words.html", TipPage(request, found).context()), tip_worded=True)


@require_GET
@roles.reader
@transaction.atomic
def panels(request: StaffRequest, number: str) -> HttpResponse:
    """What other rooms say here anew: recipients write, report and ask while the page stands open."""
    found = tipview.find(number)
    page.viewed(request, found, "panels")
    return render(request, "desk/_panels.html", TipPage(request, found).context())


@require_GET
@roles.reader
@transaction.atomic
def plan(request: StaffRequest, number: str) -> HttpResponse:
    """What must happen anew."""
    found = tipview.find(number)
    page.viewed(request, found, "plan")
    return render(request, "desk/_plan.html", TipPage(request, found).context())


@require_GET
@roles.reader
@transaction.atomic
def call_sheet(request: StaffRequest, number: str) -> HttpResponse:
    """Numbers and steps for paper, and no word of the tip (decisions 3)."""
    found = tipview.find(number)
    page.viewed(request, found, "call_sheet")
    return render(
        request, "desk/call_sheet.html", {**page.frame(request), **TipPage(request, found).context()}
    )


@require_POST
@roles.worker
def claim(request: StaffRequest, number: str) -> HttpResponse:
    """Take a tip, take it over (a supervisor), or give it back."""
    found = tipview.find(number)
    act = request.POST.get("act", "take")
    try:
        if act == "give_back":
            claims.give_back(found.id, request.user.pk)
        elif act == "take_over" and "supervisor" in TipPage(request, found).roles:
            claims.take_over(found.id, request.user.pk)
        else:
            claims.take(found.id, request.user.pk)
    except Held as held:
        return refused(request, found, {}, HEAD, 409, held=page.held_words(held))
    said = _("The tip is free again.") if act == "give_back" else _("You hold this tip.")
    return acted(request, found, said, HEAD)


@require_POST
@roles.worker
def reply(request: StaffRequest, number: str) -> HttpResponse:
    """Answer the reporter, or note something for the desk; `insert` puts a phrase into the text and sends nothing."""
    found = tipview.find(number)
    if "insert" in request.POST:
        return _with_phrase(request, found)
    form = forms.ReplyForm(request.POST, auto_id="id_reply_%s")
    if not form.is_valid():
        return refused(request, found, {"reply": form}, REPLY)
    waived = form.cleaned_data["no_answer"]
    sender = "note" if form.cleaned_data["note"] or waived else "desk"
    try:
        with transaction.atomic():
            page.deal(request, found)
            text, press = form.cleaned_data["text"], form.cleaned_data["press"]
            if waived:
                intake.no_answer_owed(found.id, text, request.user.pk, dedup=press)
            else:
                intake.say(found.id, sender, text, request.user.pk, dedup=press)
    except Held as held:
        form.add_error("text", page.held_words(held))
        return refused(request, found, {"reply": form}, REPLY, 409)
    return acted(
        request, found, _("Noted.") if sender == "note" else _("Sent to the reporter."), REPLY, "#reply"
    )


def _with_phrase(request: StaffRequest, found: tipview.QueueRow) -> HttpResponse:
    """The reply form with a phrase of the pack behind what was typed, in the reporter's language, to be edited."""
    code, typed = request.POST.get("phrase", ""), request.POST.get("text", "")
    phrases = current().texts_under("reporter.phrase")
    text = suggestions.phrase(request.POST["insert"], found.language)
    if not text and code in phrases:
        text = current().text(f"reporter.phrase.{code}", found.language)
    form = forms.ReplyForm(
        initial={
            "text": "\n".join(part for part in (typed.strip(), text) if part),
            "note": bool(request.POST.get("note")),
            "no_answer": bool(request.POST.get("no_answer")),
            "press": request.POST.get("press") or forms.new_press(),
        },
        auto_id="id_reply_%s",
    )
    return refused(request, found, {"reply": form}, REPLY, 200, focus=True)


@require_POST
@roles.worker
def close(request: StaffRequest, number: str) -> HttpResponse:
    """Close a tip, or say why it cannot be closed yet."""
    found = tipview.find(number)
    form = forms.CloseForm(request.POST, auto_id="id_close_%s")
    if not form.is_valid():
        return refused(request, found, {"close": form}, CLOSE)
    try:
        with transaction.atomic():
            claims.take(found.id, request.user.pk)
            actions.close(found.id, request.user.pk, form.cleaned_data["note"])
            claims.give_back(found.id, request.user.pk)
    except (Held, actions.CannotRecord) as error:
        held = isinstance(error, Held)
        form.add_error("note", page.held_words(error) if isinstance(error, Held) else str(error))
        return refused(request, found, {"close": form}, CLOSE, 409 if held else 422)
    if page.is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("desk_tip", args=[found.number])})
    return redirect("desk_tip", number=found.number)
