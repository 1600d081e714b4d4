"""The call sheet in words: the blocks of which both the PDF and the page that is printed are made."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as spoken
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upstander.actions.callsheet import Critical, Line, Sheet, Step
from upstander.packs.current import current
from upstander.web.paper import Block, Document

_HAND = "____"


def moment(at: datetime, style: str = "M j, g:i a") -> str:
    """A moment in the programme's zone, as people say it."""
    return spoken(at.astimezone(ZoneInfo(current().programme.time_zone)), style)


def result_words(result: str) -> str:
    """What came of a call, in words."""
    return {
        "answered": _("answered"), "voicemail": _("voicemail"), "no_answer": _("no answer"), "busy": _("busy"),
        "wrong_number": _("wrong number"), "not_possible": _("set aside"), "done": _("done"),
        # of the calls that are made by themselves
        "declined": _("rung: declined"), "unreachable": _("rung: not to be reached"),
        "no_key": _("rung: picked up, no key pressed"),
        "passed_on": _("rung: somebody else must take it"), "pressed": _("rung: has it, to be confirmed by voice or sign-in"),
        "too_early": _("a key pressed before it became graver: rung again"),
        "no_number": _("not rung: no number that a machine can ring"), "trunk": _("not rung: the telephone line refuses"),
        "agent_died": _("cut by a fault of ours, rung again"), "speech": _("not rung: it could not be spoken"),
        "corrected": _("rung: has heard the correction"), "uncorrected": _("rung in vain to correct it: the mail stands"),
    }.get(result) or current().result_words(result)  # fmt: skip


def document(sheet: Sheet) -> Document:
    """The sheet to be typeset or printed; one that has nothing on it says so, and when."""
    n = len(sheet.criticals)
    said = ngettext("%(n)d Critical is open.", "%(n)d Criticals are open.", n) % {"n": n} if n else _("No Critical is open.")
    head = _("%(said)s As of %(at)s.") % {"said": said, "at": moment(sheet.at, "l, F j, Y, g:i:s a T")}
    after = _("Numbers and steps only: what a tip says is not on paper. Write down what you did with its time, and enter it"
              " afterwards on the desk's page “Enter from the sheet”.")  # fmt: skip
    blocks = [Block("notice", head), Block("text", after)]
    for critical in sheet.criticals:
        blocks += _critical(critical)
    return Document(
        title=_("Call sheet"), language="en", blocks=tuple(blocks),
        foot=_("%(programme)s · call sheet of %(at)s") % {
            "programme": current().programme.name, "at": moment(sheet.at, "M j, Y, g:i:s a T"),
        },
    )  # fmt: skip


def where(critical: Critical) -> str:
    """The school, and where it is; that it is not known, where nobody said."""
    card = critical.place
    if card is None:
        return _("Place not known")
    return ", ".join(part for part in (card.name, card.district, card.address, card.city, card.county) if part)


def _critical(critical: Critical) -> list[Block]:
    tip, card = critical.tip, critical.place
    kinds = ", ".join(critical.kinds)
    begun = f", {_('in progress')}" if critical.in_progress else ""
    blocks = [
        Block("heading", f"{tip.number} · {card.name if card else _('Place not known')}"),
        Block("facts", pairs=(
            (_("Where"), where(critical)),
            (_("Class"), f"{critical.klass}: {kinds}{begun}" if kinds else critical.klass),
            (_("Since"), _("judged %(judged)s, received %(received)s") % {
                "judged": moment(tip.judged_at or tip.received_at), "received": moment(tip.received_at)}),
        )),
    ]  # fmt: skip
    for step in critical.steps:
        blocks += _step(step)
    if critical.others:
        blocks += [Block("subheading", _("Also owed")), Block("checks", pairs=tuple((o, "") for o in critical.others))]
    return blocks


def _step(step: Step) -> list[Block]:
    blocks = [Block("subheading", step.title)]
    blocks += [Block("notice", gap) for gap in step.gaps]
    if step.script and any(line.open for line in step.lines):
        blocks.append(Block("text", step.script))
    lines = [(line.name or _("not known"), line.detail, line) for line in step.lines]
    pairs = tuple((f"{name}, {detail}" if detail else name, numbers(line)) for name, detail, line in lines)
    blocks.append(Block("checks", pairs=pairs, notes=tuple(status(line) for line in step.lines)))
    return blocks


def numbers(line: Line) -> str:
    """The numbers of a row; words where there is none to call."""
    return " · ".join(line.phones) or _("no number on file")


def status(line: Line, *, by_hand: bool = True) -> str:
    """How a row stands: tries, confirmation, and with `by_hand` what is still to be written by hand."""
    said = [f"{moment(t.at)} {result_words(t.result)}" for t in line.tries[-3:]]
    if len(line.tries) > 3:
        said.insert(0, _("%(n)d earlier tries") % {"n": len(line.tries) - 3})
    if line.confirmed_at:
        words = {
            "other": _("confirmed by somebody else there, %(at)s"),
            "somebody": _("confirmed by somebody at this number, %(at)s"),
        }.get(line.confirmed_as, _("confirmed, %(at)s"))
        said.append(words % {"at": moment(line.confirmed_at)})
    if line.action.done_at and not said:
        said.append(f"{moment(line.action.done_at)} {result_words(line.action.result)}")
    if not line.open:
        return _("Done: %(said)s") % {"said": "; ".join(said)}
    due = [_("due %(at)s") % {"at": moment(line.action.due_at)}] if line.action.due_at else []
    told = "; ".join([*due, *(said or [_("not tried yet")])])
    if not by_hand:
        return told
    return f"{_('Owed')}: {told}\n{_('Called at')} {_HAND}:{_HAND}  {_('came to')} {_HAND * 3}  {_('who answered')} {_HAND * 4}"
