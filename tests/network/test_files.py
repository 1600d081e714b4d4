"""Files of any size that is taken: brought by a plain form or in pieces, sealed, read by who may read what they belong to."""

import io
import json
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.db import ProgrammingError
from django.test import Client
from PIL import Image

from tests.evidence.shimmed import through
from tests.forum.support import GIFT, people_of
from tests.network.conftest import network, walled  # noqa: F401 - fixtures
from tests.network.support import client_for, make_member, make_second, make_sio, played
from upstander import clock
from upstander.forum.models import Contribution, ContributionFile, ContributionStep
from upstander.ids import new_id
from upstander.markings import Kind, Level
from upstander.network import arriving, chores, lanes, stored, walls
from upstander.network.models import FileChunk, StoredFile, Upload, UploadChunk
from upstander.ops.cutter import CHUNK
from upstander.ops.refusals import page
from upstander.ops.shim import Limits, Shim
from upstander.products import drafts, releasing, reviewing
from upstander.products.content import Content, Line
from upstander.products.models import File

pytestmark = [pytest.mark.req("S-products"), pytest.mark.req("S-roles")]
REPORT = b"%PDF-1.7\n" + b"Marigold plan of the year. " * 150_000  # 4 MB
LINE = "----a-form"


def form(fields: dict[str, object], *files: tuple[str, bytes]) -> bytes:
    body = b""
    for name, value in fields.items():
        body += f'--{LINE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, data in files:
        body += f'--{LINE}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + data + b"\r\n"
    return body + f"--{LINE}--\r\n".encode()


def shim() -> Shim:
    return Shim(WSGIHandler(), page, limits=Limits(body=1_500_000, threads=2), lanes=lanes.lanes())


def posted(client, address: str, fields: dict[str, object], *files: tuple[str, bytes]) -> tuple[int, str]:
    """A form as a browser without scripts sends it, through the shim, as it comes over a line; status and page."""
    client.get(address)
    token = next((morsel.value for name, morsel in client.cookies.items() if "csrf" in name), "")
    body = form({"csrfmiddlewaretoken": token, **fields}, *files)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    parts = [body[at : at + 100_000] for at in range(0, len(body), 100_000)]
    headers = {
        "Content-Type": f"multipart/form-data; boundary={LINE}", "Content-Length": str(len(body)), "Cookie": cookies,
        "Origin": "http://testserver", "Host": "testserver",
    }  # fmt: skip
    status, answer = through(shim(), "POST", urlsplit(address).path, parts, headers)
    return status, answer.decode()


def whole(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def in_pieces(client, data: bytes, name: str = "Report of the year.pdf") -> str:
    """The token of a file that a script brought, the last piece first and one of them twice."""
    begun = client.post("/uploads", json.dumps({"size": len(data), "name": name}), content_type="application/json")
    assert begun.status_code == 201, begun.content
    told = begun.json()
    head = {"Authorization": f"Upload {told['upload']}"}
    for n in [*reversed(range(told["chunks"])), 0]:
        piece = data[n * CHUNK : (n + 1) * CHUNK]
        assert client.put(f"/uploads/{n}", piece, content_type="application/octet-stream", headers=head).status_code == 204
    assert client.get("/uploads", headers=head).json() == {"missing": []}
    return told["upload"]


@pytest.fixture
def draft(network):  # noqa: F811
    lines = (Line(Kind.TITLE, "A year of calls", "open"), Line(Kind.TEXT, "See the report.", "open"))
    sio = make_sio()
    return sio, drafts.save(new_id(), sio.pk, 0, Content(kind="bulletin", topics=("threats",), lines=lines))


@pytest.mark.django_db(transaction=True)
def test_a_report_of_many_megabytes_comes_by_a_plain_form_and_lies_sealed(draft):
    sio, version = draft
    client = client_for(sio)
    address, two = f"/desk/product-files/{version.product_id}/", ("Two.pdf", REPORT[:900])
    status, _page = posted(client, address, {"press": new_id()}, ("Report.pdf", REPORT), two)
    assert status == 302
    report, two = File.objects.order_by("-stored__size")
    assert (report.name, report.media, report.content, report.stored.size) == ("Report.pdf", "application/pdf", None, len(REPORT))
    assert two.stored.size == 900 and FileChunk.objects.filter(file_id=report.stored_id).count() == report.stored.chunks > 10
    assert not any(b"Marigold" in bytes(body) for body in FileChunk.objects.values_list("body", flat=True))
    assert not Upload.objects.exists() and not UploadChunk.objects.exists()
    answer = client.get(f"/desk/products/{version.product_id}/files/{report.pk}/")
    assert whole(answer) == REPORT and answer["Content-Length"] == str(len(REPORT))
    assert answer["Content-Disposition"].startswith("attachment") and "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_of_whoever_is_not_signed_in_no_byte_is_kept(draft):
    _sio, version = draft
    status, _page = posted(Client(), f"/desk/product-files/{version.product_id}/", {"press": new_id()}, ("a.pdf", REPORT))
    assert status == 403 and not Upload.objects.exists() and not UploadChunk.objects.exists()


def test_the_shim_fetches_a_large_answer_piece_by_piece_and_closes_it_first():
    said = []

    class Large:
        streaming = True

        def __iter__(self):
            return iter([b"one", b"two", b"three"])

        def close(self):
            said.append("closed")

    def application(environ, start):
        start("200 OK", [("Content-Length", "11")])
        return Large()

    large = Shim(application, page, limits=Limits(threads=1))
    assert through(large, "GET", "/x", [b""], {}) == (200, b"onetwothree") and said == ["closed"]
    assert through(large, "HEAD", "/x", [b""], {}) == (200, b"")


def test_read_at_the_level_of_its_paragraph_and_nowhere_before_it_is_out(draft):
    sio, version = draft
    editor = client_for(sio)
    product, press = version.product_id, new_id()
    given = {"press": press, "upload": in_pieces(editor, REPORT)}
    for _twice in (1, 2):
        assert editor.post(f"/desk/product-files/{product}/", given).status_code in (302, 422)
    (file,) = File.objects.all()
    readers = {level: client_for(make_member(level=level, sworn=level is Level.LES)) for level in Level}
    address = f"/products/{product}/files/{file.pk}/"
    assert {reader.get(address).status_code for reader in readers.values()} == {404}
    lines = (
        Line(Kind.TITLE, "A year of calls", "open"), Line(Kind.TEXT, "See the report.", "open"),
        Line(Kind.FILE, "The report", "fouo", file=file.pk),
    )  # fmt: skip
    second = make_second()
    newer = drafts.save(product, sio.pk, 1, Content(kind="bulletin", topics=("threats",), lines=lines))
    reviewing.answer(product, newer.number, second.pk, new_id(), "agreed")
    releasing.release(product, newer.number, sio.pk, new_id())
    answers = {level: reader.get(address) for level, reader in readers.items()}
    assert [answer.status_code for answer in answers.values()] == [404, 200, 200]
    assert whole(answers[Level.FOUO]) == REPORT
    for level in Level:
        with played("network"), walls.reading(level):
            assert StoredFile.objects.exists() is FileChunk.objects.exists() is (level >= Level.FOUO)
    late = iter(stored.Pieces(file.stored, Level.FOUO, None))
    with played("network"):
        assert next(late).startswith(b"%PDF")
    releasing.recall(product, sio.pk, new_id(), "Wrong", "Destroy it.")
    with played("network"), pytest.raises(LookupError):
        next(late)  # called back while it is on its way: the rest does not come


@pytest.fixture
def them(network):  # noqa: F811
    return people_of()


def test_a_member_gives_files_that_they_and_the_staff_read_and_that_go_on_with_the_draft(them):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG", comment=b"Lincoln School")
    tokens = [in_pieces(them.ana.client, REPORT), in_pieces(them.ana.client, out.getvalue(), "Door.jpg")]
    wrong = them.ana.client.post("/forum/contribute/", {**GIFT, "press": str(new_id()), "title": "", "upload": tokens})
    assert wrong.status_code == 422 and b"Report of the year.pdf" in wrong.content and b"has come" in wrong.content
    assert them.ana.client.post("/forum/contribute/", {**GIFT, "press": str(new_id()), "upload": tokens}).status_code == 302
    gift = Contribution.objects.get()
    report, door = gift.files.order_by("-stored__size")
    addresses = [f"/forum/contributions/{gift.pk}/{one.pk}/" for one in (report, door)]
    assert [whole(them.ana.client.get(address)) for address in addresses][0] == REPORT
    shown = whole(them.sio.client.get(addresses[1]))
    assert shown.startswith(b"\xff\xd8") and b"Lincoln" not in shown
    for person in (them.ben, them.cole):
        assert {person.status(address) for address in addresses} == {404}
        with person.acting():
            assert not ContributionFile.objects.exists() and not StoredFile.objects.exists() and not FileChunk.objects.exists()
    assert "Report of the year.pdf" in them.sio.get(f"/desk/forum/contributions/{gift.pk}/")
    them.sio.post(f"/desk/forum/contributions/{gift.pk}/", kind="published")
    draft_id = ContributionStep.objects.get(kind="published").draft_id
    assert set(File.objects.filter(product=draft_id).values_list("stored_id", flat=True)) == {report.stored_id, door.stored_id}


def test_nobody_says_that_a_file_of_somebody_else_belongs_to_their_own_contribution(them):
    for person in (them.ana, them.ben):
        token = in_pieces(person.client, REPORT[:5000])
        person.client.post("/forum/contribute/", {**GIFT, "press": str(new_id()), "upload": token})
    hers = Contribution.objects.get(member=them.ana.member).files.get()
    his = Contribution.objects.get(member=them.ben.member)
    with pytest.raises(ProgrammingError, match="row-level security"), them.ben.acting():
        ContributionFile(id=new_id(), contribution=his, name="x", stored_id=hers.stored_id).save(force_insert=True)


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"GIF89a" + b"x" * 900, "no picture"), (b"MZ" + b"x" * 900, "no picture"), (b"\xff\xd8\xff" + b"x" * 900, "no picture")],
)
def test_what_is_no_picture_and_no_pdf_is_refused_by_name_and_kept_nowhere(draft, data, says):
    sio, version = draft
    answer = client_for(sio).post(
        f"/desk/product-files/{version.product_id}/", {"press": new_id(), "file": SimpleUploadedFile("Tool.pdf", data)}
    )
    assert answer.status_code == 422 and says in answer.content.decode() and "Tool.pdf" in answer.content.decode()
    assert not File.objects.exists() and not StoredFile.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_the_limit_before_it_comes(draft):
    client = client_for(draft[0])
    begun = client.post("/uploads", json.dumps({"size": arriving.most() + 1, "name": "x.pdf"}), content_type="application/json")
    assert begun.status_code == 413 and "60 megabytes" in begun.json()["error"]["message"]
    for wrong in ("{", "[]", '{"size": 0}', '{"size": "1"}'):
        assert client.post("/uploads", wrong, content_type="application/json").status_code == 422


def test_a_token_that_is_not_ours_an_unfinished_file_and_one_that_is_taken_bring_nothing(draft):
    sio, version = draft
    client, address = client_for(sio), f"/desk/product-files/{version.product_id}/"
    begun = client.post("/uploads", json.dumps({"size": 600_000, "name": "half.pdf"}), content_type="application/json").json()
    head = {"Authorization": f"Upload {begun['upload']}"}
    first = REPORT[:CHUNK]
    assert client.put("/uploads/0", first, content_type="application/octet-stream", headers=head).status_code == 204
    assert client.put("/uploads/0", first[:-1] + b"?", content_type="application/octet-stream", headers=head).status_code == 409
    assert client.put("/uploads/9", first, content_type="application/octet-stream", headers=head).status_code == 422
    taken = in_pieces(client, REPORT[:700])
    assert client.post(address, {"press": new_id(), "upload": taken}).status_code == 302
    for token in ("", "x" * 200, begun["upload"], taken):
        answer = client.post(address, {"press": new_id(), "upload": token})
        assert answer.status_code == 422 and "choose it again" in answer.content.decode()
    assert File.objects.count() == 1


def test_what_nothing_took_over_goes_after_its_time_and_what_belongs_to_something_stays(them):
    kept = in_pieces(them.ana.client, REPORT[:700])
    them.ana.client.post("/forum/contribute/", {**GIFT, "press": str(new_id()), "upload": kept})
    in_pieces(them.ana.client, REPORT[:800])
    with played("worker"):
        assert chores._clear() == 0
    Upload.objects.update(begun_at=clock.now() - arriving.LASTS - chores.SPARE - chores.EVERY)
    with played("worker"):
        assert chores._clear() == 1
    assert not UploadChunk.objects.exists() and FileChunk.objects.count() == 1


def test_nobody_but_members_and_staff_brings_files(them):
    for client, status in ((Client(), 302), (them.ana.client, 204), (them.sio.client, 204)):
        assert client.get("/uploads-allowed").status_code == status
    assert Client().post("/uploads", "{}", content_type="application/json").status_code == 302


def announced(client, size: int = 900):
    return client.post("/uploads", json.dumps({"size": size, "name": "Plan.pdf"}), content_type="application/json")


@pytest.mark.req("S-membership")
def test_a_member_announces_so_many_files_and_no_more_in_words_and_nobody_else_is_kept_from_it(them):
    tokens = [in_pieces(them.ana.client, REPORT[:700])]
    for _more in range(arriving.MOST_OPEN - 1):
        assert announced(them.ana.client, arriving.most()).status_code == 201
    refused = announced(them.ana.client)
    assert refused.status_code == 429 and "as many files as one person may" in refused.json()["error"]["message"]
    small = {"press": str(new_id()), "file": SimpleUploadedFile("More.pdf", REPORT[:500])}
    page = them.ana.client.post("/forum/contribute/", {**GIFT, **small})
    assert page.status_code == 422 and "More.pdf: You have brought as many files" in page.content.decode()
    assert announced(them.ben.client).status_code == 201 and announced(them.sio.client).status_code == 201
    assert them.ana.client.post("/forum/contribute/", {**GIFT, "press": str(new_id()), "upload": tokens}).status_code == 302
    assert announced(them.ana.client).status_code == 201, "what belongs to something counts no more"


@pytest.mark.django_db(transaction=True)
def test_forms_that_bring_files_and_are_never_sent_count_as_well(draft):
    sio, version = draft
    client, address = client_for(sio), f"/desk/product-files/{version.product_id}/"
    files = [(f"{n}.pdf", REPORT[:300_000]) for n in range(arriving.MOST_OF_A_FORM)]
    for _form in range(arriving.MOST_OPEN // arriving.MOST_OF_A_FORM):
        assert posted(client, address, {"press": "nothing"}, *files)[0] == 422
    assert Upload.objects.count() == arriving.MOST_OPEN and set(Upload.objects.values_list("by", flat=True)) == {sio.pk}
    status, page = posted(client, address, {"press": new_id()}, ("last.pdf", REPORT))
    assert status == 422 and "last.pdf: You have brought as many files" in page and Upload.objects.count() == arriving.MOST_OPEN


def test_of_a_picture_that_is_kept_nothing_is_left_of_what_came(them):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    token = in_pieces(them.ana.client, out.getvalue(), "Door.png")
    assert them.ana.client.post("/forum/contribute/", {**GIFT, "press": str(new_id()), "upload": token}).status_code == 302
    assert not Upload.objects.exists() and not UploadChunk.objects.exists() and StoredFile.objects.count() == 1
