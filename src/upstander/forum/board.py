"""The verbs of discussion and of the concerns board: open, say, moderate, own, resolve (S-peer)."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from upstander import clock
from upstander.forum import acting, holding, looking, words
from upstander.forum.acting import CannotDo, record, worded
from upstander.forum.models import Concern, ConcernStep, Post, Ruling, Thread, Word
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network.standing import Standing
from upstander.packs.network import Concern as Spotlight

OPENS_AT = Level.FOUO
"""The concerns of the article are public words; what members say about them is for the vetted."""

_BOARD = UUID("0d9e5f3a-6c1b-4f0e-9a55-3f1f7a2f6c08")  # of its opening there is one at a time


@transaction.atomic
def open_thread(who: Standing, level: int, topic: str, title: str, text: str, press: UUID, kind: str = Post.Kind.WORD) -> Post:
    """Begin a discussion with its first post. The thread is seen when that post is. Raises CannotDo."""
    wall, title = acting.within(who, level), worded(title, "title", _("Give it a title."))
    text = worded(text, "text", _("Write something first."))
    before, id = acting.once(Post, press, text=text, level=wall, kind=kind, **acting.signed(who))
    if before:
        return before
    made = _post(who, id, wall, text, kind, title)
    thread = Thread(id=new_id(), at=clock.now(), level=wall, topic=topic, title=title, shown=made.shown, **acting.signed(who))
    thread.save(force_insert=True)
    made.thread = thread
    made.save(force_insert=True)
    record(who, "thread_opened", "thread", thread, level=int(wall), held=made.held_for)
    return made


@transaction.atomic
def say(who: Standing, thread_id: UUID, text: str, press: UUID, kind: str = Post.Kind.WORD) -> Post:
    """Write into a discussion that one may see. Raises CannotDo; whether it waits for a moderator: see `holding`."""
    thread = Thread.objects.filter(pk=thread_id).first()
    if thread is None:
        raise CannotDo(_("There is no such discussion."))
    if kind not in Post.Kind.values:
        raise CannotDo(_("Choose what it is."), "kind")
    text = worded(text, "text", _("Write something first."))
    before, id = acting.once(Post, press, thread_id=thread.pk, text=text, kind=kind, **acting.signed(who))
    if before:
        return before
    if thread.closed_at is not None:
        raise CannotDo(_("This discussion is closed."))
    made = _post(who, id, acting.within(who, thread.level), text, kind)
    made.thread = thread
    made.save(force_insert=True)
    record(who, "posted", "thread", thread, post=str(made.pk), held=made.held_for)
    return made


def _post(who: Standing, id: UUID, level: Level, text: str, kind: str, title: str = "") -> Post:
    """A post that is not kept yet: held, or seen at once."""
    found = looking.found(title, text)
    seen = 0 if who.staff else Post.objects.filter(Q(member=who.member_id), shown=True).count()
    held = holding.held_for(level, seen, len([one for one in found if one.holds]), staff=who.staff)
    return Post(
        id=id, at=clock.now(), level=level, kind=kind, text=text, shown=not held, held_for=held,
        found=[one.kept for one in found], **acting.signed(who),
    )  # fmt: skip


@transaction.atomic
def rule(who: Standing, post_id: UUID, kind: str, reason: str, press: UUID) -> Ruling:
    """Let a post be seen, or withdraw it with a reason; its author is told. All rulings stay. Raises CannotDo.

    With the first post of a discussion the whole of it is seen, or is not: its title is the same author's.
    """
    acting.must_be_staff(who)
    post = Post.objects.select_for_update().select_related("thread").filter(pk=post_id).first()
    if post is None or kind not in Ruling.Kind.values:
        raise CannotDo(_("There is no such post."))
    reason = reason.replace("\x00", "").strip()
    if kind == Ruling.Kind.WITHDRAWN:
        worded(reason, "reason", _("Say why: its author reads it."))
    before, id = acting.once(Ruling, press, post_id=post.pk, kind=kind, reason=reason, **acting.signed(who))
    if before:
        return before
    made = Ruling(id=id, at=clock.now(), level=post.level, post=post, kind=kind, reason=reason, **acting.signed(who))
    made.save(force_insert=True)
    post.shown = kind == Ruling.Kind.RELEASED
    post.save(update_fields=["shown"])
    first = Post.objects.filter(thread=post.thread).order_by("at", "pk").values_list("pk", flat=True).first()
    if first == post.pk and not Concern.objects.filter(thread=post.thread).exists():
        Thread.objects.filter(pk=post.thread_id).update(shown=post.shown)
    record(who, f"post_{kind}", "thread", post.thread, post=str(post.pk))
    if post.member_id:
        words.owe(post.member_id, Word.Kind.RULED, post.pk, post.level)
    return made


@transaction.atomic
def close(who: Standing, thread_id: UUID) -> None:
    """Nobody writes into a discussion any more; what was said stays. Raises CannotDo for a member."""
    acting.must_be_staff(who)
    if Thread.objects.filter(pk=thread_id, closed_at=None).update(closed_at=clock.now()):
        record(who, "thread_closed", "thread", Thread.objects.get(pk=thread_id))


@transaction.atomic
def open_board(who: Standing, spotlights: Iterable[Spotlight]) -> int:
    """Put the concerns of the pack on the board, each once, in the pack's order; how many are new."""
    acting.must_be_staff(who)
    acting.one_at_a_time(_BOARD)
    known, made = set(Concern.objects.values_list("code", flat=True)), 0
    for number, spotlight in enumerate(spotlights, 1):
        if spotlight.code not in known:
            _concern(who, spotlight.code, number, OPENS_AT, spotlight.text, "\n".join(spotlight.points), spotlight.source)
            made += 1
    return made


@transaction.atomic
def open_concern(who: Standing, level: int, title: str, text: str, source: str, press: UUID) -> Concern:
    """Put a concern on the board beside those of the pack. Raises CannotDo."""
    acting.must_be_staff(who)
    wall, title = acting.within(who, level), worded(title, "title", _("Say what the concern is."))
    before, id = acting.once(Concern, press, title=title, text=text.strip(), level=wall)
    if before:
        return before
    return _concern(who, f"own-{id.hex}", 1 + _last_number(), wall, title, text.strip(), source.strip(), id)


def _last_number() -> int:
    return max(Concern.objects.values_list("number", flat=True), default=0)


def _concern(
    who: Standing, code: str, number: int, level: Level, title: str, text: str, source: str, id: UUID | None = None
) -> Concern:
    at, by = clock.now(), acting.signed(who)
    thread = Thread(id=new_id(), at=at, level=level, title=title, shown=True, **by)
    thread.save(force_insert=True)
    made = Concern(
        id=id or new_id(), at=at, level=level, code=code, number=number, title=title, text=text, source=source,
        thread=thread, **by,
    )  # fmt: skip
    made.save(force_insert=True)
    record(who, "concern_opened", "concern", made, code=code, level=int(level))
    return made


@transaction.atomic
def concern_step(
    who: Standing, concern_id: UUID, state: str, owner: str, text: str, adopted: UUID | None, press: UUID
) -> ConcernStep:
    """Say how far a concern is, who owns it, which proposal is followed, and what came of it. Raises CannotDo."""
    acting.must_be_staff(who)
    concern = Concern.objects.filter(pk=concern_id).first()
    if concern is None or state not in ConcernStep.State.values:
        raise CannotDo(_("Choose how far it is."), "state")
    text, owner = text.replace("\x00", "").strip(), owner.replace("\x00", "").strip()
    if state == ConcernStep.State.DOING and not owner:
        raise CannotDo(_("Say who sees to it."), "owner")
    if state in (ConcernStep.State.RESOLVED, ConcernStep.State.SET_ASIDE):
        worded(text, "text", _("Write what came of it."))
    if adopted and not Post.objects.filter(pk=adopted, thread_id=concern.thread_id, kind=Post.Kind.PROPOSAL, shown=True).exists():
        raise CannotDo(_("Choose a proposal of this discussion that is seen."), "adopted")
    same = {"concern_id": concern.pk, "state": state, "owner": owner, "text": text, "adopted_id": adopted, **acting.signed(who)}
    before, id = acting.once(ConcernStep, press, **same)
    if before:
        return before
    made = ConcernStep(id=id, at=clock.now(), level=concern.level, **same)
    made.save(force_insert=True)
    record(who, f"concern_{state}", "concern", concern)
    return made
