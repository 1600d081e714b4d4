"""Writing down what another agency or a partner line passes on."""

from contextlib import suppress

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upstander.desk import claims, roles
from upstander.desk.claims import Held
from upstander.desk.referral_entry import ReferralEntryForm
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame
from upstander.intake import services as intake


@require_http_methods(["GET", "POST"])
@roles.worker
def enter(request: StaffRequest) -> HttpResponse:
    """The form; what is stored opens at the desk, held by whoever wrote it down."""
    form = ReferralEntryForm(request.POST or None, account_id=request.user.pk)
    if request.method == "POST" and form.is_valid():
        try:
            stored = intake.receive(form.submission(), form.key_or_new())
        except intake.UnknownPlace:
            form.add_error("place", _("The directory has no such place any more. Choose another."))
        else:
            with suppress(Held):  # sent twice, and a colleague has taken it meanwhile
                claims.take(stored.tip_id, request.user.pk, own=True)
            return redirect("desk_tip", number=stored.number)
    if form.is_bound:
        form.again()
    known = {"form": form, **frame(request)}
    return render(request, "desk/referral_entry.html", known, status=422 if form.errors else 200)
