"""A product that begins with a gap: a draft whose audience or topic is set, and nothing written but a heading for its author."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander.audit import services as audit
from upstander.directory.models import Kind as Place
from upstander.directory.models import Organisation
from upstander.insight.errors import CannotDo
from upstander.markings import Kind, Level
from upstander.network import pack
from upstander.products import drafts
from upstander.products.content import Content, Line
from upstander.products.models import Version

WHAT = ("topic", "region", "discipline")


@transaction.atomic
def begin(product_id: UUID, account_id: int, what: str, key: str) -> Version:
    """A draft for a topic, a region or a discipline; under an id from the form: pressed again it is the same one.

    Raises CannotDo where there is no such topic, region or discipline.
    """
    drafts.lock(product_id)
    if before := Version.objects.filter(product=product_id, number=1).first():
        return before
    label, set_ = _meant(what, key)
    known = pack.network()
    kind = next(one.code for one in known.products if not one.cadence)
    title = Line(Kind.TITLE, _("Draft: %(what)s") % {"what": label}, known.level(Level.FOUO).default_marking)
    made = drafts.save(product_id, account_id, 0, Content(kind=kind, lines=(title,), **set_))  # type: ignore[arg-type]
    audit.record(f"account:{account_id}", "product.begun_for_gap", "product", product_id, gap=what, key=key)
    return made


def _meant(what: str, key: str) -> tuple[str, dict[str, tuple[object, ...]]]:
    """The gap in words, and what it sets on a draft."""
    known = pack.network()
    if what == "region":
        number = int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0
        found = Organisation.objects.filter(pk=number, kind=Place.REGION, retired_on=None).first()
        if found is not None:
            return found.name, {"regions": (found.pk,)}
    elif what == "topic" and key in {one.code for one in known.topics}:
        return known.label("topics", key), {"topics": (key,)}
    elif what == "discipline" and key in {one.code for one in known.disciplines}:
        return known.label("disciplines", key), {"disciplines": (key,)}
    raise CannotDo(_("This gap is not known any more. Choose one below."))
