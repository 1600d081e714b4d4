"""Products name entries: who may know of it is said with it, and the entry shows by whom it is named (S-topics, S-levels)."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.markings import Level
from upstander.products import queries as products
from upstander.products.models import Product
from upstander.register import entry
from upstander.register.errors import CannotDo
from upstander.register.models import Citation, Version
from upstander.register.queries import STAFFS


@transaction.atomic
def cite(product_id: UUID, number: str, marking: str, account_id: int, press: UUID) -> Citation:
    """A product names the entry of this number (2026-17). `marking`: who may know that it does; empty: who may read the entry's
    facts. Said twice it is once. Raises CannotDo for no such entry, no such product, and a marking below the facts."""
    found = Version.objects.filter(incident__number=number.strip(), replaced_at=None).defer(*STAFFS).first()
    if found is None:
        raise CannotDo(_("There is no such entry. Write its number, as 2026-17."), "number")
    if not Product.objects.filter(pk=product_id).exists():
        raise CannotDo(_("Save the draft first."))
    level = entry.level_of(marking or found.marking)
    if level < found.level:
        raise CannotDo(_("The entry itself is marked higher: nobody below may know that it is named."), "marking")
    known = Citation.objects.filter(incident=found.incident_id, product=product_id, ended_at=None).first()
    if known:
        return known
    made = Citation.objects.create(
        id=press, incident_id=found.incident_id, product_id=product_id, marking=marking or found.marking, level=level,
        at=clock.now(), account_id=account_id,
    )  # fmt: skip
    said = {"product": str(product_id), "level": int(level)}
    audit.record(f"account:{account_id}", "register.cited", "incident", found.incident_id, **said)
    return made


@transaction.atomic
def end(citation_id: UUID, product_id: UUID, account_id: int) -> None:
    """A product names an entry no more; of what it does not name nothing changes."""
    rows = Citation.objects.filter(pk=citation_id, product=product_id, ended_at=None)
    incident = rows.values_list("incident", flat=True).first()
    if incident and rows.update(ended_at=clock.now(), ended_by=account_id):
        audit.record(f"account:{account_id}", "register.cited_no_more", "incident", incident, product=str(product_id))


@dataclass(frozen=True, slots=True)
class CitedBy:
    """A product that names an entry, as who asks may read it. `portion` is its title's mark; empty for a draft."""

    product_id: UUID
    title: str
    portion: str


def named_by(product_id: UUID, level: Level) -> list[tuple[Citation, Version]]:
    """The entries that a product names, as readers of `level` may know of them, by number."""
    rows = Citation.objects.filter(product=product_id, ended_at=None, level__lte=level).select_related("incident")
    found = {row.incident_id: row for row in rows}
    versions = Version.objects.filter(incident__in=found, replaced_at=None, level__lte=level).defer(*STAFFS)
    versions = versions.select_related("incident")
    return sorted(((found[v.incident_id], v) for v in versions), key=lambda pair: (pair[0].at, pair[0].pk))


def cited_by(incident_id: UUID, level: Level) -> list[CitedBy]:
    """The products that are out at `level` and name an entry, the newest first; what was called back is not among them."""
    ids = Citation.objects.filter(incident=incident_id, ended_at=None, level__lte=level).values_list("product", flat=True)
    rows = products.newest(level).filter(product__in=list(ids), ended_as="").defer("body", "search")
    return [CitedBy(row.product_id, row.title, row.title_portion) for row in rows]


def cited_in_drafts(incident_id: UUID) -> list[CitedBy]:
    """For the staff: every product that names it, in whatever state, by the title of its newest version."""
    ids = list(Citation.objects.filter(incident=incident_id, ended_at=None).values_list("product", flat=True))
    return [CitedBy(row.version.product_id, row.title, "") for row in products.standings(ids)] if ids else []
