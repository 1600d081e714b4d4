"""How those who supervise are reached when nobody has confirmed: their own numbers, entered by themselves or an administrator."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.validators import EmailValidator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from upstander.audit import services as audit
from upstander.config import config
from upstander.delivery.telephone.numbers import CannotDial, e164
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame
from upstander.people import reach
from upstander.people.access import require_role, roles
from upstander.people.models import Account, Role
from upstander.people.reach import Numbers, Standing

_WHO = (Role.SUPERVISOR, Role.PROGRAMME_ADMIN)
_TEL = {"inputmode": "tel", "autocomplete": "tel"}


class ReachForm(forms.Form):
    """A person's own numbers."""

    text = forms.CharField(
        label=gettext_lazy("Number for text messages"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs=_TEL),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone that is rung"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs=_TEL),
    )
    mail = forms.CharField(
        label=gettext_lazy("E-mail address by night"), required=False, max_length=254,
        help_text=gettext_lazy("Empty: the address of the account."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        validators=[EmailValidator(gettext_lazy("Write an e-mail address, like name@example.org."))],
    )  # fmt: skip

    def clean(self) -> dict[str, str]:
        """The numbers as they are dialled; one that no machine can reach is said at its field."""
        said: dict[str, str] = super().clean() or {}
        for name in ("text", "phone"):
            if written := said.get(name, "").strip():
                try:
                    said[name] = e164(written, config().calls_country)
                except CannotDial:
                    self.add_error(
                        name, _("Write a whole telephone number, like 217-555-0142, without an extension.")
                    )
        return said


@never_cache
@require_GET
@require_role(*_WHO)
def listed(request: StaffRequest) -> HttpResponse:
    """Who supervises, and by what each is reached: no number. What nobody has is said."""
    standing = reach.supervisors()
    duty = config().on_call_number
    known = {
        "rows": [(one, may_enter(request.user, one.account.pk)) for one in standing],
        "nobody": not any(one.any for one in standing),
        "duty": duty,
        "possible": reach.possible(),
        **frame(request),
    }
    return render(request, "desk/reach.html", known)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_role(*_WHO)
def person(request: StaffRequest, account_id: int) -> HttpResponse:
    """One person's own numbers: theirs to enter, and an administrator's. Saved as they stand, they count as right again."""
    if not may_enter(request.user, account_id):
        raise PermissionDenied
    account = get_object_or_404(Account, pk=account_id, is_active=True)
    form = ReachForm(request.POST or None, initial=_initial(account))
    if request.method == "POST" and reach.possible() and form.is_valid():
        said = {name: form.cleaned_data[name].strip() for name in ("text", "phone", "mail")}
        reach.keep(request.user.actor, account, Numbers(**said))
        return redirect(reverse("desk_reach_of", args=[account.pk]) + "?saved=1")
    if account != request.user:
        audit.record(request.user.actor, "account.reach_seen", "account", account.pk)
    posted = request.method == "POST"
    known = {
        "form": form, "account": account, "own": account == request.user, "saved": "saved" in request.GET and not posted,
        "standing": _standing(account), "possible": reach.possible(), **frame(request),
    }  # fmt: skip
    return render(request, "desk/reach_of.html", known, status=422 if posted else 200)


def may_enter(account: Account, of: int) -> bool:
    """Whether `account` may enter the numbers of the account `of`: one's own, or any as the programme's administrator."""
    return account.pk == of or Role.PROGRAMME_ADMIN in roles(account)


def _initial(account: Account) -> dict[str, str]:
    kept = reach.numbers([account.pk]).get(account.pk, Numbers())
    return {"text": kept.text, "phone": kept.phone, "mail": kept.mail}


def _standing(account: Account) -> Standing | None:
    return next((one for one in reach.supervisors() if one.account.pk == account.pk), None)
