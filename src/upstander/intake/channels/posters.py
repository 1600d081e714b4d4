"""Who comes by a school's poster finds the form with the school chosen (decision 0133); `web.send` counts it by month."""

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse

from upstander.intake.channels import web, wizard
from upstander.intake.channels.pages import page
from upstander.posters import queries


@page("GET")
def scanned(request: HttpRequest, code: str) -> HttpResponse:
    """The first page of the form. A torn, mistyped or unknown code opens it as well, without a school: nobody is sent away."""
    try:
        found = queries.leads_to(code)
    except (DatabaseError, InterfaceError):
        found = None
    return web.begin(request, wizard.at(found[1], found[0]) if found else wizard.fresh(), [])
