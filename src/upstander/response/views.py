"""The referral dashboard: what was released to one's organisation, and one's work on it (D-II.I)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander.actions import words as released
from upstander.actions.models import Referral
from upstander.actions.services import AskedAnew
from upstander.library.queries import helps_with
from upstander.packs.current import current
from upstander.people.adapters import account_of
from upstander.response import assess_views, duties, queries, services
from upstander.response.calendars import own_contacts
from upstander.response.forms import OutcomeForm, WordsForm, asked_of
from upstander.response.pages import absent_if_not_theirs, shown
from upstander.response.phone_views import offer

PAGE = 50


def _row(referral: Referral) -> dict[str, Any]:
    pack = current()
    return {
        "referral": referral,
        "klass": pack.class_name(referral.klass),
        "badge": _badge(referral),
        "subtypes": [pack.subtype_name(s) for s in referral.subtypes],
        "place": referral.place.name if referral.place else _("Place not known"),
    }


def _badge(referral: Referral) -> str:
    if referral.stood_down_at:
        return "info"
    return "critical" if current().critical(referral.klass) else referral.klass


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What is open for one's organisations; what is closed behind a link."""
    account = account_of(request.user)
    closed = "closed" in request.GET
    page = Paginator(queries.inbox(account, closed=closed), PAGE).get_page(request.GET.get("page"))
    due = duties.soonest(page)
    rows = [{**_row(r), "due": due.get(r.id)} for r in page]
    values = {"page": page, "rows": rows, "closed": closed, "own_contacts": own_contacts(request), "phone": offer(account)}
    return shown(request, "home.html", values)


def _follow_up_form(data: Any = None) -> WordsForm:
    return WordsForm(data, prefix="note", label=_("What was done?"), hint=_("The desk can read this."))


def _question_form(data: Any = None) -> WordsForm:
    hint = _("Is something missing or unclear? Somebody at the desk reads this. In danger: call.")
    return WordsForm(data, prefix="ask", label=_("Ask the desk"), hint=hint)


def referral_page(
    request: HttpRequest, referral_id: UUID, *, changed: str = "", duty_forms: duties.Forms | None = None, **forms: Form
) -> HttpResponse:  # fmt: skip
    """The page of one referral; `forms` and `duty_forms` (see `duties.of`) are those that did not pass, with what was typed;
    `changed`: why it is asked anew."""
    account = account_of(request.user)
    referral = services.opened(account, referral_id)
    notices, own = queries.own_notices(account, referral)
    outcome = queries.reported(referral.id, "school")
    to_confirm = [n for n in ([own] if own else notices) if not n.confirmed]
    values = {
        **_row(referral),
        "text": released.summary(referral, "school"),
        "notices": [(n, released.confirmer(n, "school") if n.sealed_confirmer else "") for n in notices],
        "own": own,
        "to_confirm": to_confirm,
        "asked": max((n.asked_since for n in to_confirm), default=None),
        "changed": changed,
        "lines": queries.lines(referral.id, "school"),
        "outcome": outcome,
        "outcome_labels": [o.label for o in current().outcomes if outcome and o.code in outcome.outcomes],
        "note_form": _follow_up_form(),
        "ask_form": _question_form(),
        "duties": duties.of(referral, duty_forms or {}),
        "tells_team": assess_views.can_tell(account),
        "helps": helps_with(referral.subtypes),
    }
    status = 409 if changed else 422 if forms or duty_forms else 200
    return shown(request, "referral.html", values | forms, status=status)


@require_GET
@absent_if_not_theirs
def referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """One referral: what was released, who has it, what was written, what to do."""
    return referral_page(request, referral_id)


@require_POST
@absent_if_not_theirs
def confirm(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """I have this."""
    chosen = request.POST.get("notice", "")
    try:
        notice_id = UUID(chosen) if chosen else None
        asked = asked_of(request.POST.get("asked", ""))
        services.confirm(account_of(request.user), referral_id, notice_id, asked=asked)
    except AskedAnew as why:
        return referral_page(request, referral_id, changed=str(why))
    except (services.CannotDo, ValueError) as why:
        messages.error(request, str(why) if isinstance(why, services.CannotDo) else _("Choose one of them."))
    return redirect("response_referral", referral_id)


def _write(request: HttpRequest, referral_id: UUID, form: WordsForm, name: str, verb: Any) -> HttpResponse:
    if form.is_valid():
        try:
            verb(account_of(request.user), referral_id, form.cleaned_data["text"], form.cleaned_data["entry"])
            return redirect("response_referral", referral_id)
        except services.CannotDo as why:
            form.add_error("text", str(why))
    unsaved: dict[str, Any] = {name: form}
    return referral_page(request, referral_id, **unsaved)


@require_POST
@absent_if_not_theirs
def follow_up(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Write what was done."""
    return _write(request, referral_id, _follow_up_form(request.POST), "note_form", services.follow_up)


@require_POST
@absent_if_not_theirs
def ask(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Ask the desk."""
    return _write(request, referral_id, _question_form(request.POST), "ask_form", services.ask)


def _initial(referral_id: UUID) -> dict[str, Any]:
    """What was reported before, to be added to."""
    before = queries.reported(referral_id, "school")
    if before is None:
        return {}
    said = {True: "yes", False: "no", None: ""}
    return {
        "outcomes": before.outcomes, "sufficient": said[before.sufficient], "text": before.text,
        "aware_before": said[before.aware_before], "useful": said[before.useful],
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
@absent_if_not_theirs
def outcome(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Report what came of it."""
    account = account_of(request.user)
    found = services.opened(account, referral_id)
    form = OutcomeForm(
        request.POST if request.method == "POST" else None, pack=current(), initial=_initial(referral_id)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.report(account, referral_id, form.report())
            return redirect("response_referral", referral_id)
        except services.CannotDo as why:
            form.add_error(None, str(why))
    status = 422 if form.errors else 200
    return shown(request, "outcome.html", {**_row(found), "form": form}, status=status)
