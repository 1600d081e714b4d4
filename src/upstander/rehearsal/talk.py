"""What the simulated reporter writes: by script, from what the answer did and what they have written before."""

from collections.abc import Collection, Iterator

from upstander.packs.training import Line, Scenario

AT_ONCE = 2
"""So many answers a frightened person gives to one message."""
OPENING, ENDING = "opening", "ending"


def reply(scenario: Scenario, heard: Collection[str], before: Collection[str]) -> tuple[str, ...]:
    """The marks of what the reporter writes next; `before`: the marks of what they have written so far.

    They answer what was asked, in the script's order, each line once; asked nothing that they can answer, they write the next of
    the lines that wait for no question, and at last that there is no more.
    """
    left = [(mark, line) for mark, line in _marked(scenario) if mark not in before]
    answers = tuple(mark for mark, line in left if line.to and line.to in heard)
    if answers:
        return answers[:AT_ONCE]
    if unasked := tuple(mark for mark, line in left if not line.to):
        return unasked[:1]
    return () if ENDING in before else (ENDING,)


def said(scenario: Scenario, mark: str) -> str:
    """The words of a mark; none where this version of the script has no such line."""
    fixed = {OPENING: scenario.opening, ENDING: scenario.ending}
    return fixed.get(mark) or next((line.says for known, line in _marked(scenario) if known == mark), "")


def _marked(scenario: Scenario) -> Iterator[tuple[str, Line]]:
    for n, line in enumerate(scenario.lines):
        yield f"line{n}", line
