"""What the recipients wrote and reported, on the tip's page at the desk, and the desk's answers; with the desk's key."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upstander.actions.models import Referral
from upstander.actions.panels import CannotAnswer, NoSuchQuestion, Waiting, WaitingList
from upstander.packs.current import current
from upstander.people.models import Account
from upstander.response import queries, services
from upstander.response.models import Entry
from upstander.response.queries import Reported

MOST = 200  # rows of one list: what waits longest; the rest is counted


def entries(tip_id: UUID) -> list[dict[str, Any]]:
    """The lines of the panel, oldest first (see `actions.panels`); a question without an answer stands out."""
    asked = {q.id for r in queries.open_questions([tip_id]) for q in r.asked}  # type: ignore[attr-defined]
    found: list[dict[str, Any]] = []
    for work in queries.of_tip(tip_id):
        place = work.referral.scope.name
        for line in work.lines:
            waits = line.id in asked
            shown = {"at": line.at, "who": f"{line.who}, {place}", "text": _said(line.kind, line.text)}
            found.append(shown | {"state": "now" if waits else "", "asks": line.id if waits else None})
        if work.outcome:
            who = f"{work.outcome.who}, {place}"
            found.append(
                {"at": work.outcome.at, "who": who, "text": _came_of_it(work.outcome), "state": "done"}
            )
    return sorted(found, key=lambda line: line["at"])


def _said(kind: str, text: str) -> str:
    if kind == Entry.Kind.READ:
        return _("opened it")
    if kind == Entry.Kind.QUESTION:
        return _("asks the desk: %(text)s") % {"text": text}
    if kind == Entry.Kind.ANSWER:
        return _("answer of the desk: %(text)s") % {"text": text}
    return _("wrote: %(text)s") % {"text": text}


def _came_of_it(outcome: Reported) -> str:
    labels = {o.code: o.label for o in current().outcomes}
    parts = [
        _("reports: %(what)s.") % {"what": "; ".join(labels.get(code, code) for code in outcome.outcomes)}
    ]
    if outcome.text:
        parts.append(outcome.text)
    answers = (
        (_("Information sufficient"), outcome.sufficient), (_("aware before"), outcome.aware_before),
        (_("useful"), outcome.useful),
    )  # fmt: skip
    given = [f"{name}: {_('yes') if answer else _('no')}" for name, answer in answers if answer is not None]
    return " ".join([*parts, *([", ".join(given) + "."] if given else [])])


def answer(tip_id: UUID, question_id: UUID, account: Account, text: str, press: UUID) -> None:
    """The desk answers a question about this tip (see `actions.panels`); raises NoSuchQuestion, CannotAnswer."""
    asked = Entry.objects.filter(pk=question_id, kind=Entry.Kind.QUESTION, referral__tip_id=tip_id).first()
    if asked is None:
        raise NoSuchQuestion(question_id)
    try:
        services.answer(account, asked.referral_id, text, press)
    except services.CannotDo as why:
        raise CannotAnswer(str(why)) from why


def waiting() -> list[WaitingList]:
    """What the desk waits for from the recipients, or they from the desk."""
    return [
        _list("asked", gettext_lazy("Questions to the desk"), queries.open_questions(), lambda r: r.asked_at),  # type: ignore[attr-defined]
        _list(
            "unconfirmed", gettext_lazy("Nobody has confirmed"), queries.unconfirmed(), lambda r: r.created_at
        ),
        _list(
            "unclosed",
            gettext_lazy("Nobody has said what came of it"),
            queries.unclosed(),
            lambda r: r.created_at,
        ),
    ]


def _list(
    name: str, title: str | Promise, rows: QuerySet[Referral], since: Callable[[Referral], datetime]
) -> WaitingList:
    pack = current()
    shown = [
        Waiting(
            r.tip_number, r.scope.name, r.place.name if r.place else "", pack.class_name(r.klass), since(r)
        )
        for r in rows[:MOST]
    ]
    return WaitingList(name, title, shown, rows.count())
