"""Bringing in many applicants at once: a file is read, shown row by row, and brought in by one press (S-membership).

Nobody becomes a member by it: each gets the link, signs, and is looked at by two people, as everybody is.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.delivery import services as delivery
from upstander.directory import queries as directory
from upstander.directory.folding import fold
from upstander.directory.importers.files import FORMULA, TOO_LONG, Bounds, Refused, read
from upstander.directory.models import Kind, Organisation
from upstander.ids import new_id
from upstander.network import applying, links, pack
from upstander.network.applying import Given
from upstander.network.errors import CannotDo
from upstander.network.forms import WORKPLACES
from upstander.network.models import Application, Member, Roll
from upstander.network.standing import SIO
from upstander.people import access
from upstander.people.models import Account

COLUMNS = (
    "name", "e-mail", "telephone", "position", "organization", "sector", "discipline", "agency", "regions", "roles", "sponsor",
    "sponsor e-mail", "purpose",
)  # fmt: skip
_MUST = ("name", "e-mail", "telephone", "position", "organization", "sector", "discipline", "sponsor", "sponsor e-mail")
MOST = 2000
# An organization sends the file in, and what reads it shows the network's pages: one sheet, and no more than a list is.
_BOUNDS = Bounds(rows=10 * MOST, sheets=1, unpacked=30_000_000, first=True)
_LONGEST = {"name": 120, "e-mail": 254, "telephone": 40, "position": 120, "sponsor": 120, "sponsor e-mail": 254, "purpose": 2000}


def look(data: bytes, file_name: str, account: Account, press: UUID) -> Roll:
    """Read a file and keep what its rows would do; sent twice it is one. Raises CannotDo for a file that cannot be read."""
    if found := Roll.objects.filter(pk=press).first():
        return found
    _must_be_sio(account)
    try:
        sheet = read(data, _BOUNDS).sheets[0].rows
    except Refused as why:
        raise CannotDo(str(why), "file") from None
    head = [fold(cell).replace("-", "").replace(" ", "") for cell in sheet[0]] if sheet else []
    wanted = {fold(name).replace("-", "").replace(" ", ""): name for name in COLUMNS}
    at = {wanted[cell]: n for n, cell in enumerate(head) if cell in wanted}
    if lacking := [name for name in _MUST if name not in at]:
        raise CannotDo(_("The first row must name these columns too: %(what)s") % {"what": ", ".join(lacking)}, "file")
    if len(sheet) > MOST + 1:
        raise CannotDo(_("The list has more than %(n)d rows. Bring it in in parts.") % {"n": MOST}, "file")
    rows = _read(sheet[1:], at)
    made = Roll(id=press, at=clock.now(), account_id=account.pk, file_name=file_name[:200], rows=rows)
    Roll.objects.bulk_create([made], ignore_conflicts=True)
    audit.record(account.actor, "network.list_read", "list", press, rows=len(rows))
    return made


def _read(rows: list[list[str]], at: dict[str, int]) -> list[dict[str, Any]]:
    reader, found = _Reader(), []
    for n, row in enumerate(rows, 2):
        cells = {name: row[i] if i < len(row) else "" for name, i in at.items()}
        if any(cells.values()):
            given, errors = reader.row(cells)
            found.append({"n": n, "given": given, "errors": errors})
    return found


class _Reader:
    """The rows of one file, each against the pack, the directory, and the rows above it."""

    def __init__(self) -> None:
        known = pack.network()
        self.disciplines = {fold(word): d.code for d in known.disciplines for word in (d.code, d.label)}
        self.sworn = {d.code for d in known.disciplines if d.sworn}
        self.roles = {fold(word): r.code for r in known.roles for word in (r.code, r.label)}
        regions = Organisation.objects.filter(kind=Kind.REGION, retired_on=None).values_list("name", "pk")
        self.regions = {fold(name): pk for name, pk in regions}
        self.members = set(Member.objects.filter(left_at=None).exclude(state="removed").values_list("account__email", flat=True))
        self.members |= set(Application.objects.filter(state="waiting").values_list("email", flat=True))
        self.seen: set[str] = set()

    def row(self, cells: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
        """What a row says, as the application will have it, and what is wrong with it in words."""
        wrong = self._plain(cells)
        clean = {name: "" if value in (FORMULA, TOO_LONG) else " ".join(value.split()) for name, value in cells.items()}
        email, sponsor = clean["e-mail"].lower(), clean["sponsor e-mail"].lower()
        wrong += self._addresses(email, sponsor)
        sector = {"k12": "k12", "school": "k12", "college": "college", "university": "college"}.get(
            fold(clean["sector"]).replace("-", "").replace(" ", ""), ""
        )
        if not sector:
            wrong.append(_("Sector: write K-12 or college."))
        discipline = self.disciplines.get(fold(clean["discipline"]), "")
        if not discipline:
            wrong.append(_("Discipline: “%(word)s” is none of the program's.") % {"word": clean["discipline"][:60]})
        agency = clean.get("agency", "")
        if discipline in self.sworn and not agency:
            wrong.append(_("A sworn officer needs an agency."))
        regions, unknown = self._listed(clean.get("regions", ""), self.regions)
        wishes, odd = self._listed(clean.get("roles", "") or "consumer", self.roles)
        wrong += [_("Not known: “%(word)s”.") % {"word": word[:60]} for word in (*unknown, *odd)]
        given = Given(
            name=clean["name"], email=email, telephone=clean["telephone"], position=clean["position"],
            organisation_id=_one(clean["organization"], WORKPLACES), organisation_name=clean["organization"][:200], sector=sector,
            discipline=discipline, agency_id=_one(agency, (Kind.LAW_ENFORCEMENT.value,)) if discipline in self.sworn else None,
            agency_name=agency[:200] if discipline in self.sworn else "", regions=regions, wishes=wishes, topics=[],
            sponsor_name=clean["sponsor"], sponsor_email=sponsor, purpose=clean.get("purpose", ""),
        )  # fmt: skip
        return asdict(given), wrong

    def _plain(self, cells: dict[str, str]) -> list[str]:
        wrong = [_("%(column)s holds a formula: paste its value.") % {"column": c} for c, v in cells.items() if v == FORMULA]
        wrong += [
            _("%(column)s is too long.") % {"column": c}
            for c, v in cells.items()
            if v == TOO_LONG or len(v) > _LONGEST.get(c, 200)
        ]
        return wrong + [_("%(column)s is empty.") % {"column": c} for c in _MUST if not cells.get(c)]

    def _addresses(self, email: str, sponsor: str) -> list[str]:
        wrong = []
        for address in filter(None, (email, sponsor)):
            try:
                validate_email(address)
            except ValidationError:
                wrong.append(_("“%(word)s” is no e-mail address.") % {"word": address[:60]})
        if email and email == sponsor:
            wrong.append(_("The sponsor is somebody else than the applicant."))
        if email in self.members:
            wrong.append(_("Is a member already, or waits to be one."))
        if email in self.seen:
            wrong.append(_("The same address stands in a row above."))
        self.seen.add(email)
        return wrong

    @staticmethod
    def _listed(text: str, known: dict[str, Any]) -> tuple[list[Any], list[str]]:
        words = [word.strip() for word in text.replace(";", ",").split(",") if word.strip()]
        return [known[fold(w)] for w in words if fold(w) in known], [w for w in words if fold(w) not in known]


def _one(name: str, kinds: tuple[str, ...]) -> int | None:
    """The directory's organisation of exactly this name; None where there is none, or several."""
    hits = [h for h in directory.find_organisations(name, kinds, 5) if fold(h.name) == fold(name)] if name else []
    return hits[0].id if len(hits) == 1 else None


@transaction.atomic
def bring_in(roll_id: UUID, account: Account) -> int:
    """Make an application of each row that is in order, and owe the links; how many. A second press does nothing.

    Raises CannotDo.
    """
    _must_be_sio(account)
    roll = Roll.objects.select_for_update().get(pk=roll_id)
    if roll.brought_in_at is not None:
        return 0
    now, made = clock.now(), []
    known = _Reader().members
    for row in roll.rows:
        if not row["errors"] and row["given"]["email"] not in known:
            made.append(_application(Given(**row["given"]), now))
    Application.objects.bulk_create(made)
    for one in made:
        delivery.send_new(applying.PURPOSE, one.pk, applying.address_key(one.pk), 6)
        audit.record(account.actor, "network.brought_in", "application", one.pk, list=str(roll.pk))
    roll.brought_in_at, roll.brought_in_by, roll.counts = now, account.pk, {"made": len(made)}
    roll.save(update_fields=["brought_in_at", "brought_in_by", "counts"])
    return len(made)


def _application(given: Given, now: datetime) -> Application:
    id = new_id()
    more = {"made_at": now, "link_until": now + 2 * applying.LINK_LASTS, "counted_with": applying.BY_LIST}
    return Application(id=id, **more, **links.mint(id), **asdict(given))


def _must_be_sio(account: Account) -> None:
    if access.roles(account).isdisjoint(SIO):
        raise CannotDo(_("This is for the School Intelligence Officer."))
