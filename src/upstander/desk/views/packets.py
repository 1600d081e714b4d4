"""Somebody was taken, or is missing: checklist, packet, and the named officer who has it (D-IV.A.2.c.4, D-IV.A.3.c).

The system activates no alert. Law enforcement does.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander.actions.services import Circumstances
from upstander.desk import paper_documents, papers, roles
from upstander.desk.claims import Held
from upstander.desk.models import Paper
from upstander.desk.paper_forms import MissingPersonForm
from upstander.desk.roles import StaffRequest
from upstander.desk.views import papers as shared
from upstander.desk.views.page import frame, held_words, viewed
from upstander.desk.views.papers import Screen, Shown
from upstander.packs.current import current
from upstander.packs.vocabulary import ALERTS
from upstander.web import errors
from upstander.web.paper import CannotPrint, Document, answer

KINDS = (*ALERTS, "locate_runaway")
# What the reporter wrote into which field of the form, and where a person may copy it to.
COPIES = (("who", "name"), ("place", "last_where"), ("when", "last_when"), ("text", "other"))


def _more(shown: Shown) -> dict[str, Any]:
    form = shown.bound.get("form") or _form(shown)
    said = shown.page.words.fields
    return {
        "form": form,
        "checklists": [(rule, form.checklist(rule)) for rule in form.rules],
        "copyable": [
            (f"{source}:{target}", said[source].text, form[target].label)
            for source, target in COPIES
            if source in said
        ],
        "offered": shared.offered(shown),
        "pieces": shared.revealing(shown.draft),
        "activates": any(row.kind in ALERTS for row in shown.rows),
    }


SCREEN = Screen(KINDS, Paper.Kind.MISSING_PERSON, "desk_packet", "desk/packet.html", _more)


def _form(shown: Shown, data: Any = None) -> MissingPersonForm:
    """The form: as it was sent, or the newest version; before the first the age alone, as it was judged."""
    initial: dict[str, Any] = {"seen": shown.draft.paper.n if shown.draft else 0}
    if shown.draft:
        initial |= shown.draft.fields or {}
    elif shown.page.head.judgement and (age := Circumstances.of(shown.page.head.judgement).age) is not None:
        initial["age"] = str(age)
    return MissingPersonForm(data, initial=initial, rules=shared.in_force_rules(shown), auto_id="id_%s")


@require_http_methods(["GET", "POST"])
@roles.reader
@transaction.atomic
def packet(request: StaffRequest, number: str) -> HttpResponse:
    """The screen; a POST saves a version, or copies what the reporter wrote into a field and saves nothing."""
    shown = Shown(request, number, SCREEN)
    if request.method != "POST":
        return shown.answer()
    if not shown.may_write:
        return errors.another_role(request)
    form = _form(shown, request.POST)
    shown.bound["form"] = form
    if "copy" in request.POST:
        return _copied(shown, form)
    return save(shown, form, "desk_packet", "#paper")


def _copied(shown: Shown, form: MissingPersonForm) -> HttpResponse:
    """The form with the reporter's own words behind what was typed, to be looked at and saved."""
    source, _sep, target = shown.request.POST["copy"].partition(":")
    said = shown.page.words.fields
    if (source, target) not in COPIES or source not in said:
        return errors.page(shown.request, 400)
    data = shown.request.POST.copy()
    data[target] = " ".join(
        part for part in (data.get(target, "").strip(), said[source].text.strip()) if part
    )
    shown.bound["form"] = _form(shown, data)
    return shown.answer(focus=target)


def save(shown: Shown, form: Any, name: str, anchor: str) -> HttpResponse:
    """Save a version of a paper, or say at the form why not."""
    status = 422
    if form.is_valid():
        try:
            with transaction.atomic():
                shared.hold(shown.request, shown.tip.id, *shown.rows)
                seen = form.cleaned_data["seen"] or 0
                papers.save(shown.tip.id, shown.screen.paper, shown.request.user, form.written, seen)
            return redirect(reverse(name, args=[shown.tip.number]) + anchor)
        except Held as held:
            form.add_error(None, held_words(held))
        except papers.SavedSince as newer:
            words = _("%(name)s has saved version %(n)d since you opened this. What you wrote is still here: look at that "
                      "version in another window, then save again to put yours after it.")  # fmt: skip
            form.add_error(None, words % {"name": newer.name, "n": newer.n})
            form.data = form.data.copy()
            form.data["seen"] = str(newer.n)
        status = 409
    return shown.answer(status)


def _document(shown: Shown) -> Document | None:
    """The packet as it was saved last; None where nothing was, or its words were destroyed."""
    draft = shown.draft
    if draft is None or draft.fields is None:
        return None
    rules = shared.in_force_rules(shown)
    by = draft.paper.account.name
    return paper_documents.missing_person(current(), shown.page.head, rules, draft.paper, by, draft.fields)


@require_POST
@roles.reader
@transaction.atomic
def pdf(request: StaffRequest, number: str) -> HttpResponse:
    """The packet as PDF, made in memory; that it was made, by whom, and its SHA-256 are on record."""
    shown = Shown(request, number, SCREEN)
    return made(shown, _document(shown), f"packet-{shown.tip.number}")


def made(shown: Shown, document: Document | None, name: str) -> HttpResponse:
    """A paper as PDF, or the page that says why there is none."""
    if not shown.may_write:
        return errors.another_role(shown.request)
    if document is None or shown.draft is None:
        return shown.answer(422, refused=_("Save the paper first: what is saved is what is printed."))
    try:
        shared.hold(shown.request, shown.tip.id, *shown.rows)
        data = papers.make(shown.draft.paper, shown.request.user, document)
    except Held as held:
        return shown.answer(409, refused=held_words(held))
    except CannotPrint:
        return shown.answer(500, refused=_("The PDF could not be made. Use the page for printing instead."))
    viewed(shown.request, shown.tip, f"{shown.screen.paper}_pdf")
    return answer(data, f"{name}-v{shown.draft.paper.n}")


@require_GET
@roles.reader
@transaction.atomic
def for_print(request: StaffRequest, number: str) -> HttpResponse:
    """The same page for the browser's own printer, which has letters of every script."""
    shown = Shown(request, number, SCREEN)
    return printed(shown, _document(shown))


def printed(shown: Shown, document: Document | None) -> HttpResponse:
    """A paper as a page to print; back to the screen where nothing was saved."""
    if document is None:
        return redirect(shown.screen.name, number=shown.tip.number)
    viewed(shown.request, shown.tip, f"{shown.screen.paper}_print")
    known = {
        "document": document, "back": reverse(shown.screen.name, args=[shown.tip.number]),
        **frame(shown.request), **shown.page.context(),
    }  # fmt: skip
    return render(shown.request, "desk/paper_print.html", known)


@require_POST
@roles.reader
def record(request: StaffRequest, number: str, action_id: UUID) -> HttpResponse:
    """What came of it: handed to the named officer, a criterion not met, located, and so on."""
    return shared.record(request, number, action_id, SCREEN)


@require_POST
@roles.reader
def take_up(request: StaffRequest, number: str) -> HttpResponse:
    """Take up the advisory for a runaway, where a person finds that it may be needed."""
    return shared.take_up(request, number, SCREEN)
