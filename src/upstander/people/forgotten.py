"""A forgotten password: a link to the account's own address, and the same answer whatever address was typed.

Who may set a password at an origin is that origin's rule; the pages and mails stand in the rooms above. The second factor stays:
whoever reads the mailbox alone does not get in.

The page keeps what was typed and answers (`ask`): the same statements for every address, so that no answer's time tells whose it
is. Whether it is anybody's, the worker finds out a moment later (`answer`).
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django import forms
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.ids import new_id
from upstander.people import services
from upstander.people.models import Account, Forgotten, Invitation
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring

LASTS = timedelta(hours=2)
AGAIN = timedelta(minutes=10)  # between two mails to one account
MOST = 5  # mails to one account in a day
ACTOR = "system:forgotten"
WAITING = 5_000  # addresses that wait for the worker at once: a flood while it is away fills no disk
OVER = timedelta(hours=1)  # what waited longer is dropped: who asked has asked again
_PART = 50


class ForgottenForm(forms.Form):
    """The address that one signs in with."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254,
        error_messages={"required": _("Write your e-mail address."), "invalid": _("This is no e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )  # fmt: skip


@transaction.atomic
def ask(origin: str, email: str, language: str) -> None:
    """Keep an address that was typed at the page of `origin` for the worker; past WAITING of them it is not kept."""
    id, now = new_id(), clock.now()
    version, sealed = keyring().wrap("desk", email.strip().lower().encode(), _place(id))  # (the worker opens it; no page can)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_forgotten (id, origin, language, sealed_email, key_version, at)"
            " SELECT %s, %s, %s, %s, %s, %s WHERE (SELECT count(at) FROM people_forgotten WHERE at > %s) < %s",
            [id, origin, language[:8], sealed, version, now, now - OVER, WAITING],
        )


def answer(origin: str, send: Callable[[str, str], object]) -> bool:
    """The worker's chore: `send(address, language)` for a part of what was asked at `origin`; True where there is more."""
    Forgotten.objects.filter(origin=origin, at__lt=clock.now() - OVER)._raw_delete("default")
    for _each in range(_PART):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM people_forgotten WHERE id ="
                " (SELECT id FROM people_forgotten WHERE origin = %s ORDER BY at, id LIMIT 1)"
                " RETURNING id, sealed_email, key_version, language",
                [origin],
            )
            row = cursor.fetchone()
            if row is None:
                return False
            try:
                email = keyring().unwrap("desk", row[2], row[1], _place(row[0])).decode()
            except CannotOpen:  # of a key that is no more
                continue
            send(email, row[3])
    return True


def _place(id: UUID) -> bytes:
    return f"upstander/forgotten/1|{id}".encode()


@transaction.atomic
def link(account: Account, language: str) -> UUID | None:
    """What the outbox calls the mail with a new link; None where one went a moment ago, or too many within a day.

    The link sets the password once, within LASTS; it voids those that were asked for before it, and no invitation: a stranger
    may type any address.
    """
    now = clock.now()
    made = Invitation.objects.filter(account=account, made_by=ACTOR)
    if made.filter(made_at__gt=now - AGAIN).exists() or made.filter(made_at__gt=now - timedelta(days=1)).count() >= MOST:
        return None
    return services.invite_by_mail(ACTOR, account.pk, language, lasts=LASTS, asked=True)
