"""Paper of the yearly review: the invitation, and the one-page report that is signed (105 ILCS 128/25)."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upstander import clock
from upstander.directory.models import Organisation
from upstander.drills.years import Year
from upstander.preparedness import facts, pack, queries, reviews
from upstander.preparedness.models import Review
from upstander.web import paper
from upstander.web.paper import Block, Document

SHORT = 420  # letters of a finding that still fit on the page
TITLES = {
    "plans": gettext_lazy("Plans, protocols and procedures of each building"),
    "threat_team": gettext_lazy("Procedures of the threat assessment team"),
    "law_drills": gettext_lazy("Efficacy and effects of the drills with law enforcement"),
    "compliance": gettext_lazy("Compliance with the drills"),
}


def invitation(board: Organisation, one: Review) -> bytes:
    """The letter to those who are invited. Raises CannotPrint."""
    what, rules = reviews.said(one), pack.rules()
    law = rules.duty("annual_review")
    blocks = [
        Block("text", _("You are invited to the yearly review meeting of %(board)s.") % {"board": board.name}),
        Block("facts", pairs=((_("Day"), date_format(one.meets_on, "l, F j, Y")), (_("Place"), what.where))),
        Block("text", _("The meeting looks at:")),
        *(Block("text", f"- {TITLES[part]}") for part in reviews.PARTS),
        Block("text", _("Who cannot come may write to the regional superintendent. Taking part costs the district nothing.")),
        Block("text", _("Law: %(law)s") % {"law": "; ".join(law.cites) if law else ""}),
    ]
    return _set(_("Yearly review of emergency and crisis response plans: invitation"), blocks, board)


def report(board: Organisation, one: Review, year: Year, counts: tuple[tuple[str, str], ...]) -> bytes:
    """The report: who came, what was found, what is to be mended, how the drills stand, who signed. Raises CannotPrint."""
    what, rules = reviews.said(one), pack.rules()
    there = [(seat.label, ", ".join(what.came.get(seat.code, "").split("\n"))) for seat in rules.seats]
    came = "; ".join(f"{seat}: {names}" for seat, names in there if names)
    held = date_format(one.held_on, "F j, Y") if one.held_on else ""
    signed = _("not signed yet: a draft")
    if one.signed_at:
        signed = f"{reviews.signer(one)}, {date_format(timezone.localtime(one.signed_at), 'F j, Y')}"  # not UTC's day
    blocks = [
        Block("facts", pairs=((_("Board"), board.name), (_("Held on"), held), (_("Took part"), _short(came)))),
        Block("facts", pairs=tuple((str(TITLES[part]), _short(what.findings.get(part, ""))) for part in reviews.PARTS)),
        Block("facts", pairs=counts),
        Block("facts", pairs=((_("Sent to"), rules.reports_to[facts.sector(board)]), (_("Signed"), signed))),
    ]
    return _set(_("Report of the yearly review, school year %(year)s") % {"year": year.words}, blocks, board)


def counts(board: Organisation, buildings: list[Organisation], year: Year) -> tuple[tuple[str, str], ...]:
    """How many buildings have met each duty of drills, as the report says it."""
    found = [queries.rows(one, year, "building") for one in facts.facts(buildings, year)]
    pairs = []
    for n, duty in enumerate(facts.duties("building")):
        if duty.counts[0].startswith("drill:"):
            owed = [rows[n] for rows in found if rows[n].standing.state not in ("not_owed", "waived")]
            met = sum(row.standing.state == "met" for row in owed)
            pairs.append((duty.label, _("%(met)d of %(owed)d buildings") % {"met": met, "owed": len(owed)}))
    return tuple(pairs)


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[:SHORT].rsplit(" ", 1)[0] + " …"


def _set(title: str, blocks: list[Block], board: Organisation) -> bytes:
    return paper.pdf(Document(title=title, language="en", blocks=tuple(blocks), foot=board.name), clock.now())
