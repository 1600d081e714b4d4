"""A trainee's pages: what is due, the conversation, the judgment, the result, the certificate."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from upstander.audit import services as audit
from upstander.packs.current import current
from upstander.people import access
from upstander.people import queries as people
from upstander.people.access import View
from upstander.people.models import Account, Role
from upstander.rehearsal import said
from upstander.training import forms, paper, queries, services, showing
from upstander.training.models import Certificate, Run
from upstander.training.services import CannotDo, Judged
from upstander.web import paper as typeset


class StaffRequest(HttpRequest):
    """What a view of this room gets: nobody else is let in."""

    user: Account


def trainee(view: View) -> View:
    """For who takes reports."""
    return access.require_role(*services.TRAINEES)(view)


@require_GET
@trainee
@transaction.atomic
def own(request: StaffRequest) -> HttpResponse:
    """What is due, the scenarios with one's best result, one's certificate."""
    return _own(request)


def _own(request: StaffRequest, problem: str = "", status: int = 200) -> HttpResponse:
    trainer, runs = current().training, queries.runs_of(request.user.pk)
    best: dict[str, Run] = {}
    for run in (r for r in runs if r.finished_at):
        known = best.get(run.scenario)
        if known is None or (run.percent or 0) > (known.percent or 0):
            best[run.scenario] = run
    begun = {run.scenario for run in runs if run.finished_at is None}
    rows = [
        {"scenario": one, "best": best.get(one.code), "open": one.code in begun}
        for one in (trainer.scenarios if trainer else ())
    ]
    known_runs = [
        (run, trainer.scenario(run.scenario) if trainer else None) for run in runs if run.finished_at
    ][:20]
    held = access.roles(request.user)
    known_page = {
        "trainer": trainer, "rows": rows, "standing": queries.standing(request.user.pk), "runs": known_runs,
        "problem": problem, "supervises": Role.SUPERVISOR in held, "takes": Role.CALL_TAKER in held,
    }  # fmt: skip
    return render(request, "training/own.html", known_page, status=status)


@require_POST
@trainee
@transaction.atomic
def begin(request: StaffRequest, code: str) -> HttpResponse:
    """Begin a scenario, or go on with it."""
    try:
        run = services.begin(request.user.pk, code)
    except CannotDo as why:
        return _own(request, str(why), 422)
    return redirect(f"{reverse('training_run', args=[run.pk])}#latest")


def _find(request: StaffRequest, run_id: UUID) -> Run:
    """The run, for whose it is, and finished for supervisors; 404 to everybody else."""
    run = Run.objects.filter(pk=run_id).first()
    mine = run is not None and run.account_id == request.user.pk
    reads = run is not None and run.finished_at is not None and Role.SUPERVISOR in access.roles(request.user)
    if run is None or not (mine or reads):
        raise Http404
    return run


@require_GET
@never_cache
@trainee
@transaction.atomic
def run(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """The conversation; of a finished one the result."""
    found = _find(request, run_id)
    return _result(request, found) if found.finished_at else _talk(request, found, {})


def _talk(
    request: StaffRequest, found: Run, bound: Mapping[str, Any], status: int = 200, part: str = ""
) -> HttpResponse:
    trainer = current().training
    scenario = trainer.scenario(found.scenario) if trainer else None
    if scenario is None:
        raise Http404  # another version of the pack has another script
    lines = queries.lines_of(found.pk)
    known = {
        "run": found, "scenario": scenario, "bubbles": showing.bubbles(scenario, lines), 
        "say": bound.get("say") or forms.SayForm(auto_id="id_say_%s"), "problem": bound.get("problem", ""),
        "form": bound.get("judge") or forms.JudgeForm(auto_id="id_judge_%s"), "part": bool(part),
    }  # fmt: skip
    return render(request, part or "training/run.html", known, status=status)


def _part(request: StaffRequest) -> str:
    return "training/_talk.html" if "HX-Request" in request.headers else ""


@require_POST
@trainee
@transaction.atomic
def say(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """A word to the simulated reporter; `insert` puts a phrase into the text and sends nothing."""
    found = _find(request, run_id)
    if "insert" in request.POST:
        return _talk(request, found, {"say": _with_phrase(request)}, part=_part(request))
    form = forms.SayForm(request.POST, auto_id="id_say_%s")
    if form.is_valid():
        try:
            services.write(found.pk, request.user.pk, form.cleaned_data["text"], form.cleaned_data["press"])
        except CannotDo as why:
            form.add_error("text", str(why))
        else:
            if _part(request):
                return _answered(request, found)
            return redirect(f"{reverse('training_run', args=[found.pk])}#latest")
    return _talk(request, found, {"say": form}, 422, _part(request))


def _answered(request: StaffRequest, found: Run) -> HttpResponse:
    """The conversation alone, and what the simulated reporter wrote, to be read out by a screen reader."""
    response = _talk(request, found, {}, part=_part(request))
    trainer = current().training
    scenario, last = trainer.scenario(found.scenario) if trainer else None, found.lines.order_by("n").last()
    words = [said(scenario, mark) for mark in last.answers] if scenario and last else []
    response["HX-Trigger"] = json.dumps({"announce": " ".join(words)})
    return response


def _with_phrase(request: StaffRequest) -> forms.SayForm:
    phrase = current().texts_under("reporter.phrase").get(request.POST.get("phrase", ""), "")
    text = " ".join(part for part in (request.POST.get("text", "")[: forms.LONG].strip(), phrase) if part)
    return forms.SayForm(initial={"text": text}, auto_id="id_say_%s")


@require_POST
@trainee
@transaction.atomic
def finish(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """The judgment, with which the rehearsal ends."""
    found = _find(request, run_id)
    form = forms.JudgeForm(request.POST, auto_id="id_judge_%s")
    if form.is_valid():
        given = form.cleaned_data
        judged = Judged(given["subtypes"], given["flags"], given["in_progress"], tuple(given["actions"]))
        try:
            services.finish(found.pk, request.user.pk, judged)
        except CannotDo as why:
            form.add_error(None, str(why))
        else:
            return redirect("training_run", run_id=found.pk)
    return _talk(request, found, {"judge": form}, 422)


def _result(request: StaffRequest, found: Run) -> HttpResponse:
    trainer = current().training
    scenario = trainer.scenario(found.scenario) if trainer else None
    lines = queries.lines_of(found.pk)
    mine = found.account_id == request.user.pk
    if not mine:
        audit.record(request.user.actor, "training.viewed", "training", found.pk, of=found.account_id)
    parts = showing.points(found, scenario)
    known = {
        "run": found, "scenario": scenario, "mine": mine, "parts": parts, "sources": showing.sources(parts),
        "bubbles": showing.bubbles(scenario, lines) if scenario else [showing.Bubble(True, text, line) for line, text in lines],
        "name": people.names([found.account_id]).get(found.account_id, ""), "least": trainer.pass_percent if trainer else None,
    }  # fmt: skip
    return render(request, "training/result.html", known)


@require_GET
@never_cache
@trainee
def certificate(request: StaffRequest, certificate_id: UUID) -> HttpResponse:
    """A certificate as PDF, for whose it is and for supervisors."""
    with transaction.atomic():
        found = Certificate.objects.filter(pk=certificate_id).first()
        mine = found is not None and found.account_id == request.user.pk
        if found is None or not (mine or Role.SUPERVISOR in access.roles(request.user)):
            raise Http404
        names = people.names([found.account_id, found.issued_by])
        audit.record(
            request.user.actor,
            "training.certificate_made",
            "account",
            found.account_id,
            certificate=found.number,
        )
    made = paper.document(
        found,
        names.get(found.account_id, ""),
        names.get(found.issued_by, ""),
        practice=settings.UPSTANDER_SANDBOX,
    )
    try:
        return typeset.answer(typeset.pdf(made, found.issued_at), f"certificate-{found.number}")
    except typeset.CannotPrint:
        return _own(request, _("The PDF could not be made. Try it again in a minute."), 500)
