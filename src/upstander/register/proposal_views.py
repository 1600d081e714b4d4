"""A member tells of an incident; the staff read what waits, and decide."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from upstander.ids import new_id
from upstander.network.doors import own_page, staff_page
from upstander.network.middleware import of
from upstander.people import queries as people
from upstander.register import queries, services
from upstander.register.errors import CannotDo
from upstander.register.forms import AnswerForm, ProposalForm
from upstander.register.models import Proposal


@require_http_methods(["GET", "POST"])
@own_page
def propose(request: HttpRequest) -> HttpResponse:
    """Tell of an incident, and see what became of what was told."""
    who = of(request)
    form = ProposalForm(request.POST or None, initial={"press": new_id()})
    if request.method == "POST" and form.is_valid():
        try:
            services.propose(who, form.said, form.cleaned_data["press"])
        except CannotDo as why:
            form.add_error(why.field if why.field in form.fields else None, str(why))
        else:
            return redirect("register_propose")
    mine = queries.proposals_of(who.member_id) if who.member_id else []
    readable = queries.citations([p.incident_id for p in mine if p.incident_id])
    rows = [(p, readable.get(p.incident_id) if p.incident_id else None) for p in mine]
    return render(
        request, "register/propose.html", {"form": form, "rows": rows}, status=422 if form.is_bound else 200
    )


@require_GET
@staff_page
def waiting(request: HttpRequest) -> HttpResponse:
    """What members proposed and nobody has decided."""
    return render(request, "register/proposals.html", {"rows": queries.waiting()})


@require_http_methods(["GET", "POST"])
@staff_page
def decide(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal: enter it, or say why not."""
    proposal = Proposal.objects.filter(pk=proposal_id).first()
    if proposal is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.decline(proposal_id, form.cleaned_data["answer"], of(request).account_id)
        except CannotDo as why:
            form.add_error(None, str(why))
        else:
            return redirect("register_proposals")
    names = people.names([proposal.account_id, proposal.decided_by])
    known = {
        "proposal": proposal, "form": form, "by": names.get(proposal.account_id, ""),
        "decider": names.get(proposal.decided_by or 0, ""), "portion": queries.portion(str(proposal.said.get("marking", ""))),
    }  # fmt: skip
    return render(request, "register/proposal.html", known, status=422 if form.is_bound else 200)
