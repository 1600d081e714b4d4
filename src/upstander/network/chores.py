"""What the worker does for the network by itself: it asks for what is due, says what lapsed, forgets what nobody confirmed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from upstander import clock
from upstander.audit import services as audit
from upstander.delivery import services as delivery
from upstander.ids import new_id
from upstander.network import agreements, pack
from upstander.network.applying import BY_LIST
from upstander.network.arriving import LASTS
from upstander.network.models import (
    Agreement,
    Application,
    Asking,
    Inquiry,
    Member,
    Signature,
    Upload,
    UploadChunk,
)

EVERY = timedelta(minutes=10)
FORGOTTEN_EVERY = timedelta(seconds=3)  # somebody sits and waits for the mail
PART = 200
PURPOSE = "network_due"
AGAIN = "network_inquiry_again"
SILENT = timedelta(days=5)  # after which who was asked about an applicant is asked once more
REMIND, LAST = timedelta(days=7), timedelta(days=1)  # before it lapses
FORGOTTEN = timedelta(days=1)  # after a link is over
SPARE = timedelta(minutes=30)  # after the time of a file's token: a form that is just being sent
MOST_KEPT = 20_000  # applications that nobody confirmed, before those of the day before are forgotten
_PRIORITY = 6


def turn() -> bool:
    """One part of it; True where there is more."""
    if pack.maybe() is None:
        return False
    with transaction.atomic():
        agreements.in_force()
    return (_ask(_to_attest()) + _ask(_to_sign()) + _remind() + _forget() + _clear()) > 0


def forgotten() -> bool:
    """Who asked for a new password; what answers is loaded with it, for not every process has the tables of accounts."""
    from upstander.network.forgotten import turn as answer

    return answer()


@transaction.atomic
def _clear() -> int:
    """Remove files that nothing took over in their time; how many."""
    old = list(Upload.objects.filter(begun_at__lt=clock.now() - LASTS - SPARE).values_list("id", flat=True)[:PART])
    if old:
        UploadChunk.objects.filter(file_id__in=old)._raw_delete("default")
        Upload.objects.filter(id__in=old)._raw_delete("default")
    return len(old)


def _members() -> dict[UUID, datetime]:
    """Who is a member by everybody's decision, and when they joined or last attested."""
    live = Member.objects.filter(state=Member.State.ACTIVE, left_at=None, account__is_active=True)
    rows = live.annotate(said=Max("attestations__at")).values_list("pk", "joined_at", "said")
    return {id: max(joined, said) if said else joined for id, joined, said in rows}


def _to_attest() -> Iterable[tuple[UUID, str, datetime]]:
    limits = pack.network().limits
    for id, since in _members().items():
        yield id, Asking.Kind.ATTEST, pack.months_after(since, limits.attest_months)


def _to_sign() -> Iterable[tuple[UUID, str, datetime]]:
    must = Agreement.objects.order_by("-first_at").first()
    if must is None:
        return
    done = set(Signature.objects.filter(agreement=must, member__isnull=False).values_list("member_id", flat=True))
    for id in _members():
        if id not in done:
            yield id, Asking.Kind.SIGN, must.sign_by


def stage(due_at: datetime, now: datetime) -> str:
    """What is said now of something that is due then; nothing while it is far off."""
    if now >= due_at:
        return "lapsed"
    if now >= due_at - LAST:
        return "last"
    if now >= due_at - REMIND:
        return "reminded"
    return "asked" if now >= due_at - timedelta(days=pack.network().limits.attest_notice_days) else ""


def _ask(due: Iterable[tuple[UUID, str, datetime]]) -> int:
    """Owe what was not owed yet, a part of it; how many. Each stage of each thing that is due is owed once, whoever looks."""
    now, wanted = clock.now(), []
    for member_id, kind, due_at in due:
        if at := stage(due_at, now):
            wanted.append((member_id, kind, due_at, at))
    known = set(
        Asking.objects.filter(member_id__in={w[0] for w in wanted}).values_list("member_id", "kind", "due_at", "stage")
    )
    new = [w for w in wanted if w not in known][:PART]
    for member_id, kind, due_at, at in new:
        with transaction.atomic():
            made = Asking(id=new_id(), member_id=member_id, kind=kind, stage=at, due_at=due_at, at=now)
            Asking.objects.bulk_create([made], ignore_conflicts=True)
            if Asking.objects.filter(pk=made.pk).exists():
                account = Member.objects.values_list("account_id", flat=True).get(pk=member_id)
                delivery.send_new(PURPOSE, made.id, f"account:{account}", _PRIORITY)
                audit.record("system:worker", f"network.{kind}_{at}", "member", str(member_id), due=due_at.isoformat())
    return len(new)


def _remind() -> int:
    """Who was asked about an applicant and has not answered is asked once more; then the officer sees it among what waits."""
    now = clock.now()
    silent = Inquiry.objects.filter(answered_at=None, reminded_at=None, asked_at__lt=now - SILENT, link_until__gt=now)
    ids = list(silent.filter(application__state=Application.State.WAITING).values_list("pk", flat=True)[:PART])
    for id in ids:
        with transaction.atomic():
            if Inquiry.objects.filter(pk=id, reminded_at=None).update(reminded_at=now):
                delivery.send_new(AGAIN, id, f"inquiry:{id.hex[-16:]}", _PRIORITY)
                audit.record("system:worker", "network.asked_again", "inquiry", str(id))
    return len(ids)


def _forget() -> int:
    """Applications that nobody confirmed are forgotten, a day after their link was over; in a flood those of the day before."""
    now = clock.now()
    new = Application.objects.filter(state=Application.State.NEW)
    over = Q(link_until__lt=now - FORGOTTEN)
    if new.exclude(counted_with=BY_LIST).count() > MOST_KEPT:
        over |= Q(made_at__lt=now - FORGOTTEN) & ~Q(counted_with=BY_LIST)
    ids = list(new.filter(over).order_by("made_at").values_list("pk", flat=True)[:PART])
    with transaction.atomic():
        return Application.objects.filter(pk__in=ids, state=Application.State.NEW)._raw_delete("default") if ids else 0
