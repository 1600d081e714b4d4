"""Pictures and small documents of a product. A picture is drawn anew: what the camera noted, the place among it, stays out."""

import io
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from upstander import clock
from upstander.audit import services as audit
from upstander.markings import Kind
from upstander.products.content import Line
from upstander.products.errors import CannotDo
from upstander.products.models import TITLE, File, Product

LARGEST = 1_200_000  # bytes of one file
MOST = 40  # files of one product
_SIDE = 2000  # pixels of a picture's longer side
_PIXELS = 40_000_000  # of a picture as it comes: what unpacks to more is no photograph
PICTURES = ("image/jpeg", "image/png")
PDF = "application/pdf"


@transaction.atomic
def add(product_id: UUID, account_id: int, press: UUID, name: str, data: bytes) -> File:
    """Keep a picture or document of a product; `press` marks one shown form. Raises CannotDo for what is neither, is too large,
    and where the draft was not saved yet."""
    if before := File.objects.filter(pk=press, product=product_id).defer("content").first():
        return before
    if not Product.objects.filter(pk=product_id).exists():
        raise CannotDo(_("Save the draft first."))
    if len(data) > LARGEST:
        raise CannotDo(_("This file is too large: at most 1.2 megabytes."))
    if File.objects.filter(product=product_id).count() >= MOST:
        raise CannotDo(_("These are too many files for one product."))
    media, content = (PDF, data) if data.startswith(b"%PDF-") else _drawn_anew(data)
    made = File.objects.create(
        id=press, product_id=product_id, name=_plain(name), media=media, content=content,
        added_at=clock.now(), added_by=account_id,
    )  # fmt: skip
    said = {"file": str(made.id), "media": media, "bytes": len(content)}
    audit.record(f"account:{account_id}", "product.file_added", "product", product_id, **said)
    return made


def _plain(name: str) -> str:
    """A file's name without what is no letter to a reader."""
    return "".join(c for c in name if c.isprintable() and c not in '/\\"<>').strip()[-TITLE:] or _("File")


def _drawn_anew(data: bytes) -> tuple[str, bytes]:
    """A picture's kind, and its pixels in a file of our own making. Raises CannotDo for what is no picture."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > _PIXELS:
                raise CannotDo(_("This picture has too many pixels. Make it smaller."))
            jpeg = image.format == "JPEG"
            upright = ImageOps.exif_transpose(image).convert("RGB" if jpeg else "RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as why:
        raise CannotDo(_("This is no picture (JPEG, PNG) and no PDF.")) from why
    upright.thumbnail((_SIDE, _SIDE))
    out = io.BytesIO()
    upright.info.clear()  # nothing but pixels
    upright.save(out, "JPEG" if jpeg else "PNG", **({"quality": 88} if jpeg else {"optimize": True}))
    return ("image/jpeg" if jpeg else "image/png"), out.getvalue()


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
