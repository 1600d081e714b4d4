"""Every format that `directory import` knows. A new one is a file with NAME, TITLE, HEADINGS, `read`, and a
line here.
"""

from upstander.directory.importers import (
    agencies,
    contacts,
    fcc,
    isbe,
    numbers,
    placements,
    roe,
    routes,
)
from upstander.directory.importers.files import Refused, read
from upstander.directory.importers.planning.counties import Counties, plan_regions
from upstander.directory.importers.planning.lists import plan_numbers, plan_placements, plan_routes
from upstander.directory.importers.planning.organisations import Organisations
from upstander.directory.importers.planning.people import Contacts
from upstander.directory.importers.planning.plan import Plan
from upstander.directory.importers.records import Read
from upstander.directory.importers.rows import header_of

FORMATS = (isbe, fcc, roe, contacts, agencies, numbers, routes, placements)


def recognise(data: bytes, state: str) -> Read:
    """The file as read by the format whose headings it has. `state`: two letters, for the FCC's registry.
    Raises Refused.
    """
    book = read(data)
    for known in FORMATS:
        if header_of(book, known.HEADINGS):
            found = fcc.read(book, state) if known is fcc else known.read(book)
            if not found.rows:
                raise Refused(f"This looks like “{known.TITLE}”, but it has no rows.")
            return found
    titles = "; ".join(known.TITLE for known in FORMATS)
    raise Refused(
        f"The headings are none that Upstander knows. It reads: {titles}. See docs/administrators/directory-import.md."
    )


def plan(found: Read, county_suffix: str = "") -> Plan:
    """What this file would do to the directory as it is now. `county_suffix` sets another state's counties
    apart.
    """
    made = Plan(found)
    counties = Counties(made)
    if found.format in (isbe.NAME, fcc.NAME, roe.NAME, agencies.NAME):
        home = (lambda name: f"{name}{county_suffix}") if county_suffix else str
        organisations = Organisations(made, counties, home)
        if found.format == roe.NAME:
            plan_regions(made, counties, organisations.id_of)
    elif found.format == contacts.NAME:
        Contacts(made)
    elif found.format == numbers.NAME:
        plan_numbers(made)
    elif found.format == routes.NAME:
        plan_routes(made, counties)
    else:
        plan_placements(made, counties)
    made.problems.sort(key=lambda p: (p.where.sheet, p.where.row))
    return made
