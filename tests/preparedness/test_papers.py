"""Plans and floor maps: editions, and files that mean harm."""

import io
from contextlib import ExitStack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.preparedness.conftest import OUTSIDE, Cast
from tests.support.wrong import kept_out
from upstander import clock
from upstander.preparedness import papers, reach
from upstander.preparedness.errors import CannotDo, NotTheirs
from upstander.preparedness.models import Body, Paper
from upstander.preparedness.papers import Brought
from upstander.web import flatten

pytestmark = [pytest.mark.req("R-plans")]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" {}>{}<rect width="50" height="50"/></svg>'
HOSTILE = (
    b"JavaScript", b"OpenAction", b"EmbeddedFile", b"/URI", b"AcroForm", b"Launch", b"<script", b"alert(", b"onload", b"LANTERN",
)  # fmt: skip


def hostile_pdf() -> bytes:
    """Three pages that run a script when opened, with a program attached and a name in its metadata."""
    made = PdfWriter()
    for _page in range(3):
        made.add_blank_page(200, 300)
    action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    made.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    made.add_attachment("virus.exe", b"MZ LANTERN")
    made.add_metadata({"/Author": "LANTERN"})
    kept = io.BytesIO()
    made.write(kept)
    return kept.getvalue()


def harmless(made: bytes) -> bool:
    """Whether nothing is left in it but pages: looked for in every object, unpacked."""
    read = PdfReader(io.BytesIO(made))
    objects = [read.get_object(n) for n in range(1, len(read.xref[0]) + 1)]
    whole = b"".join(repr(one).encode() + (one.get_data() if hasattr(one, "get_data") else b"") for one in objects if one)
    return not any(word in whole + made for word in HOSTILE)


def test_a_pdf_that_acts_keeps_its_pages_and_nothing_else():
    made, media = papers.cleaned(hostile_pdf())
    assert media == "application/pdf" and len(PdfReader(io.BytesIO(made)).pages) == 3 and harmless(made)


def test_many_files_at_once_do_not_take_the_machine():
    """Each may take a core for a minute: while so many are drawn the next one is told so, and none is started."""
    with ExitStack() as stack:
        for _each in range(flatten.AT_ONCE):
            stack.enter_context(flatten.turns)
        with pytest.raises(CannotDo, match="press again") as why:
            papers.cleaned(SVG.format("", "").encode())
    assert why.value.field == "file" and papers.cleaned(SVG.format("", "").encode())[1] == "application/pdf"


def test_a_drawing_that_acts_is_drawn_and_does_nothing():
    acts = '<script>alert(1)</script><a href="javascript:alert(1)"><rect width="5" height="5"/></a>'
    made, media = papers.cleaned(SVG.format('onload="alert(1)"', acts).encode())
    assert media == "application/pdf" and harmless(made)


@pytest.mark.parametrize(
    "content",
    [
        SVG.format("", '<image href="file:///etc/passwd" width="9" height="9"/>').encode(),
        SVG.format("", '<image href="/0" width="9" height="9"/>').encode(),
        SVG.format("", '<image href="https://example.org/x.png" width="9" height="9"/>').encode(),
        b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG.format("", "<text>&x;</text>").encode(),
        b"%PDF-1.7 and nothing behind it",
        b"\xff\xd8\xff not a picture",
        b"MZ a program", b"", b"<html><svg></svg></html>", b"PK\x03\x04 a document",
    ],
)  # fmt: skip
def test_what_asks_for_other_files_is_damaged_or_something_else_is_refused_with_a_reason(content):
    with pytest.raises(CannotDo) as why:
        papers.cleaned(content)
    assert why.value.field == "file" and str(why.value)


def test_a_locked_or_endless_pdf_is_refused():
    locked, long = PdfWriter(), PdfWriter()
    locked.add_blank_page(9, 9)
    locked.encrypt("secret")
    for _page in range(301):
        long.add_blank_page(9, 9)
    for one in (locked, long):
        kept = io.BytesIO()
        one.write(kept)
        with pytest.raises(CannotDo):
            papers.cleaned(kept.getvalue())


@pytest.mark.django_db
def test_an_edition_is_brought_sealed_handed_out_and_followed_by_the_next(cast: Cast, as_login):
    as_login("school")
    client, here = cast.sign_in("principal"), f"/preparedness/files/{cast.town.school.pk}/"
    said = {"kind": "floor_map", "title": "Ground floor LANTERN", "in_force_on": clock.today().isoformat()}
    assert client.post(here, said).status_code == 422  # neither a file nor where it is kept
    assert client.post(here, said | {"file": SimpleUploadedFile("m.svg", b"MZ")}).status_code == 422
    file = SimpleUploadedFile("map.svg", SVG.format("", "").encode(), "image/svg+xml")
    assert client.post(here, said | {"file": file, "changed": "New doors"}).status_code == 302
    with reach.acting(cast.principal):
        one = Paper.objects.get()
        assert b"LANTERN" not in bytes(one.sealed_words) and not bytes(Body.objects.get().sealed_body).startswith(b"%PDF")
    assert client.get(f"/preparedness/papers/{one.pk}/file/").status_code == 405
    answer = client.post(f"/preparedness/papers/{one.pk}/file/")
    assert answer["Content-Disposition"].startswith("attachment") and answer.content.startswith(b"%PDF-")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.post(f"/preparedness/papers/{one.pk}/unchanged/").status_code == 302
    page = client.get(here + f"?of={one.series}").content.decode()
    assert "edition 2" in page and "Earlier editions" in page and "A new edition of Ground floor LANTERN" in page
    with reach.acting(cast.principal):
        newest = Paper.objects.get(number=2)
    assert client.post(f"/preparedness/papers/{newest.pk}/withdraw/").status_code == 302
    assert "edition 2" not in client.get(here).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("who", [*OUTSIDE, "haas", "region"])
def test_nobody_else_opens_or_brings_a_file(cast: Cast, as_login, who):
    with reach.acting(cast.principal) as mine:
        told = Brought("floor_map", "Map", clock.today(), file=SVG.format("", "").encode())
        id = papers.add(mine, cast.town.school.pk, told)
    with reach.acting(getattr(cast, who)) as mine:
        for act in (lambda: papers.file_of(mine, id), lambda: papers.withdraw(mine, id), lambda: papers.looked_through(mine, id)):
            with pytest.raises(NotTheirs):
                act()
        with pytest.raises(NotTheirs):
            papers.add(mine, cast.town.school.pk, told)
    client = cast.sign_in(who)
    for page in ("file", "unchanged", "withdraw"):
        assert kept_out(client.post(f"/preparedness/papers/{id}/{page}/"))
    as_login("school")
    with reach.acting(getattr(cast, who)):
        assert not Body.objects.exists() and not Paper.objects.update(withdrawn_at=clock.now())
    with reach.acting(cast.principal):
        assert Body.objects.exists() and Paper.objects.get().withdrawn_at is None
