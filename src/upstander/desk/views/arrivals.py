"""What came in by a carrier and could not be routed: how and when it came, and why it could not. No word of it is shown."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from upstander.desk import roles
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame
from upstander.inbound import queries, refused

CHANNELS: dict[str, str | Promise] = {
    "sms": _("Text message"),
    "email": _("E-mail"),
    "sms_report": _("What became of a text of ours"),
    "mailbox": _("A mail in the mailbox"),
    "sms_media": _("A file of a text"),
}
REASONS: dict[str, str | Promise] = {
    "gave_up": _("The program ended at each try. It may do so again."),
    "no_handler": _("This version knows nothing of what comes this way."),
    "not_a_text": _("It is no text message."),
    "not_a_mail": _("It is no e-mail."),
    "not_a_file": _("It names no file."),
    "not_fields": _("It cannot be read."),
    "left_in_mailbox": _(
        "It could not be kept here and lies in the mailbox, unread. Read it there. Then press, and it stands here no longer."
    ),
    "failed": _("The program failed at each try. After a repair it may be routed."),
}


@require_GET
@roles.supervisor
def arrivals(request: StaffRequest) -> HttpResponse:
    """Everything that could not be routed, the oldest first, with its button."""
    rows = [(row, CHANNELS.get(row.channel, row.channel), _why(row.code)) for row in queries.refusals()]
    said = request.GET.get("tried", "")
    known = {"rows": rows, "said": said if said in ("again", "already") else ""}
    return render(request, "desk/arrivals.html", {**frame(request), **known})


@require_POST
@roles.supervisor
def again(request: StaffRequest, arrival_id: UUID) -> HttpResponse:
    """Have one of them tried again."""
    tried = refused.try_again(arrival_id, request.user.actor)
    return redirect(f"{reverse('desk_arrivals')}?tried={'again' if tried else 'already'}")


def _why(code: str) -> str | Promise:
    return REASONS.get(code.partition(":")[0], "")
