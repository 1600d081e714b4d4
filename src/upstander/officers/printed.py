"""The year as sections for a page or for paper, and the table of the two codes on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from upstander.drills.years import Year
from upstander.officers.picture import Line, Picture
from upstander.officers.tallies import Region, Tally
from upstander.packs.officers import GROUPS, Law, Officers
from upstander.web.paper import Block, Document


@dataclass(frozen=True, slots=True)
class Row:
    """A line: what, how often (None: hidden, for it is small), how many hours (None: not counted here, or hidden)."""

    label: str
    times: int | None
    hours: float | None


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the year."""

    key: str
    title: str
    says: str
    head: str
    rows: tuple[Row, ...]
    timed: bool


def group_name(code: str) -> str:
    """What a group of outcomes is called."""
    names = {
        "support": _("Help and talk"), "school": _("The school's own rules"), "enforcement": _("Enforcement"),
    }  # fmt: skip
    return names.get(code, code)


def _name(pack: Officers, code: str) -> str:
    return group_name(code) if code in GROUPS else pack.name(code)


def sections(pack: Officers, drawn: Picture) -> list[Section]:
    """The four tables: by role, what came of it in three groups, each outcome, each kind of work."""

    def rows(lines: tuple[Line, ...], *, all_of_them: bool = False) -> tuple[Row, ...]:
        shown = [one for one in lines if all_of_them or one.times != 0]
        return tuple(Row(_name(pack, one.code), one.times, one.hours) for one in shown)

    return [
        Section(
            "roles", _("By role"), _("The COPS Office's four roles of an officer in a school."), _("Role"),
            rows(drawn.roles, all_of_them=True), True,
        ),
        Section(
            "groups", _("What came of it"), _("One entry can count in more than one line."), _("Kind of outcome"),
            rows(drawn.groups, all_of_them=True), False,
        ),
        Section("outcomes", _("Each outcome"), "", _("Outcome"), rows(drawn.outcomes), False),
        Section("kinds", _("Each kind of work"), "", _("Work"), rows(drawn.kinds), True),
    ]  # fmt: skip


def state_name() -> str:
    """What the whole state is called as a place of counts."""
    return _("The whole state")


def document(
    pack: Officers,
    name: str,
    year: Year,
    drawn: Picture,
    trained: Sequence[Tally] = (),
    regions: Sequence[tuple[str, Region]] = (),
) -> Document:
    """The year of a place, an agency, a region or the state on paper; of the last two with the mandatory trainings in numbers."""
    title = _("Officers in school, %(year)s") % {"year": year.words}
    blocks = [
        Block("text", name),
        Block("facts", pairs=((_("Entries"), _said(drawn.times)), (_("Hours"), _said(drawn.hours)))),
    ]
    for section in sections(pack, drawn):
        head = (section.head, _("Times"), *((_("Hours"),) if section.timed else ()))
        cells = tuple(
            (row.label, _said(row.times), *((_said(row.hours),) if section.timed else ()))
            for row in section.rows
        )
        if cells:
            blocks += [
                Block("heading", section.title),
                Block("table", text=section.says or section.title, head=head, cells=cells),
            ]
    blocks += _beside(pack, trained, regions)
    if drawn.hidden or regions or trained:
        blocks.append(Block("text", hidden_words(pack)))
    return Document(title, "en", tuple(blocks), f"{name} - {title}", unknown=_("none"))


def _beside(pack: Officers, trained: Sequence[Tally], regions: Sequence[tuple[str, Region]]) -> list[Block]:
    found: list[Block] = []
    if regions:
        title = _("Region by region")
        head = (_("Region"), *(r.label for r in pack.roles), _("Overdue"))
        cells = tuple(
            (name or _("No region is known"), *(_said(n) for n in one.roles), _said(one.overdue))
            for name, one in regions
        )
        found += [Block("heading", title), Block("table", text=title, head=head, cells=cells)]
    if trained:
        title = _("Mandatory training, in numbers")
        head = (_("Training"), _("Asked of"), _("Have it"), _("Overdue"))
        cells = tuple((t.training, _said(t.people), _said(t.trained), _said(t.overdue)) for t in trained)
        found += [Block("heading", title), Block("table", text=title, head=head, cells=cells)]
    return found


def hidden_words(pack: Officers) -> str:
    """Why some counts are not shown."""
    return _(
        "Counts below %(least)d are not shown, nor a count beside them from which they could be worked out."
    ) % {"least": pack.least}


def _said(n: float | None) -> str:
    return _("not shown") if n is None else str(n)


def meet_name(code: str) -> str:
    """Whether both codes have a conduct, in words."""
    return {
        "both": _("a matter of both codes"), "may": _("may be a matter of both"), "apart": _("one code alone"),
    }.get(code, code)  # fmt: skip


def codes(pack: Officers) -> Document:
    """The table of the two codes on paper, row by row."""
    blocks = [Block("notice", pack.disclaimer)]
    for row in pack.rows:
        pairs = [
            (_("Meet"), meet_name(row.meet)), (_("School code"), row.school), (_("Criminal code"), row.criminal),
            (_("Who decides"), row.decides), (_("What is reported"), row.report),
            (_("Source"), "; ".join(row.cites) or row.unverified),
        ]  # fmt: skip
        blocks += [Block("heading", row.conduct), Block("facts", pairs=tuple(pairs))]
        if row.unverified:
            blocks.append(Block("notice", _("Not verified. %(why)s") % {"why": row.unverified}))
    blocks.append(Block("heading", _("Where the law was read")))
    blocks.append(Block("facts", pairs=tuple((law.id, _law(law)) for law in pack.laws)))
    title = _("Where school code and criminal code meet")
    return Document(title, "en", tuple(blocks), title)


def _law(law: Law) -> str:
    how = _("Compared with the law's text.") if law.checked else _("Not compared with the law's text.")
    return " ".join(filter(None, (law.says, how, law.source)))
