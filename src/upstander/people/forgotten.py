"""A forgotten password: a link to the account's own address, and the same answer whatever address was typed.

Who may set a password at an origin is that origin's rule; the pages and mails stand in the rooms above. The second factor stays:
whoever reads the mailbox alone does not get in.
"""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.people import services
from upstander.people.models import Account, Invitation

LASTS = timedelta(hours=2)
AGAIN = timedelta(minutes=10)  # between two mails to one account
MOST = 5  # mails to one account in a day
ACTOR = "system:forgotten"


class ForgottenForm(forms.Form):
    """The address that one signs in with."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254,
        error_messages={"required": _("Write your e-mail address."), "invalid": _("This is no e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )  # fmt: skip


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
