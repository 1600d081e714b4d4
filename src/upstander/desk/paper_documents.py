"""From what was written to the document that leaves: the same blocks for the PDF and for the page that is printed."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as spoken
from django.utils.translation import gettext as _

from upstander.desk.models import Paper
from upstander.desk.paper_forms import ANSWERS, LetterForm, MissingPersonForm, PaperForm, answer_name
from upstander.desk.papers import Fields
from upstander.desk.tipview import Head
from upstander.packs.model import Pack, Rule
from upstander.web.paper import Block, Document

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """The report by telephone that a letter confirms: when, by whom, who took it, under which number."""

    at: datetime
    by: str
    taken_by: str
    intake_number: str


def missing_person(
    pack: Pack, head: Head, rules: list[Rule], paper: Paper, by: str, fields: Fields
) -> Document:
    """The packet about somebody who was taken or is missing: facts, and the checklists of whoever decides."""
    notices = "\n\n".join(_own_words(pack, f"packet.{rule.kind}") for rule in rules)
    return Document(
        title=_("Facts about an abducted or missing person"),
        language="en",
        blocks=(
            *_notice(notices),
            Block("facts", pairs=_origin(pack, head, paper, by)),
            *_written(MissingPersonForm(), fields),
            *(block for rule in rules if rule.criteria for block in _checklist(pack, rule, fields)),
            *_text(_own_words(pack, "packet.confidential")),
        ),
        foot=_foot(pack, head, paper),
    )


def dcfs_letter(
    pack: Pack, head: Head, paper: Paper, by: str, fields: Fields, call: Call | None, images: bool
) -> Document:
    """The written confirmation of a report by telephone (325 ILCS 5/7, 5/7.9)."""
    told = [_own_words(pack, "dcfs.letter.words"), _own_words(pack, "dcfs.letter.images") if images else ""]
    return Document(
        title=_("Written confirmation of a report of suspected child abuse or neglect"),
        language="en",
        blocks=(
            *_notice("\n\n".join(text for text in told if text)),
            Block("heading", _("The report by telephone")),
            Block("facts", pairs=_called(pack, call)),
            Block("heading", _("Who reports")),
            Block("facts", pairs=_reporting(pack, head, paper, by)),
            *_written(LetterForm(), _without_source(fields)),
            *_text(_own_words(pack, "packet.confidential")),
            Block("facts", pairs=((_("Signature"), "______________________________"), (_("Date"), "________________"))),
        ),
        foot=_foot(pack, head, paper),
    )  # fmt: skip


def _without_source(fields: Fields) -> Fields:
    """Who told us stands in a letter only where a person ticked it, and the tick itself never does."""
    kept = ("name_source",) if fields.get("name_source") else ("name_source", "source")
    return {name: value for name, value in fields.items() if name not in kept}


def _own_words(pack: Pack, key: str) -> str:
    """A text of the pack; empty where this one has none of that name."""
    return pack.text(key).strip() if key in pack.texts["en"] else ""


def _notice(text: str) -> tuple[Block, ...]:
    return (Block("notice", text),) if text.strip() else ()


def _text(text: str) -> tuple[Block, ...]:
    return (Block("text", text),) if text else ()


def _written(form: PaperForm, fields: Fields) -> tuple[Block, ...]:
    """The groups of a form as they were filled in; a field that may only be left out is not printed as unknown."""
    blocks = []
    for code, title, names in form.GROUPS:
        pairs = tuple(
            (str(form.fields[name].label), fields.get(name, "")) for name in names if name != "name_source"
        )
        if code != "source" or any(value for _label, value in pairs):
            blocks += [Block("heading", str(title)), Block("facts", pairs=pairs)]
    return tuple(blocks)


def _checklist(pack: Pack, rule: Rule, fields: Fields) -> tuple[Block, ...]:
    words = {code: str(word) for code, word in ANSWERS}
    answered = [(c.asks, words.get(fields.get(answer_name(rule, c), ""), words[""])) for c in rule.criteria]
    title = _("Checklist: %(duty)s") % {"duty": pack.word("kind", rule.kind)}
    return (
        Block("heading", title),
        Block("text", _("As the desk sees it. Law enforcement decides.")),
        Block("checks", pairs=tuple(answered), notes=tuple(c.source for c in rule.criteria)),
    )


def _moment(pack: Pack, at: datetime) -> str:
    return spoken(at.astimezone(ZoneInfo(pack.programme.time_zone)), "l, F j, Y, g:i a T")


def _where(head: Head) -> Pairs:
    card = head.place
    if card is None:
        return ((_("School"), ""),)
    address = ", ".join(p for p in (card.address, card.city, card.county) if p)
    return ((_("School"), card.name), (_("District"), card.district), (_("Address of the school"), address))


def _origin(pack: Pack, head: Head, paper: Paper, by: str) -> Pairs:
    """What the desk itself knows: it says nothing of who told us."""
    who = f"{by}, {pack.programme.name}, {pack.programme.desk_phone}"
    return (
        (_("Tip"), head.tip.number),
        (_("Received"), _moment(pack, head.tip.received_at)),
        *_where(head),
        (_("Prepared by, call back"), who),
        (_("Prepared at"), _moment(pack, paper.at)),
        *(((_("See also"), line),) if (line := _own_words(pack, "packet.clearing_house")) else ()),
    )


def _called(pack: Pack, call: Call | None) -> Pairs:
    return (
        (_("Reported at"), _moment(pack, call.at) if call else ""),
        (_("Reported by"), call.by if call else ""),
        (_("Taken by"), call.taken_by if call else ""),
        (_("Intake number"), call.intake_number if call else ""),
    )


def _reporting(pack: Pack, head: Head, paper: Paper, by: str) -> Pairs:
    """The mandated reporter is the programme: its person, occupation, and where to be reached."""
    return (
        (_("Name"), by),
        (_("Occupation"), _("Call-taker of %(programme)s, mandated reporter") % {"programme": pack.programme.name}),
        (_("To be reached at"), pack.programme.desk_phone),
        (_("Our number"), head.tip.number),
        *_where(head),
        (_("Written at"), _moment(pack, paper.at)),
    )  # fmt: skip


def _foot(pack: Pack, head: Head, paper: Paper) -> str:
    """At the bottom of each page; the id of the version makes two papers that say the same two papers."""
    return _("%(programme)s · %(tip)s · version %(n)d · %(id)s") % {
        "programme": pack.programme.name, "tip": head.tip.number, "n": paper.n, "id": paper.id.hex[-12:],
    }  # fmt: skip
