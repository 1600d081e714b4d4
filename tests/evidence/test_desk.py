"""At the desk: a file is a sealed card; looking is a person's recorded decision and one view; one press ends all looking."""

import base64
import io
import re

import pytest
from PIL import Image

from tests.evidence.conftest import PDQ, brought, picture, video
from tests.evidence.test_sandbox import with_gps
from upstander.audit.models import Entry
from upstander.evidence import background, custody, hashing, looking, sealing, tokens
from upstander.evidence.models import Chunk, CustodyEvent, File, FileKey, Upload
from upstander.intake.services import open_dialogue, reply

pytestmark = pytest.mark.django_db
REASON = {"reason": "The reporter says that there is a gun in it."}


def page(client, file: File) -> str:
    return client.get(f"/tip/{file.tip_number}/").content.decode()


def look(client, file: File, **given):
    return client.post(f"/evidence/{file.id}/look/", given or REASON)


def seal(client, file: File, ground: str = "suspected", **headers):
    return client.post(f"/evidence/{file.id}/seal/", {"ground": ground}, headers=headers)


@pytest.mark.req("D-IV.A.2.c.5")
def test_the_tips_page_shows_what_came_and_no_picture_of_it(casey, file):
    shown = page(casey, file)
    assert "1 file" in shown and "Picture (JPEG)" in shown and "photo.jpg" in shown
    assert "<img" not in shown and "data:image" not in shown
    assert Entry.objects.filter(act="tip.viewed", object_id=str(file.tip_id)).exists()


def test_it_is_hashed_by_the_worker_and_the_desk_sees_the_hash(casey, file):
    assert background.hash_next() and not background.hash_next()
    file.refresh_from_db()
    found = hashing.of(file)
    assert found and found.sha256 in page(casey, file) and len(found.pdq) == (8 if PDQ else 0)
    assert found.sha256.encode() not in bytes(file.sealed_hashes), "a dump tells nobody which known file came"
    assert [e.act for e in CustodyEvent.objects.order_by("at")] == ["received", "hashed"]
    assert found.sha256 not in str(CustodyEvent.objects.values_list("detail", flat=True))


def test_one_look_is_a_decision_on_record_and_shows_pixels_only(casey, with_files):
    file = File.objects.get(tip_id=with_files(with_gps()).tip_id)
    answer = look(casey, file)
    html = answer.content.decode()
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "allow-scripts" not in policy
    assert "<script" not in html
    data = base64.b64decode(re.search(r'src="data:image/jpeg;base64,([^"]+)"', html)[1])
    assert b"eedle" not in data and not Image.open(io.BytesIO(data)).getexif()
    [event] = CustodyEvent.objects.filter(act="looked")
    assert event.actor == casey.account.actor
    assert custody.opened_words(event.id, event.words_version, event.sealed_words) == REASON
    assert (
        Entry.objects.filter(act="evidence.looked", actor=casey.account.actor, object_id=str(file.id)).count()
        == 1
    )
    assert "gun" not in str(Entry.objects.values_list("detail", flat=True))


def test_there_is_no_second_way_to_the_view(casey, file):
    assert casey.get(f"/evidence/{file.id}/look/").status_code == 405
    assert look(casey, file, reason="  ").status_code == 422
    assert look(casey, file, reason="").content.decode().count("Write why") == 2
    assert not CustodyEvent.objects.filter(act="looked").exists()
    for path in ("", "content/", "download/", "raw/", "thumbnail/", "photo.jpg"):
        assert casey.get(f"/evidence/{file.id}/{path}").status_code in (403, 404)


@pytest.mark.req("D-IV.A.2.c.5")
def test_one_press_without_a_look_and_nothing_in_the_product_shows_it_again(casey, morgan, with_files):
    receipt = with_files(picture())
    file = File.objects.get(tip_id=receipt.tip_id)
    assert seal(casey, file).status_code == 302
    file.refresh_from_db()
    assert (file.state, file.ground, file.sealed_by) == ("sealed", "suspected", casey.account.pk)
    assert [k.audience for k in FileKey.objects.all()] == ["evidence"]
    for client in (casey, morgan):
        answer = look(client, file)
        assert answer.status_code == 409 and "data:image" not in answer.content.decode()
    assert not CustodyEvent.objects.filter(act="looked").exists()
    shown = page(casey, file)
    assert "Suspected: sexual image of a child" in shown and "by Casey Lindgren" in shown
    assert "photo.jpg" not in shown, "not even what it was called"
    assert "Look at it" not in shown


@pytest.mark.req("D-IV.A.2.c.5")
def test_the_reporter_is_told_once_what_not_to_do(casey, with_files):
    receipt = with_files(picture(), picture("PNG"))
    for file in File.objects.all():
        seal(casey, file)
    said = [u for u in open_dialogue(receipt.receipt).said if u.sender == "system"]
    assert len(said) == 1 and "Please do not send it to anybody else" in said[0].text


def test_what_is_sealed_as_other_evidence_says_nothing_to_the_reporter_of_sexual_images(casey, with_files):
    receipt = with_files(video(5000))
    file = File.objects.get()
    seal(casey, file, "evidence")
    file.refresh_from_db()
    assert (file.state, file.ground) == ("sealed", "evidence")
    assert all(u.sender != "system" for u in open_dialogue(receipt.receipt).said)
    assert "Evidence for the police" in page(casey, file)


@pytest.mark.req("D-IV.A.2.c.5")
def test_the_judging_form_suggests_the_mark_and_a_person_may_take_it_away(casey, file):
    checked = re.compile(r'name="flags" value="sexual_images"[^>]*checked')
    assert not checked.search(page(casey, file))
    seal(casey, file)
    assert checked.search(page(casey, file))
    assert "Involves a sexual image of a child" in page(casey, file)


def test_pressed_twice_or_by_two_people_it_is_sealed_once(casey, jordan, file):
    assert seal(casey, file).status_code == seal(jordan, file).status_code == 302
    file.refresh_from_db()
    assert file.sealed_by == casey.account.pk
    assert CustodyEvent.objects.filter(act="sealed").count() == 1
    seal(jordan, file, "evidence")
    file.refresh_from_db()
    assert file.ground == "suspected"


def test_with_htmx_the_part_comes_back_and_the_rest_looks_again(casey, file):
    answer = seal(casey, file, **{"HX-Request": "true"})
    assert (
        answer.status_code == 200 and "tip-changed" in answer["HX-Trigger"] and b"<html" not in answer.content
    )
    again = casey.get(f"/evidence/tip/{file.tip_number}/")
    assert again.status_code == 200 and b"Nothing here can show or send it" in again.content
    assert casey.get("/evidence/tip/K7F2-9QPX-3M/").status_code == 204


@pytest.mark.parametrize("ground", ["", "listed", "reporter", "x"])
def test_a_ground_that_no_person_gives_seals_nothing(casey, file, ground):
    seal(casey, file, ground)
    file.refresh_from_db()
    assert file.state == "quarantined"


@pytest.mark.parametrize(("role", "sees", "looks"), [
    ("call_taker", True, True), ("supervisor", True, True), ("stic_staff", True, True), ("stic_analyst", True, False),
    ("intelligence_command", True, False), ("sio", False, False), ("outreach", False, False), ("programme_admin", False, False),
    ("auditor", False, False), ("custodian", False, False),
])  # fmt: skip
def test_who_sees_that_there_is_a_file_and_who_may_look(signed_in, file, role, sees, looks):
    client = signed_in("Some Person", role)
    assert client.get(f"/evidence/tip/{file.tip_number}/").status_code == (200 if sees else 403)
    assert look(client, file).status_code == (200 if looks else 403)
    assert CustodyEvent.objects.filter(act="looked").exists() == looks
    assert seal(client, file).status_code == (302 if sees else 403)
    file.refresh_from_db()
    assert (file.state == "sealed") == sees


def test_a_stranger_is_led_to_the_sign_in(desk, client, file):
    for method, path in (
        ("get", f"/evidence/tip/{file.tip_number}/"),
        ("post", f"/evidence/{file.id}/look/"),
        ("post", f"/evidence/{file.id}/seal/"),
    ):
        answer = getattr(client, method)(path)
        assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    "kind",
    [video(3000), b"%PDF-1.7" + b"x" * 3000, b"\x00\x00\x00\x18ftypheic" + b"x" * 900],
    ids=["video", "pdf", "heic"],
)
def test_what_cannot_be_shown_says_so_and_can_be_sealed(casey, with_files, kind):
    file = File.objects.get(tip_id=with_files(kind).tip_id)
    shown = page(casey, file)
    assert "cannot be shown here" in shown and "Look at it" not in shown
    assert look(casey, file).status_code == 409
    assert not CustodyEvent.objects.filter(act="looked").exists()
    assert "Seal as evidence for the police" in shown


def test_a_damaged_picture_shows_nothing_and_the_wish_to_look_is_on_record(casey, with_files):
    file = File.objects.get(tip_id=with_files(b"\xff\xd8\xff" + b"x" * 3000).tip_id)
    answer = look(casey, file)
    assert answer.status_code == 409 and "damaged" in answer.content.decode()
    assert [e.act for e in CustodyEvent.objects.order_by("at", "id")] == ["received", "looked", "not_shown"]
    assert background.hash_next()
    assert "could not be read as a picture" in page(casey, file)


def test_a_file_moved_or_changed_in_the_database_is_not_shown(casey, file, with_files):
    other = File.objects.get(tip_id=with_files(picture("PNG")).tip_id)
    body = bytes(Chunk.objects.get(file_id=other.id).body)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE evidence_chunk DISABLE TRIGGER USER")
        cursor.execute("UPDATE evidence_chunk SET body = %s WHERE file_id = %s", [body, file.id])
        cursor.execute("ALTER TABLE evidence_chunk ENABLE TRIGGER USER")
    with pytest.raises(looking.CannotShow):
        looking.look(file.id, casey.account, "x")


def test_the_desk_works_with_its_own_login(casey, with_files, as_login):
    first, second = (File.objects.get(tip_id=with_files(picture()).tip_id) for _ in range(2))
    as_login("desk")
    assert look(casey, first).status_code == 200
    assert seal(casey, first).status_code == 302
    assert look(casey, first).status_code == 409
    assert page(casey, second).count("In quarantine") == 1


def test_the_worker_hashes_and_tells_with_its_own_login(with_files, as_login):
    receipt = with_files(picture())
    file = File.objects.get()
    as_login("worker")
    assert background.hash_next()
    assert sealing.seal(file.id, "listed", "system:worker", listed=1)
    assert background.clear() == 0
    assert not background.hash_next()
    assert receipt.tip_id == file.tip_id


def test_what_nobody_took_over_goes_after_its_time_and_what_somebody_did_stays(file, clock):
    from upstander.evidence import receiving

    ticket = receiving.begin(900, "half.jpg")
    receiving.store(ticket, 0, picture()[:500])
    assert background.clear() == 0
    clock(7 * 3600)
    assert background.clear() == 1
    assert not Upload.objects.exists() and list(Chunk.objects.values_list("file_id", flat=True)) == [file.id]


def test_a_file_that_comes_to_a_suspected_tip_is_sealed_as_it_comes(casey, with_files):
    receipt = with_files(picture())
    seal(casey, File.objects.get())
    assert reply(receipt.receipt, "another", files=[tokens.reveal(brought(picture()))])
    assert [f.state for f in File.objects.all()] == ["sealed", "sealed"]


@pytest.mark.req("D-IV.A.2.c.5")
@pytest.mark.parametrize(
    "how",
    [{"subtypes": ("sexual_images_of_children",)}, {"subtypes": ("bullying",), "flags": ("sexual_images",)}],
)
def test_of_a_tip_that_a_person_judged_so_no_file_is_looked_at(casey, file, how):
    from upstander.actions.services import Judging, judge

    assert look(casey, file).status_code == 200
    judge(
        Judging(
            tip_id=file.tip_id,
            account_id=casey.account.pk,
            in_progress=False,
            narrative="What may be read.",
            **how,
        )
    )
    answer = look(casey, file)
    assert answer.status_code == 409 and "data:image" not in answer.content.decode()
    assert CustodyEvent.objects.filter(act="looked").count() == 1
    shown = page(casey, file)
    assert (
        "no file of it is looked at" in shown
        and "Looked at once" in shown
        and "Why you need to look" not in shown
    )
    assert seal(casey, file).status_code == 302


def test_room_that_nothing_came_to_take_is_free_again_in_a_quarter_of_an_hour(db, clock):
    from upstander.evidence import receiving

    empty, begun = receiving.begin(25_000_000), receiving.begin(900)
    receiving.store(begun, 0, picture()[:500])
    clock(14 * 60)
    assert background.clear() == 0
    clock(16 * 60)
    assert background.clear() == 1 and Upload.objects.get().id == begun.id
    with pytest.raises(receiving.CannotTake, match="gone"):
        receiving.missing(empty)


def test_a_file_that_cannot_be_opened_is_said_once_and_holds_up_no_other(with_files):
    from django.db import connection

    first, second = (File.objects.get(tip_id=with_files(picture()).tip_id) for _ in range(2))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE evidence_chunk DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE evidence_chunk SET body = set_byte(body, 99, 7) WHERE file_id = %s", [first.id]
        )
        cursor.execute("ALTER TABLE evidence_chunk ENABLE TRIGGER USER")
    assert background.hash_next() and background.hash_next() and not background.hash_next()
    for file in (first, second):
        file.refresh_from_db()
    assert hashing.of(first).fault == "unreadable" and hashing.of(second).sha256
