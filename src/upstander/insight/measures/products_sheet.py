"""The figures of what went out: how much, to whom, who read it, how fast, what they said of it."""

from collections.abc import Callable, Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from upstander.circulation.feedback import ANSWERS
from upstander.gatherings.models import Kind as EventKind
from upstander.insight.measures import drawn, readers, said, shared, sheet, times
from upstander.insight.measures.sheet import Section, Table, number, share
from upstander.insight.measures.span import Span
from upstander.markings import Level

Name = Callable[[str], str]
KEYS = ("shared", "read", "times", "said")


def sections(span: Span, level: Level | None = None) -> list[Section]:
    """All of them; of `level` only what its readers had."""
    return [section(key, span, level) for key in KEYS]


def section(key: str, span: Span, level: Level | None = None) -> Section:
    """One of KEYS, by itself: over millions of copies each of them takes seconds."""
    regions = sheet.regions() if key in ("shared", "read") else {}

    def region(id: str) -> str:
        return regions.get(id, id)

    if key == "shared":
        return _shared(span, level, region)
    if key == "read":
        return _read(span, level, region)
    return _times(span, level) if key == "times" else _said(span, level)


def _shared(span: Span, level: Level | None, region: Name) -> Section:
    found = shared.shared(span, level)
    years = shared.by_years(span)
    over = [(date_format(day, "Y" if years else "M Y"), n) for day, n in shared.through(span, found.months)]
    months = [(label, n) for label, n in over if n]
    kinds = tuple(
        (sheet.product(k.kind), number(k.new), number(k.urgent), number(k.corrected), number(k.recalled)) for k in found.kinds
    )
    heads = (_("Kind"), _("New"), _("Of these urgent"), _("Corrected"), _("Called back"))
    return Section(
        "shared", _("What went out"),
        _("A product counts when it first goes out. Where it has several topics, it counts in each of them."),
        drawn.columns(_("New products over time; the table has the same."), over),
        tables=(
            Table(_("Products by kind"), heads, kinds), _counted(_("Products by topic"), _("Topic"), found.topics, sheet.topic),
            _counted(_("Products by the level that got something of them"), _("Level"), found.levels, sheet.level),
            _counted(_("Products by discipline that they were for"), _("Discipline"), found.disciplines, sheet.discipline),
            _counted(_("Products by region that they were for"), _("Regional office"), found.regions, region),
            Table(_("New products over time"), (_("Year") if years else _("Month"), _("New")),
                  tuple((label, number(n)) for label, n in months)),
        ),
    )  # fmt: skip


def _counted(caption: str, head: str, found: Mapping[str, int], name: Name) -> Table:
    ordered = sorted(((name(key), n) for key, n in found.items()), key=lambda pair: (-pair[1], pair[0]))
    return Table(caption, (head, _("Products")), tuple((label, number(n)) for label, n in ordered))


def _read(span: Span, level: Level | None, region: Name) -> Section:
    found = readers.readers(span, level)
    kinds = [(sheet.product(kind), row) for kind, row in found.kinds.items() if not row.hidden]
    total = found.all
    # of few people their sum tells what each did, too
    facts = (
        (_("Copies"), number(total.copies)), (_("Said to be read"), number(total.read)),
        (_("Copies that asked for that press"), number(total.asked)), (_("Of these said to be read"), number(total.answered)),
    ) if total.people >= sheet.LEAST else ()  # fmt: skip
    return Section(
        "read", _("Who read it"),
        _("Read is what somebody says by a press; nothing else is watched. Of groups of fewer than five people it is not shown, "
          "and of the next one neither where the rest would tell."),
        drawn.shares(
            _("Per cent of copies that were said to be read, by kind; the table has the same."),
            [(f"{label}: {row.share}%", (row.read,)) for label, row in kinds], [row.copies for _label, row in kinds],
        ),
        facts=facts,
        tables=(
            _readers(_("Reading by kind"), _("Kind"), found.kinds, sheet.product),
            _readers(_("Reading by discipline"), _("Discipline"), found.disciplines, sheet.discipline),
            _readers(_("Reading by region"), _("Regional office"), found.regions, region),
            Table(
                _("From a bulletin to the press"), (_("What"), _("Presses"), _("Half of them within"), _("Nine in ten within")),
                tuple((words, number(f.presses), times.spoken(f.median), times.spoken(f.ninth))
                      for what, words in _asked() if (f := found.fast.get(what)) and f.presses >= sheet.LEAST),
            ),
        ),
    )  # fmt: skip


def _asked() -> list[tuple[str, str]]:
    return [("urgent", _("Urgent")), ("asks", _("Asked for the press")), ("other", _("All others"))]


def _readers(caption: str, head: str, found: Mapping[str, readers.Read], name: Name) -> Table:
    heads = (head, _("People"), _("Copies"), _("Said to be read"), _("Of 100 copies"))
    return Table(
        caption, heads,
        tuple(
            (name(key), sheet.few() if row.people < sheet.LEAST else number(row.people), "-", "-", "-") if row.hidden
            else (name(key), number(row.people), number(row.copies), number(row.read), number(row.share))
            for key, row in found.items()
        ),
    )  # fmt: skip


def _times(span: Span, level: Level | None) -> Section:
    words, found = times.labels(), times.steps(span, level)
    rows = tuple(
        (words[what], number(step.number), times.spoken(step.median), times.spoken(step.longest)) for what, step in found.items()
    )
    heads = (_("Way"), _("How often"), _("Half of them within"), _("The longest"))
    return Section(
        "times", _("From event to reader"),
        _("A bulletin is about an event of the register where it names that entry."),
        tables=(Table(_("How long it took"), heads, rows),),
    )  # fmt: skip


def _said(span: Span, level: Level | None) -> Section:
    found = said.heard(span, level)
    events = dict(EventKind.choices)
    shown = [(sheet.product(kind), row.relevant) for kind, row in found.kinds.items() if not row.hidden]
    uses = tuple((str(label), number(n)) for (_value, label), n in zip(ANSWERS["use"], found.all.use, strict=False) if n)
    return Section(
        "said", _("What members say"),
        _("Three presses on each product: was it relevant, did it come in time, what was done with it. Nobody sees whose they "
          "are; groups of fewer than five answers are not shown."),
        drawn.shares(_("Relevant: yes, partly, no, by kind of product; the table has the same."), shown),
        _("Relevant, from dark to light: yes, partly, no."),
        facts=((_("Answers"), number(found.all.answers)),) if found.all.answers else (),
        tables=(
            Table(_("What was done with products"), (_("Answer"), _("How often")), uses),
            _presses(_("Products by kind"), _("Kind"), found.kinds, sheet.product),
            _presses(_("Products by topic"), _("Topic"), found.topics, sheet.topic),
            _presses(_("Products by discipline of who answered"), _("Discipline"), found.disciplines, sheet.discipline),
            _presses(_("Events by kind"), _("Kind"), found.events, lambda kind: str(events.get(kind, kind))),
        ),
    )  # fmt: skip


def _presses(caption: str, head: str, found: Mapping[str, said.Said], name: Name) -> Table:
    heads = (head, _("Answers"), _("Relevant"), _("Partly"), _("Not"), _("In time"), _("Partly in time"), _("Too late"))
    rows = tuple(
        (name(key), number(row.answers) if row.answers >= sheet.LEAST else sheet.few(), *("-" for _n in range(6))) if row.hidden
        else (name(key), number(row.answers), *(share(n, sum(row.relevant)) for n in row.relevant),
              *(share(n, sum(row.timely)) for n in row.timely))
        for key, row in found.items()
    )  # fmt: skip
    return Table(caption, heads, rows)
