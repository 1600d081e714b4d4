"""Pictures and documents of a product. A picture is drawn anew: what the camera noted, the place among it, stays out."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.markings import Kind
from upstander.network import arriving, pictures, stored
from upstander.network.arriving import PDF, CannotTake, Ticket
from upstander.network.models import StoredFile
from upstander.products.content import Line
from upstander.products.errors import CannotDo
from upstander.products.models import TITLE, File, Product

LARGEST = 1_200_000  # bytes of a document that is kept in one row; a larger one lies sealed in pieces
MOST = 40  # files of one product
PICTURES = pictures.KINDS


def add(product_id: UUID, account_id: int, press: UUID, name: str, data: bytes) -> File:
    """Keep a picture or small document of a product; `press` marks one shown form. Raises CannotDo for what is neither, is too
    large, and where the draft was not saved yet."""
    if len(data) > LARGEST and arriving.media_of(data) not in PICTURES:
        raise CannotDo(arriving.too_large())
    media = PDF if data.startswith(b"%PDF-") else ""
    return _added(product_id, account_id, press, name, lambda: (media, data) if media else _drawn(data))


def add_arrived(product_id: UUID, account_id: int, press: UUID, ticket: Ticket) -> File:
    """The same with a file that has arrived in pieces, of any size that is taken."""

    def content() -> tuple[str, bytes | StoredFile]:
        try:
            if stored.media(ticket) in PICTURES:
                found = stored.drawn(ticket)
                stored.spent(ticket)
                return found
            kept = stored.keep(ticket)
        except CannotTake as why:
            raise CannotDo(str(why)) from why
        return kept.media, kept

    return _added(product_id, account_id, press, ticket.name, content)


def add_stored(product_id: UUID, account_id: int, name: str, kept: StoredFile) -> File:
    """The same with a file that lies here already, with what a member gave."""
    return _added(product_id, account_id, new_id(), name, lambda: (kept.media, kept))


@transaction.atomic
def _added(
    product_id: UUID, account_id: int, press: UUID, name: str, content: Callable[[], tuple[str, bytes | StoredFile]]
) -> File:
    if before := File.objects.filter(pk=press, product=product_id).defer("content").first():
        return before
    if not Product.objects.filter(pk=product_id).exists():
        raise CannotDo(_("Save the draft first."))
    if File.objects.filter(product=product_id).count() >= MOST:
        raise CannotDo(_("These are too many files for one product."))
    media, found = content()
    where = {"stored": found} if isinstance(found, StoredFile) else {"content": found}
    made = File.objects.create(
        id=press, product_id=product_id, name=arriving.plain_name(name)[-TITLE:] or _("File"), media=media,
        added_at=clock.now(), added_by=account_id, **where,
    )  # fmt: skip
    said = {"file": str(made.id), "media": media, "bytes": found.size if isinstance(found, StoredFile) else len(found)}
    audit.record(f"account:{account_id}", "product.file_added", "product", product_id, **said)
    return made


def _drawn(data: bytes) -> tuple[str, bytes]:
    """A picture's kind, and its pixels in a file of our own making. Raises CannotDo for what is no picture."""
    if len(data) > pictures.LARGEST:
        raise CannotDo(arriving.too_large())
    try:
        return pictures.drawn_anew(data)
    except pictures.TooManyPixels as why:
        raise CannotDo(str(CannotTake("pixels"))) from why
    except pictures.NoPicture as why:
        raise CannotDo(str(CannotTake("kind"))) from why


def named(product_id: UUID) -> dict[UUID, str]:
    """The files of a product by id, as an author chooses among them."""
    return dict(File.objects.filter(product=product_id).order_by("added_at", "id").values_list("id", "name"))


def wrong(product_id: UUID, lines: Sequence[Line]) -> list[str]:
    """What is wrong with the files that paragraphs name: each picture and file has one of its kind, of this product."""
    wanted = {line.file for line in lines if line.file}
    media = dict(File.objects.filter(product=product_id, pk__in=wanted).values_list("id", "media")) if wanted else {}
    found = []
    for number, line in enumerate(lines, start=1):
        kinds = {Kind.PICTURE: PICTURES, Kind.FILE: (*PICTURES, PDF)}.get(line.kind, ())
        has = media.get(line.file, "unknown") if line.file else ""
        if kinds and has not in kinds:
            found.append(_("Choose the picture or file of paragraph %(number)s.") % {"number": number})
        elif not kinds and has:
            found.append(_("Paragraph %(number)s is no picture and no file.") % {"number": number})
    return found
