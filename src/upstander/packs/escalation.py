"""escalation.toml: what is done, minute by minute, while somebody who was asked has not confirmed. A pack may have none.

A step is about one person's notice. `act` says what it does:

- `channel`: asks the same person by another channel (`channel` names it; by e-mail, and by push to their phones, a reminder);
- `deputy`: tells who stands in, where the person is noted as away;
- `next`: tells the next of the list who has not confirmed either;
- `district`, `region`: tells who is on call there; `programme`: the supervisor on call; by e-mail, and by what `also` names.
"""

from collections.abc import Mapping

from upstander.packs.model import Pack
from upstander.packs.reader import Source, Table
from upstander.packs.references import Sources, known
from upstander.packs.steps import ACTS, BESIDE, CHANNELS, ON_CALL, WHILES, Escalation, Step

LONGEST_CODE = 32
"""How long the code of a step may be: its row has room for no longer one."""

TEXTS = tuple(
    f"mail.{name}.{part}"
    for name in ("reminder", "stands_in", "escalation", "escalation_over")
    for part in ("subject", "body")
)
"""The mails of the steps: to the person again, to somebody with a notice of their own, to who is on call, and that it is over."""
ON_CALL_TEXTS = ("sms.escalation", "sms.escalation_over", "ladder.on_call", "ladder.on_call_heard")
"""What steps with `also` say by text message and by telephone, and that it is over."""


def escalation(sources: Mapping[str, Source]) -> Escalation:
    """escalation.toml; no steps where a pack has none."""
    if "escalation" not in sources:
        return Escalation()
    root = sources["escalation"].root()
    found = tuple(_step(table) for table in root.tables("step"))
    root.done()
    return Escalation(found)


def _step(table: Table) -> Step:
    act = table.choice("act", ACTS)
    channel = table.optional_choice("channel", CHANNELS)
    if (act == "channel") != (channel is not None):
        table.problem("only a step by a channel names one, and it must.", f'act = "channel", channel = "{CHANNELS[1]}".', "act")
    also = table.choices("also", BESIDE) if table.has("also") else frozenset()
    if also and act not in ON_CALL:
        table.problem("only who is on call is told by further channels at once.", f"act is one of {', '.join(ON_CALL)}.", "also")
    return Step(
        code=table.code("code"),
        label=table.string("label"),
        classes=frozenset(table.strings("classes", required=True)),
        after_minutes=table.number("after_minutes", least=0),
        act=act,
        channel=channel or "",
        while_=table.choice("while", WHILES),
        every_minutes=table.optional_number("every_minutes"),
        also=also,
        cites=table.strings("cites"),
        source=table.optional("source") or "",
    )


def check(pack: Pack, sources: Sources) -> None:
    """Note what does not fit the rest of the pack; and a Critical must never rest: its last step comes again and again."""
    if "escalation" not in sources:
        return
    source, steps = sources["escalation"], pack.escalation.steps
    classes, paragraphs = {c.code for c in pack.classes}, {p.id for p in pack.paragraphs}
    for n, step in enumerate(steps):
        known(source, ("step", n, "classes"), "class", sorted(step.classes), classes)
        known(source, ("step", n, "cites"), "paragraph", step.cites, paragraphs)
        if not step.cites and not step.source:
            hint = 'cites = ["..."], or source = "Ours".'
            source.problem(("step", n, "while"), f"{step.code!r} does not say whose number it is.", hint)
        if len(step.code) > LONGEST_CODE:
            source.problem(("step", n, "code"), f"{step.code!r} is too long.", f"at most {LONGEST_CODE} letters.")
        if any(other.code == step.code for other in steps[:n]):
            source.problem(("step", n), f"step {step.code!r} stands twice.", "give each a code of its own.")
    for klass in (c for c in pack.classes if c.critical):
        told = [n for n, s in enumerate(steps) if s.act == "programme" and klass.code in s.classes]
        if not any(steps[n].every_minutes for n in told):
            where, hint = ("step", told[0], "while") if told else (), 'a step with act = "programme" and every_minutes for it.'
            source.problem(where, f"a report of class {klass.code!r} could rest unconfirmed.", hint)
    wanted = (*TEXTS, *(ON_CALL_TEXTS if any(step.also for step in steps) else ())) if steps else ()
    for key in wanted:
        if key not in pack.texts["en"]:
            sources["texts.en"].problem(tuple(key.split(".")), f"the text {key!r} is missing.", "the steps send it.")
