"""The way to an answer: which question comes next, and which conditions can change what comes out."""

from collections.abc import Mapping
from typing import Final

from upstander.packs.sharing import URGENCIES, Choice, Sharing
from upstander.sharing.advise import Facts

QUESTIONS: Final = ("who", "record", "why", "urgency")
"""The fields of `Facts` that have one answer each, in the order in which they are asked."""


def choices(rules: Sharing, question: str) -> tuple[Choice, ...]:
    """The answers to a question. Raises KeyError for none of QUESTIONS."""
    return {"who": rules.askers, "record": rules.records, "why": rules.purposes, "urgency": rules.urgencies}[
        question
    ]


def answered(rules: Sharing, said: Mapping[str, str]) -> dict[str, str]:
    """Of what was said the answers that the pack knows, in order, up to the first question without one."""
    found: dict[str, str] = {}
    for question in QUESTIONS:
        code = said.get(question, "")
        if all(code != choice.code for choice in choices(rules, question)):
            break
        found[question] = code
    return found


def that_matter(rules: Sharing, facts: Facts) -> tuple[Choice, ...]:
    """The conditions on which a rule waits that else holds of these facts: whatever the others are, they change nothing."""
    covering = {law.code for law in rules.laws if facts.record in law.covers}
    waiting = [
        rule for rule in rules.rules
        if rule.law in covering
        and (not rule.who or facts.who in rule.who)
        and (not rule.record or facts.record in rule.record)
        and (not rule.why or facts.why in rule.why)
        and URGENCIES.index(facts.urgency) >= URGENCIES.index(rule.urgency)
    ]  # fmt: skip
    named = {code for rule in waiting for code in rule.needs}
    return tuple(choice for choice in rules.conditions if choice.code in named)
