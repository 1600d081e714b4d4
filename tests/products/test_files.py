"""Pictures and files: read with the paragraph that shows them and by nobody else; nothing of the camera is left in them."""

import io
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import GPS, IFD

from tests.network.support import client_for, make_member, played
from tests.products.conftest import BULLETIN, bulletin, product_of
from tests.products.test_pages import page_of, sent, typed
from upstander.ids import new_id
from upstander.markings import Kind, Level
from upstander.network import walls
from upstander.products import files, releasing
from upstander.products.content import Line, of_version
from upstander.products.errors import CannotDo
from upstander.products.models import File, Version

pytestmark = [pytest.mark.req("S-products"), pytest.mark.req("S-levels")]
PDF = b"%PDF-1.4\n%a plan of a building\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture that says where it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Lincoln School"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (39.0, 47.0, 58.0)
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, exif=exif, comment=b"Lincoln School")
    return out.getvalue()


def uploaded(version: Version, data: bytes, name: str = "Map of the yard.jpg") -> File:
    return files.add(version.product_id, version.saved_by, new_id(), name, data)


def shows(file: File, marking: str, alt: str = "A map of the yard with two gates.", kind: Kind = Kind.PICTURE) -> Line:
    return Line(kind, "The yard", marking, alt=alt if kind is Kind.PICTURE else "", file=file.id)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_nothing_of_the_camera_is_left_and_the_picture_stands_upright(saved, kind):
    kept = bytes(uploaded(saved(), picture(kind)).content)
    assert b"Lincoln" not in kept and b"GPS" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.format == kind and not image.getexif() and image.size == (30, 40)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"GIF89a not for us", "no picture"), (b"", "no picture"), (b"<svg onload='x'/>", "no picture"),
        (picture()[:200], "no picture"), (b"x" * (files.LARGEST + 1), "too large"),
    ],
)  # fmt: skip
def test_what_is_no_picture_or_too_large_is_refused_in_words(saved, data, says):
    with pytest.raises(CannotDo, match=says):
        uploaded(saved(), data)
    assert not File.objects.exists()


def test_a_picture_is_read_at_its_paragraphs_level_and_above_and_nowhere_before_it_is_out(released, saved, sio):
    first = saved()
    gate, plan, unused = uploaded(first, picture()), uploaded(first, PDF, "plan.pdf"), uploaded(first, picture("PNG"))
    lines = (*BULLETIN, shows(gate, "fouo"), shows(plan, "les", kind=Kind.FILE))
    readers = {level: client_for(make_member(level=level, sworn=level is Level.LES)) for level in Level}

    def got(level: Level, file: File) -> int:
        return readers[level].get(f"/products/{first.product_id}/files/{file.id}/").status_code

    assert {got(level, file) for level in Level for file in (gate, plan, unused)} == {404}
    product = product_of(released(bulletin(*lines), of=first))
    assert [got(level, gate) for level in Level] == [404, 200, 200]
    assert [got(level, plan) for level in Level] == [404, 404, 200]
    assert {got(level, unused) for level in Level} == {404}
    for level in Level:
        with played("network"), walls.reading(level):
            seen = {UUID(str(id)) for id in File.objects.values_list("id", flat=True)}
        assert seen == {file.id for file, least in ((gate, 1), (plan, 2)) if level >= least}
    page = page_of(readers[Level.FOUO], f"/products/{product}/")
    shown = f'src="/products/{product}/files/{gate.id}/" alt="A map of the yard with two gates."'
    assert shown in page and str(plan.id) not in page
    answer = readers[Level.LES].get(f"/products/{product}/files/{plan.id}/")
    assert answer["Content-Disposition"].startswith("attachment") and answer["Content-Type"] == "application/pdf"
    releasing.recall(product, sio.pk, new_id(), "Wrong", "Destroy it.")
    assert {got(level, file) for level in Level for file in (gate, plan)} == {404}


def test_a_picture_without_words_for_who_cannot_see_it_is_not_released(saved):
    first = saved()
    version = saved(bulletin(*BULLETIN, shows(uploaded(first, picture()), "open", alt="")), of=first)
    (problem,) = releasing.problems(of_version(version))
    assert "no words for who cannot see it" in problem


def test_a_paragraph_shows_what_belongs_to_its_product_and_is_of_its_kind(saved):
    first, other = saved(), saved()
    plan, foreign = uploaded(first, PDF), uploaded(other, picture())
    none, text = Line(Kind.PICTURE, "", "open"), Line(Kind.TEXT, "x", "open", file=plan.id)
    for wrong in (shows(plan, "open"), shows(foreign, "open"), none, text):
        with pytest.raises(CannotDo, match="paragraph 6|Paragraph 6"):
            saved(bulletin(*BULLETIN, wrong), of=first)


def test_uploaded_chosen_and_saved_on_the_pages_and_shown_to_staff_alone(saved, sio):
    first = saved()
    editor, address = client_for(sio), f"/desk/products/{first.product_id}/"
    files_at = f"/desk/product-files/{first.product_id}/"
    assert "no picture" in sent(editor, files_at, 422, file=SimpleUploadedFile("x.gif", b"GIF89a"), press=new_id())
    sent(editor, files_at, file=SimpleUploadedFile("Gate <1>.png", picture("PNG")), press=new_id())
    kept = File.objects.get()
    assert kept.name == "Gate 1.png" and "Gate 1.png" in page_of(editor, address)
    line = {"p-2-file": kept.pk, "p-2-alt": "A gate"}
    lines = (("title", "open", "A gate"), ("text", "open", "See it."), ("picture", "fouo", "The gate"))
    sent(editor, address, **typed(*lines, based_on="1", **line))
    row = Version.objects.get(number=2).paragraphs.get(kind="picture")
    assert (row.file_id, row.alt, row.text) == (kept.pk, "A gate", "The gate")
    assert editor.get(f"{address}files/{kept.pk}/")["Content-Type"] == "image/png"
    assert f'src="{address}files/{kept.pk}/"' in page_of(editor, f"{address}as/fouo/")
    assert client_for(make_member(level=Level.LES, sworn=True)).get(f"{address}files/{kept.pk}/").status_code == 403
