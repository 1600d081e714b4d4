"""The programme administrator's pages about people: accounts, roles, designations, set-up links."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upstander.config import config
from upstander.people import queries, services
from upstander.people.access import require_role
from upstander.people.adapters import account_of
from upstander.people.desk_forms import DesignationForm, NewAccountForm, RoleForm
from upstander.people.models import Account, Designation, Role, RoleGrant
from upstander.web.search import asked

_only_administrators = require_role(Role.PROGRAMME_ADMIN)
PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@_only_administrators
def everybody(request: HttpRequest) -> HttpResponse:
    """All accounts, what they hold, and a way to find one."""
    words = asked(request)
    turned = request.POST if request.method == "POST" else request.GET
    page = Paginator(queries.people(words), PAGE).get_page(turned.get("page"))
    return render(request, "people/everybody.html", {"page": page, "q": words})


def _link_page(request: HttpRequest, account: Account, token: str, origin: str) -> HttpResponse:
    """The set-up link, shown once, as the answer to the POST: it stands in no address and no cookie of
    ours.
    """
    address = f"{config().origin(origin)}{reverse('people_set_up', args=[token])}"
    days = services.INVITATION_LASTS.days
    return render(request, "people/link.html", {"account": account, "address": address, "days": days})


@require_http_methods(["GET", "POST"])
@_only_administrators
def new(request: HttpRequest) -> HttpResponse:
    """Make an account, and hand over its link."""
    form = NewAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actor, given = account_of(request.user).actor, form.cleaned_data
        try:
            account, token = services.create_account(actor, given["email"], given["name"])
        except services.AccountExists as known:
            form.add_error("email", str(known))
        else:
            for role in given["roles"]:
                services.grant_role(actor, account.pk, role)
            return _link_page(request, account, token, "desk" if given["roles"] else "school")
    return render(request, "people/new.html", {"form": form}, status=422 if form.errors else 200)


def _person_page(
    request: HttpRequest, account_id: int, designation_form: DesignationForm | None = None
) -> HttpResponse:
    account = queries.people().filter(pk=account_id).first()
    if account is None:
        raise Http404
    words = asked(request)
    form = designation_form or (DesignationForm(words=words) if words else None)
    shown = {
        "account": account,
        "role_form": RoleForm(),
        "q": words,
        "designation_form": form,
        "found": bool(form and form.found),
    }
    status = 422 if form and form.errors else 200
    return render(request, "people/person.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@_only_administrators
def person(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: roles, designations, link, end; by POST also the organisations that were looked for."""
    return _person_page(request, account_id)


@require_POST
@_only_administrators
def link(request: HttpRequest, account_id: int) -> HttpResponse:
    """A new set-up link, perhaps with a new second factor."""
    account = get_object_or_404(Account, pk=account_id, is_active=True)
    again = "new_second_factor" in request.POST
    token = services.invite(account_of(request.user).actor, account.pk, new_second_factor=again)
    staff = RoleGrant.objects.filter(account=account, ends_at=None).exists()
    return _link_page(request, account, token, "desk" if staff else "school")


def _pressed(request: HttpRequest, account_id: int, act: Callable[[], None]) -> HttpResponse:
    """Do what a button of a person's page asks for, and show that page again; a refusal in words upon it."""
    try:
        act()
    except services.NotAllowed as why:
        messages.error(request, str(why))
    return redirect("people_person", account_id)


@require_POST
@_only_administrators
def active(request: HttpRequest, account_id: int) -> HttpResponse:
    """End an account, or let it in again."""
    account = get_object_or_404(Account, pk=account_id)
    actor = account_of(request.user).actor
    act = services.deactivate if account.is_active else services.reactivate
    return _pressed(request, account_id, lambda: act(actor, account.pk))


@require_POST
@_only_administrators
def grant(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give a role."""
    account = get_object_or_404(Account, pk=account_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        services.grant_role(account_of(request.user).actor, account.pk, form.cleaned_data["role"])
    else:
        messages.error(request, _("Choose one of the roles."))
    return redirect("people_person", account_id)


@require_POST
@_only_administrators
def end_grant(request: HttpRequest, account_id: int, grant_id: int) -> HttpResponse:
    """Take a role away."""
    get_object_or_404(RoleGrant, pk=grant_id, account_id=account_id, ends_at=None)
    actor = account_of(request.user).actor
    return _pressed(request, account_id, lambda: services.end_role(actor, grant_id))


@require_POST
@_only_administrators
def designate(request: HttpRequest, account_id: int) -> HttpResponse:
    """Designate for an organisation, or make its administrator."""
    account = get_object_or_404(Account, pk=account_id)
    form = DesignationForm(request.POST, words=asked(request))
    if not form.is_valid():
        return _person_page(request, account_id, form)
    chosen = form.cleaned_data
    actor = account_of(request.user).actor
    services.designate(actor, account.pk, chosen["organisation"].pk, chosen["kind"])
    return redirect("people_person", account_id)


@require_POST
@_only_administrators
def end_designation(request: HttpRequest, account_id: int, designation_id: int) -> HttpResponse:
    """End a designation."""
    get_object_or_404(Designation, pk=designation_id, account_id=account_id, ends_at=None)
    services.end_designation(account_of(request.user).actor, designation_id)
    return redirect("people_person", account_id)
