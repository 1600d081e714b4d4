"""The state's page at the desk: counts of the year and of training, and no row of anybody."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upstander.audit import services as audit
from upstander.officers import figures, pack, printed
from upstander.officers.drawing import bars
from upstander.officers.pages import pdf, school_year
from upstander.people import access
from upstander.people.access import View
from upstander.people.adapters import account_of
from upstander.people.models import Role

READERS = (Role.SIO, Role.SUPERVISOR, Role.PROGRAMME_ADMIN)
"""Who sees the state's counts: who works with schools, and who answers for the program."""


def _reader(view: View) -> View:
    return access.require_role(*READERS)(view)


@require_GET
@_reader
@transaction.atomic
def year(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The year of the whole state, role by role, region by region."""
    found, of = pack.officers(), school_year(year)
    state = figures.state(of)
    audit.record(account_of(request.user).actor, "officers.state_read", "list", "officers", year=of.number)
    values = {
        "year": of, "before": of.number - 1, "now": of == school_year(None), "least": found.least,
        "picture": state.picture, "sections": [(s, bars(s)) for s in printed.sections(found, state.picture)],
        "trained": state.trained, "roles": found.roles,
        "regions": [(name, list(zip(found.roles, r.roles, strict=True)), r.overdue) for name, r in state.regions],
    }  # fmt: skip
    return render(request, "officers/state.html", values)


@require_GET
@_reader
@transaction.atomic
def year_pdf(request: HttpRequest, year: int) -> HttpResponse:
    """The same as PDF."""
    found, of = pack.officers(), school_year(year)
    state = figures.state(of)
    audit.record(account_of(request.user).actor, "officers.state_read", "list", "officers", year=of.number)
    document = printed.document(found, printed.state_name(), of, state.picture, state.trained, state.regions)
    return pdf(document, f"officers-state-{of.words}")
