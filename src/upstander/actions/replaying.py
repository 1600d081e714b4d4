"""Asking another version of the directive about past tips, by the worker, a slice at a time; nothing of a tip is changed.

What `upstander pack diff OLD NEW --over` does at a terminal, for a supervisor's page: begun there (`ask`), done here (`turn`), so
that it goes on while nobody looks, and from where it was after a restart.
"""

import time
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from upstander import clock
from upstander.actions import queries
from upstander.actions.models import Judgement
from upstander.actions.replay_models import Replay, ReplayTip
from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.packs.current import afresh, used
from upstander.packs.errors import PackError
from upstander.packs.model import Pack
from upstander.protocol import FactsError
from upstander.protocol.codec import facts_from_json
from upstander.protocol.diff import Change, changes

SLICE = 500  # judgements in one transaction
TURN = 1.0  # seconds in which slices are begun before the worker sees to its other work
KEPT = timedelta(days=30)  # an answer that is older is removed: the question can be asked again


def version(digest: str) -> Pack | None:
    """A version by its digest: one that was used, or one that lies in the folder now; None where nobody has it."""
    try:
        return _version(digest)
    except (LookupError, PackError):
        return None


@lru_cache(maxsize=8)
def _version(digest: str) -> Pack:
    found = used(digest) or afresh().named(digest)
    if found is None:
        raise LookupError(digest)  # is not remembered: it may come
    return found


@transaction.atomic
def ask(actor: str, account_id: int, old: Pack, new: Pack, since: datetime | None, until: datetime | None) -> Replay:  # fmt: skip
    """Ask what `new` would demand otherwise than `old` for the tips judged since one moment and before another (None: no
    limit). The worker answers."""
    total, _facts = queries.judged(since, until)
    replay = Replay.objects.create(
        id=new_id(), asked_at=clock.now(), asked_by=account_id, old_version=old.version, old_digest=old.digest,
        new_version=new.version, new_digest=new.digest, since=since, until=until, total=total,
    )  # fmt: skip
    audit.record(actor, "replay.asked", "replay", replay.id, old=old.digest, new=new.digest, tips=total)
    return replay


def turn() -> bool:
    """Some slices of the oldest question that waits; True where there is more to do. Removes answers that are old."""
    end = time.monotonic() + TURN
    more = True
    while more and time.monotonic() < end:
        more = _slice()
    if not more:
        Replay.objects.filter(finished_at__lt=clock.now() - KEPT).delete()
    return more


@transaction.atomic
def _slice() -> bool:
    """One slice; False where nothing waits."""
    waiting = Replay.objects.filter(finished_at=None).order_by("asked_at")
    replay = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if replay is None:
        return False
    old, new = version(replay.old_digest), version(replay.new_digest)
    if old is None or new is None:
        replay.failed, replay.finished_at = "old_gone" if old is None else "new_gone", clock.now()
    else:
        rows = _rows(replay)
        _compare(replay, old, new, rows)
        replay.upto = rows[-1][0] if rows else replay.upto
        replay.finished_at = clock.now() if len(rows) < SLICE else None
    replay.save(update_fields=["seen", "changed", "upto", "changes", "refused", "finished_at", "failed"])
    return True


def _rows(replay: Replay) -> list[tuple[UUID, str, dict[str, Any]]]:
    """The next judgements in force: id, the tip's number, the facts."""
    limits = {"at__gte": replay.since, "at__lt": replay.until, "id__gt": replay.upto}
    found = Judgement.objects.filter(state=Judgement.State.IN_FORCE, **{k: v for k, v in limits.items() if v})
    return list(found.order_by("id").values_list("id", "tip__number", "facts")[:SLICE])


def _compare(replay: Replay, old: Pack, new: Pack, rows: list[tuple[UUID, str, dict[str, Any]]]) -> None:
    known = {change_of(kept): n for n, kept in enumerate(replay.changes)}
    otherwise = []
    for _id, number, facts in rows:
        replay.seen += 1
        try:
            found = changes(old, new, facts_from_json(facts))
        except (FactsError, KeyError, TypeError) as error:  # codes of a version that nobody has any more
            why = (str(error) if isinstance(error, FactsError) else "facts that cannot be read")[:300]
            replay.refused[why] = replay.refused.get(why, 0) + 1
            continue
        for change in found:
            if change not in known:
                known[change] = len(replay.changes)
                replay.changes.append({**asdict(change), "times": 0})
            replay.changes[known[change]]["times"] += 1
        if found:
            otherwise.append(ReplayTip(replay=replay, number=number, changes=[known[c] for c in found]))
    replay.changed += len(otherwise)
    ReplayTip.objects.bulk_create(otherwise)


def change_of(kept: dict[str, Any]) -> Change:
    """A change as it was kept."""
    fields = tuple((name, _shown(before), _shown(after)) for name, before, after in kept["fields"])
    return Change(kept["what"], kept["rule"], kept["kind"], kept["owed_by"], fields)


def _shown(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
