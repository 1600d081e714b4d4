"""A supervisor's pages: who is certified, whose practice is due, one person's runs; issuing and withdrawing."""

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from upstander.audit import services as audit
from upstander.packs.current import current
from upstander.people import access
from upstander.people import queries as people
from upstander.people.access import View
from upstander.people.models import Role
from upstander.training import forms, queries, services
from upstander.training.models import Certificate
from upstander.training.services import CannotDo
from upstander.training.views import StaffRequest


def supervisor(view: View) -> View:
    """For who answers for call-takers."""
    return access.require_role(Role.SUPERVISOR)(view)


@require_GET
@supervisor
@transaction.atomic
def everybody(request: StaffRequest) -> HttpResponse:
    """Every call-taker, who needs something first."""
    team = queries.team()
    audit.record(request.user.actor, "training.listed", "list", "training", call_takers=len(team))
    lacking = sum(not member.standing.certified for member in team)
    return render(
        request, "training/people.html", {"team": team, "lacking": lacking, "trainer": current().training}
    )


@require_GET
@supervisor
@transaction.atomic
def person(request: StaffRequest, account_id: int) -> HttpResponse:
    """One person's runs and certificates."""
    return _person(request, account_id)


def _person(request: StaffRequest, account_id: int, problem: str = "", status: int = 200) -> HttpResponse:
    trainer, name = current().training, people.names([account_id]).get(account_id)
    takes = access.holds(account_id, *services.TRAINEES)
    runs = queries.runs_of(account_id)
    if name is None or not (takes or runs):
        raise Http404
    certificates = list(Certificate.objects.filter(account_id=account_id).order_by("-issued_at"))
    issuers = people.names([found.issued_by for found in certificates])
    known = {
        "account_id": account_id, "name": name, "standing": queries.standing(account_id), "trainer": trainer,
        "runs": [(run, trainer.scenario(run.scenario) if trainer else None) for run in runs if run.finished_at],
        "certificates": [(found, issuers.get(found.issued_by, "")) for found in certificates],
        "mine": account_id == request.user.pk, "takes": access.holds(account_id, Role.CALL_TAKER),
        "form": forms.WithdrawForm(), "problem": problem,
    }  # fmt: skip
    audit.record(request.user.actor, "training.person_viewed", "account", account_id, runs=len(runs))
    return render(request, "training/person.html", known, status=status)


@require_POST
@supervisor
@transaction.atomic
def certify(request: StaffRequest, account_id: int) -> HttpResponse:
    """Issue a certificate."""
    try:
        services.certify(account_id, request.user.pk)
    except CannotDo as why:
        return _person(request, account_id, str(why), 422)
    return redirect("training_person", account_id=account_id)


@require_POST
@supervisor
@transaction.atomic
def withdraw(request: StaffRequest, certificate_id: UUID) -> HttpResponse:
    """End a certificate."""
    found = Certificate.objects.filter(pk=certificate_id).first()
    if found is None:
        raise Http404
    try:
        services.withdraw(found.pk, request.user.pk, request.POST.get("why", ""))
    except CannotDo as why:
        return _person(request, found.account_id, str(why), 422)
    return redirect("training_person", account_id=found.account_id)
