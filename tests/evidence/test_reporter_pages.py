"""A reporter chooses a file on the last page or in the dialogue: with the words, and never instead of them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.evidence.conftest import picture, video
from tests.intake.reader import Reader
from upstander.evidence.models import File
from upstander.intake.models import Tip
from upstander.intake.services import open_dialogue

pytestmark = pytest.mark.django_db
NEVER = "Do not send nude or sexual pictures of anybody under 18"


def small(data: bytes | None = None, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if data is None else data)


def reviewed(web, lang: str = "en", **more: str) -> Reader:
    page = Reader(web, f"/tell/?lang={lang}").press("next", danger="no").press("next", text="words", **more)
    return page.press("to-review")


def test_what_may_be_sent_is_said_before_anything_is_chosen(web):
    page = reviewed(web)
    assert page.heading() == "Is this right?" and page.action.startswith("/tell/files/")
    assert NEVER in page.text and "Up to 10 files" in page.text and "25 MB each" in page.text
    assert "No envíe imágenes sexuales" in reviewed(web, "es").text


def test_a_file_goes_with_the_words_by_one_press_or_by_two(web):
    reviewed(web).press("send", file=small())
    page = reviewed(web).press("add", file=[small(), small(name="second.png", data=picture("PNG"))])
    assert "photo.jpg" in page.text and "second.png" in page.text
    page.press("drop-0")
    assert "photo.jpg" not in page.text
    page.press("send")
    assert page.heading() == "Received"
    assert sorted(File.objects.values_list("kind", flat=True)) == ["jpeg", "png"]
    assert Tip.objects.count() == 2


def test_a_file_that_is_not_taken_is_named_and_the_words_are_sent(web):
    page = reviewed(web).press("add", file=small(b"PK\x03\x04zip", "all.zip"))
    assert page.status == 422 and "all.zip" in page.text and "We cannot take this kind of file" in page.text
    page.press("send", file=small(b"", "empty.jpg"))
    assert (
        page.heading() == "Received"
        and "empty.jpg" in page.text
        and "There is nothing in this file" in page.text
    )
    assert Tip.objects.count() == 1 and not File.objects.exists()


def test_pressing_send_twice_sends_words_and_files_once(web):
    page = reviewed(web).press("add", file=small())
    before = page.fields, page.action
    first = page.press("send").html
    page.fields, page.action = before
    again = page.press("send").html
    code = 'data-copy-text="'
    assert first.split(code)[1][:19] == again.split(code)[1][:19]
    assert Tip.objects.count() == File.objects.count() == 1


def test_a_file_whose_time_is_over_is_left_out_and_the_words_arrive(web, clock):
    page = reviewed(web).press("add", file=small())
    clock(6 * 3600 - 30)
    page.press("to-what")  # the page is younger than its file now
    clock(6 * 3600 + 300)
    page.press("to-review").press("send")
    assert page.heading() == "Received" and Tip.objects.count() == 1 and not File.objects.exists()


@pytest.mark.req("D-IV.A.2.c.5")
def test_who_tells_of_sexual_pictures_is_not_asked_for_them_and_told_what_not_to_do(web):
    page = reviewed(web, subtype="sexual_images_of_children")
    assert NEVER in page.text and 'type="file"' not in page.html
    page.press("send", file=small())  # sent all the same, by an old page or a program: it is sealed
    assert "may show somebody under 18" in page.text
    assert File.objects.get().state == "sealed"
    page.press("news")
    assert "may show somebody under 18" in page.text


def test_in_the_dialogue_a_file_goes_with_the_words_or_alone(web, tell):
    receipt = tell("first words")
    page = Reader(web, "/return/").press("open", code=receipt.receipt)
    assert page.action.startswith("/return/files/") and NEVER in page.text
    page.press("add", text="half written", file=small())
    assert page.fields["text"] == "half written" and "photo.jpg" in page.text
    page.press("reply")
    assert [u.text for u in open_dialogue(receipt.receipt).said] == ["first words", "half written"]
    assert "Picture (JPEG)" in page.text
    page.press("reply", text="", file=small(video(2000), "clip.mp4"))
    assert open_dialogue(receipt.receipt).said[-1].text == "(A file, without words.)"
    assert File.objects.filter(message_id__isnull=False).count() == 2
    page.press("reply", text="")
    assert page.status == 422, "nothing at all is nothing to send"


def test_in_the_dialogue_words_go_where_the_file_cannot(web, tell):
    page = Reader(web, "/return/").press("open", code=tell("w").receipt)
    page.press("reply", text="hear me", file=small(b"MZ\x90", "a.exe"))
    assert "We have what you wrote." in page.text and "a.exe" in page.text
    assert not File.objects.exists()


def test_the_api_lists_what_came_with_each_message(web, with_files):
    receipt = with_files(picture())
    shown = web.get("/api/v1/dialogue", headers={"Authorization": f"Receipt {receipt.receipt}"}).json()
    assert [m["attachments"][0]["kind"] for m in shown["messages"]] == ["jpeg"]
    assert "notice" not in shown
    suspected = with_files(picture(), subtype="sexual_images_of_children")
    shown = web.get("/api/v1/dialogue", headers={"Authorization": f"Receipt {suspected.receipt}"}).json()
    assert "may show somebody under 18" in shown["notice"]


def test_a_forged_token_or_fault_on_a_page_does_no_harm(web):
    page = reviewed(web).press(
        "add", upload="nonsense", upload_fault="<script>:<img src=x onerror=1>" + "y" * 5000
    )
    assert page.status == 422 and "<img src=x" not in page.html and len(page.html) < 60_000
    assert page.press("send").heading() == "Received"
