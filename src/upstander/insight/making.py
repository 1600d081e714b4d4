"""A review over millions of copies, made a part at a time: each look at its page counts some of it and says how far it is.

Not by the worker, as other long work: a review names titles of its level and counts behind the staff's wall, where only the
network's own process stands (decisions 122, 128). What was asked for goes on with the next look, by whomever of the staff.
"""

import time
from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from upstander import clock
from upstander.audit import services as audit
from upstander.circulation.models import Issue
from upstander.ids import new_id
from upstander.insight import review
from upstander.insight.measures.span import Span
from upstander.insight.models import Making
from upstander.insight.review import PARTS, Part, Review
from upstander.markings import Level
from upstander.network.models import Member
from upstander.web.paper import Block

TURN = 1.5  # seconds in which parts are begun before the page answers
KEPT = timedelta(days=1)
AT_ONCE = 200_000  # copies, at most, of which a review is begun before its page is there


def begin(span: Span, level: Level, account_id: int) -> Review | Making:
    """The review, where it is made within a turn; else what was begun, and is kept: `turn` goes on. Old ones are removed."""
    Making.objects.filter(asked_at__lt=clock.now() - KEPT).delete()
    made = [] if _many(span) else _parts(span, level, 0)
    if len(made) == len(PARTS):
        found = _together(span, level, *_held(made))
        record(account_id, span, level, found)
        return found
    blocks, used = _held(made)
    return Making.objects.create(
        id=new_id(), asked_by=account_id, asked_at=clock.now(), first=span.first, last=span.last, level=level, done=len(made),
        blocks=blocks, used=used,
    )  # fmt: skip


def turn(making_id: UUID, account_id: int) -> Making | None:
    """Go on for a turn; None where there is none. Where another look counts at this moment, it is as it was."""
    free = Making.objects.filter(pk=making_id, finished_at=None).select_for_update(skip_locked=True).first()
    if free is None:
        return Making.objects.filter(pk=making_id).first()
    span, level = Span(free.first, free.last), Level(free.level)
    made = _parts(span, level, free.done)
    blocks, used = _held(made)
    free.done, free.blocks, free.used = free.done + len(made), free.blocks + blocks, free.used + used
    if free.done == len(PARTS):
        free.finished_at = clock.now()
        record(account_id, span, level, of(free))
    free.save(update_fields=["done", "blocks", "used", "finished_at"])
    return free


def of(made: Making) -> Review:
    """What was made. Of one that is not finished, as far as it is."""
    return _together(Span(made.first, made.last), Level(made.level), made.blocks, made.used)


def record(account_id: int, span: Span, level: Level, found: Review, act: str = "insight.reviewed") -> None:
    """Who made or opened it, over which days, for which level, stands on the record."""
    audit.record(
        f"account:{account_id}", act, "list", "review", first=str(span.first), last=str(span.last), level=level.code,
        banner=found.banner.text,
    )  # fmt: skip


def _many(span: Span) -> bool:
    """Whether there may be more copies than are counted while somebody waits for a page; they are not counted for that."""
    return Issue.objects.filter(goes_at__gte=span.since, goes_at__lt=span.until).count() * Member.objects.count() > AT_ONCE


def _parts(span: Span, level: Level, done: int) -> list[Part]:
    """The next parts, as many as are begun within a turn: one at least."""
    end, found = time.monotonic() + TURN, []
    for key in PARTS[done:]:
        found.append(review.part(key, span, level))
        if time.monotonic() > end:
            break
    return found


def _held(parts: Iterable[Part]) -> tuple[list[dict[str, Any]], list[str]]:
    """As it is kept."""
    found = list(parts)
    return [asdict(block) for one in found for block in one.blocks], [code for one in found for code in one.used]


def _together(span: Span, level: Level, blocks: list[dict[str, Any]], used: list[str]) -> Review:
    return review.put_together(span, level, [_block(kept) for kept in blocks], used)


def _block(kept: dict[str, Any]) -> Block:
    many = {name: tuple(map(tuple, kept[name])) for name in ("pairs", "cells")}
    return Block(kept["kind"], kept["text"], notes=tuple(kept["notes"]), head=tuple(kept["head"]), **many)
