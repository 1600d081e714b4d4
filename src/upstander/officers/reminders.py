"""Before a certificate ends its owner is written to: that one ends, and where to look. Not which one."""

from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.config import config
from upstander.delivery import services as delivery
from upstander.delivery.services import Mail
from upstander.ids import new_id
from upstander.officers import pack
from upstander.officers.models import Certificate, Reminder
from upstander.people import access
from upstander.people.models import Account, Designation

PURPOSE = "reminder_certificate"
PART = 50
_PRIORITY = 8
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('upstander.officers'))"


@transaction.atomic
def turn() -> bool:
    """Remind a part of those whose certificate ends within the pack's days, once for each step; True where there are more.

    Whoever has a later certificate of the same training, or no business at the school origin any more, is not written to. A
    worker that was away takes the present step and makes up for none.
    """
    found = pack.maybe()
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if found is None or not cursor.fetchone()[0]:
            return False
    today, done = clock.today(), 0
    later = Certificate.objects.filter(
        Q(expires_on=None) | Q(expires_on__gt=OuterRef("expires_on")),
        account_id=OuterRef("account_id"), training=OuterRef("training"), withdrawn_at=None,
    )  # fmt: skip
    serves = Designation.objects.filter(access.live(), account_id=OuterRef("account_id"))
    steps = sorted(found.reminders)
    for step, below in zip(steps, [-1, *steps], strict=False):
        told = Reminder.objects.filter(certificate=OuterRef("pk"), days__lte=step)
        due = Certificate.objects.filter(
            Exists(serves), ~Exists(later), ~Exists(told), withdrawn_at=None,
            expires_on__gt=today + timedelta(days=below), expires_on__lte=today + timedelta(days=step),
        )  # fmt: skip
        for id, account_id in due.annotate(whose=F("account_id")).values_list("id", "whose")[: PART - done]:
            reminder = Reminder.objects.create(id=new_id(), certificate_id=id, days=step, at=clock.now())
            delivery.send_new(PURPOSE, reminder.id, f"account:{account_id}", _PRIORITY)
            audit.record("system:worker", "officers.reminded", "certificate", id, days=step)
            done += 1
    return done == PART


def render(reminder_id: UUID) -> Mail | None:
    """The mail that says so; None where the certificate was taken back or the account has ended."""
    found = (
        Reminder.objects.filter(pk=reminder_id, certificate__withdrawn_at=None)
        .values_list("certificate__account_id")
        .first()
    )
    account = (
        Account.objects.filter(pk=found[0], is_active=True).values_list("email", "name").first()
        if found
        else None
    )
    if account is None:
        return None
    email, name = account
    words = _(
        "Hello %(name)s,\n\na certificate of yours ends soon. Which one, and when, you see after signing in:\n%(link)s\n\n"
        "If you have a new one, put it there, and we will not write to you about this one again."
    )
    return Mail(
        to_address=email,
        to_name=name,
        subject=_("A certificate of yours ends soon"),
        text=words % {"name": name, "link": f"{config().origin('school')}/officers/certificates/"},
    )
