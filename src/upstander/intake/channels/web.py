"""The reporter's pages (D-II.E, D-II.F): telling, and the plain pages around it.

No cookie, no session, nothing in an address.
"""

import re
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from upstander.evidence import adopting
from upstander.evidence.receiving import CannotTake
from upstander.ids import grouped
from upstander.intake import services
from upstander.intake.channels import files, phones, returning, sealed, spoken, wizard
from upstander.intake.channels.pages import language_of, page, show
from upstander.intake.channels.wizard import BY_NAME, STEPS, Draft, Step
from upstander.intake.submission import offered
from upstander.packs.current import current
from upstander.posters import services as posters

WHAT = BY_NAME["what"]
_MARK = re.compile(r"[0-9a-f-]{36}")


@page("GET")
def home(request: HttpRequest) -> HttpResponse:
    """Every way in (D-V), what happens next, and who reads it."""
    labels = {
        "website": _("Tell us here"),
        "phone": _("Call us"),
        "text": _("Send a text message"),
        "email": _("Send an e-mail"),
        "app": _("Add this page to the home screen of your phone"),
    }
    ways = [(way.kind, labels.get(way.kind, way.label), way.value) for way in current().ways_in]
    return show(request, "home", ways=[way for way in ways if way[0] != "website"])


@page("GET")
def about(request: HttpRequest) -> HttpResponse:
    """Who reads this, and what they do with it."""
    return show(request, "about")


@page("GET")
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, for how long, and where our promise ends."""
    pack, language = current(), language_of(request)
    law = pack.text("reporter.trust.law", language) if "reporter.trust.law" in pack.texts["en"] else ""
    return show(request, "privacy", days=pack.limits.address_days, law=law)


@page("GET", "POST")
def tell(request: HttpRequest) -> HttpResponse:
    """The form, a page at a time. What was typed travels in a sealed field; every button of a page saves what is on it."""
    if request.method != "POST":
        return _step(request, STEPS[0], wizard.fresh())
    step = BY_NAME.get(request.POST.get("step", ""), STEPS[0])
    held = "kept" in request.POST and request.POST.get("go") == "send"  # it waited on a phone that had no line
    try:
        draft = wizard.reveal(request.POST.get("draft", ""), wizard.HELD if held else wizard.LASTS)
    except (sealed.Stale, sealed.NotOurs):
        return _forgotten(request, step)
    draft = wizard.keep(draft, step, request.POST)
    draft.files, faults = files.brought(request, draft.files)
    if (
        "words" in request.POST
    ):  # the page that says "not stored" shows the words once more, to be changed or saved elsewhere
        draft = wizard.keep(draft, WHAT, {"text": request.POST["words"], "subtype": draft.subtype})
    return _go(request, step, draft, request.POST.get("go", "next"), faults)


def begin(request: HttpRequest, draft: Draft, faults: list[files.Fault]) -> HttpResponse:
    """The first page of the form, for a draft that brings something with it already."""
    return _step(request, STEPS[0], draft, brought=files.chosen(draft.files), file_faults=faults)


def _go(request: HttpRequest, step: Step, draft: Draft, go: str, faults: list[files.Fault]) -> HttpResponse:
    """What the pressed button asks for."""
    verb, _dash, target = go.partition("-")
    if verb in ("add", "drop"):
        draft.files = files.dropped(draft.files, target) if verb == "drop" else draft.files
        return _step(request, BY_NAME["review"], draft, status=422 if faults else 200, faults=faults)
    if verb == "lang":
        return _in_language(request, step, draft, target)
    if verb == "to" and target in BY_NAME:
        return _step(request, BY_NAME[target], draft)
    if verb == "back":
        return _step(request, wizard.next_to(step, -1), draft)
    if verb == "send":
        return send(request, draft, faults)
    form = wizard.form_for(step, draft)
    if not form.blame(draft.submission(language_of(request))):
        return _step(request, step, draft, form, 422)
    if len(wizard.hide(draft)) > wizard.LONGEST:
        form.add_error(
            None,
            _("All of this is too long to send at once. Please make it shorter; you can add more later."),
        )
        return _step(request, step, draft, form, 422)
    if step.name == "where" and (verb == "search" or _unsettled(request, draft)):
        return _schools(request, draft, asked=verb == "search")
    return _step(request, wizard.next_to(step, 1), draft)


def _unsettled(request: HttpRequest, draft: Draft) -> bool:
    """Whether a place was typed, none is chosen, and the list of what it could be has not been shown for it yet."""
    return bool(draft.place_text) and not draft.place_id and request.POST.get("searched") != draft.place_text


def _schools(request: HttpRequest, draft: Draft, *, asked: bool) -> HttpResponse:
    """The list of schools that may be meant: once, without JavaScript, and never a wall: what was typed may stand."""
    found = wizard.hits(draft.place_text) if draft.place_text else []
    if not found and not asked:
        return _step(request, wizard.next_to(BY_NAME["where"], 1), draft)
    return _step(request, BY_NAME["where"], draft, hits=found, searched=draft.place_text, asked=True)


def _in_language(request: HttpRequest, step: Step, draft: Draft, language: str) -> HttpResponse:
    """The same page in another language, with every word still on it."""
    if language not in current().languages:
        return _step(request, step, draft)
    with translation.override(language):
        request.LANGUAGE_CODE = language
        return _step(request, step, draft)


def _step(
    request: HttpRequest, step: Step, draft: Draft, form: Any = None, status: int = 200, **known: Any
) -> HttpResponse:
    form = form or wizard.form_for(step, draft)
    known |= {"step": step, "total": wizard.TOTAL, "form": form, "draft": draft, "hidden": wizard.hide(draft)}
    if step.name == "review":
        known |= {"rows": _rows(draft, language_of(request)), "with_files": True}
        known |= files.known(draft.files, known.pop("faults", []), draft.subtype)
    return show(request, f"step_{step.name}", status, **known)


def _rows(draft: Draft, language: str) -> list[tuple[str, str, str]]:
    """What will be sent, with the page on which it can be changed."""
    weapon = {"yes": _("Yes"), "no": _("No"), "unknown": _("I don't know")}.get(draft.weapon, "")
    about = {"self": _("It is about me"), "other": _("It is about somebody else")}.get(draft.about, "")
    subtype = current().plain(draft.subtype, language) if draft.subtype in offered() else ""
    return [
        (_("Danger right now"), _("Yes") if draft.danger else _("No"), "danger"),
        (_("What is happening"), draft.text, "what"),
        (_("What kind of thing it is"), subtype, "what"),
        (_("Where"), draft.place, "where"),
        (_("Who it is about"), "\n".join(filter(None, (about, draft.who))), "more"),
        (_("When"), draft.when, "more"),
        (_("A weapon"), weapon, "more"),
        (_("How to reach you"), "\n".join(filter(None, (draft.email, draft.phone, draft.name))), "reach"),
    ]


def _forgotten(request: HttpRequest, step: Step) -> HttpResponse:
    """The page was open for too long, or its hidden part was changed: the way begins anew with what was typed just now."""
    draft = wizard.keep(wizard.fresh(), step, request.POST)
    shown = step if step.form.base_fields else STEPS[0]
    return _step(request, shown, draft, status=422, forgotten=True)


def send(request: HttpRequest, draft: Draft, faults: list[files.Fault]) -> HttpResponse:
    """Store the report; the page with the receipt is the answer itself (decisions 3).

    A file that cannot be taken over is left out and named: the words are stored in any case.
    """
    submission = draft.submission(language_of(request))
    for step in STEPS[1:-1]:
        form = wizard.form_for(step, draft)
        if not form.blame(submission):
            return _step(request, step, draft, form, 422)
    try:
        stored = services.receive(submission, draft.key)
    except CannotTake as error:
        draft.files, more = files.without(draft.files, error.files)
        return send(request, draft, [*faults, *more])
    except services.UnknownPlace:
        draft.place_id, draft.place_name = None, ""
        return _step(request, BY_NAME["where"], draft, status=422)
    except (DatabaseError, InterfaceError):
        return _not_stored(request, draft)
    if draft.poster and not stored.replayed:
        _counted(draft.poster)
    suspected = adopting.said_by_reporter(draft.subtype)
    opened = returning.hide(stored.receipt)
    return show(
        request,
        "received",
        receipt=grouped(stored.receipt),
        spoken=spoken.aloud(stored.receipt, language_of(request)),
        number=stored.number,
        opened=opened,
        push=phones.offered(opened, language_of(request)),
        danger=draft.danger,
        file_faults=faults,
        file_notice=suspected and bool(draft.files),
        kept=_kept(request),
    )


def _counted(poster: str) -> None:
    """One more report began at this poster. That it could not be counted is nobody's trouble: the report is stored."""
    try:
        posters.counted(poster)
    except (DatabaseError, InterfaceError):
        pass


def _kept(request: HttpRequest) -> str:
    """Under which mark the phone kept what was sent just now, so that it may forget it; empty where it kept nothing."""
    mark = request.POST.get("kept", "")
    return mark if _MARK.fullmatch(mark) else ""


def _not_stored(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The database is away: say so plainly, keep every word, and let the same press be made again."""
    known = {"draft": draft, "hidden": wizard.hide(draft), "phone": current().programme.desk_phone}
    response = show(request, "not_stored", 503, **known)
    response["Retry-After"] = "30"
    return response
