"""The one way out: ordered by a custodian, packed by a process that alone holds the key, opened by the agency; and the end."""

import io
import json
import re
import tarfile
from datetime import timedelta

import pyrage
import pytest
from django.db import DatabaseError, transaction

from tests.evidence.conftest import picture, video
from tests.evidence.test_rights import cannot, fails, run, sealed
from tests.people.conftest import refused
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.evidence import custody, destroying, handing, hashing, keeper, packing, sealing
from upstander.evidence.models import Chunk, CustodyEvent, Destruction, File, FileKey, HandOver, PackagePart
from upstander.people.models import RoleGrant

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2.c.5")]
AGENCY = {
    "agency": "Payson Police, needle-agency",
    "officer": "Sgt. C. Delgado, badge 417",
    "reference": "26-00417",
}
RECEIVED = {"officer": "Sgt. C. Delgado, badge 417", "reference": "EV-9", "how": "by telephone, 217-555-0101"}


@pytest.fixture
def avery(signed_in):
    """A custodian."""
    return signed_in("Avery Lindholm", "custodian")


@pytest.fixture
def blake(signed_in):
    """Another one."""
    return signed_in("Blake Moreno", "custodian")


@pytest.fixture
def kept(file) -> File:
    """A picture that was sealed as suspected."""
    sealing.seal(file.id, "suspected", "account:1", 1)
    file.refresh_from_db()
    return file


def url(file: File, *more: object) -> str:
    return "/".join(["/evidence", str(file.id), *map(str, more), ""]).replace("//", "/")


def turned(n: int = 5) -> None:
    """The custody process does what there is to do."""
    process = keeper.Keeper()
    for _ in range(n):
        process.turn()


def ordered(client, file: File, **given):
    return client.post(url(file, "hand-over"), AGENCY | given)


def opened(data: bytes, identity) -> dict[str, bytes]:
    plain = pyrage.decrypt(data, [identity])
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar.getmembers()}


def test_the_agency_opens_with_its_own_key_what_the_reporter_sent_and_nobody_else_can(avery, kept):
    identity = pyrage.x25519.Identity.generate()
    assert ordered(avery, kept, key=str(identity.to_public())).status_code == 302
    turned()
    order = HandOver.objects.get()
    answer = avery.post(url(kept, "hand-over", order.id, "package"))
    assert answer["Content-Disposition"] == f'attachment; filename="{order.receipt}.tar.age"'
    assert picture()[:50] not in answer.content
    inside = opened(answer.content, identity)
    assert inside[f"{order.receipt}.jpeg"] == picture()
    manifest = json.loads(inside["manifest.json"])
    kept.refresh_from_db()
    assert manifest["sha256"] == hashing.of(kept).sha256 and manifest["name_given_by_reporter"] == "photo.jpg"
    assert manifest["tip"] == kept.tip_number and manifest["custody"][0]["act"] == "received"
    with pytest.raises(pyrage.DecryptError):
        opened(answer.content, pyrage.x25519.Identity.generate())
    assert "The file in it has this hash" in avery.get(url(kept)).content.decode()


def test_a_passphrase_is_shown_once_opens_the_package_and_is_kept_nowhere(avery, kept):
    page = ordered(avery, kept).content.decode()
    phrase = re.search(r'class="spoken">([0-9A-Z-]+)<', page)[1]
    assert len(phrase.replace("-", "")) == 24
    assert phrase not in avery.get(url(kept)).content.decode()
    assert phrase.encode() not in bytes(HandOver.objects.get().sealed_passphrase)
    turned()
    order = HandOver.objects.get()
    assert order.sealed_passphrase is None
    plain = pyrage.passphrase.decrypt(avery.post(url(kept, "hand-over", order.id, "package")).content, phrase)
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        assert tar.extractfile(f"{order.receipt}.jpeg").read() == picture()


def test_a_large_file_is_packed_in_parts_and_arrives_whole(avery, with_files):
    data = video(3_500_000)
    file = File.objects.get(tip_id=with_files(data).tip_id)
    sealing.seal(file.id, "evidence", "account:1", 1)
    identity = pyrage.x25519.Identity.generate()
    ordered(avery, file, key=str(identity.to_public()))
    turned()
    order = HandOver.objects.get()
    assert PackagePart.objects.count() == 4
    assert (
        opened(avery.post(url(file, "hand-over", order.id, "package")).content, identity)[
            f"{order.receipt}.mp4"
        ]
        == data
    )


def test_every_step_is_a_link_of_the_chain_with_its_person_and_its_paper(avery, kept):
    ordered(avery, kept, key=str(pyrage.x25519.Identity.generate().to_public()))
    turned()
    order = HandOver.objects.get()
    avery.post(url(kept, "hand-over", order.id, "package"))
    assert avery.post(url(kept, "hand-over", order.id, "received"), RECEIVED).status_code == 302
    assert [e.act for e in CustodyEvent.objects.order_by("at", "id")] == [
        "received", "sealed", "ordered", "packed", "hashed", "downloaded", "handed_over",
    ]  # fmt: skip
    assert not PackagePart.objects.exists(), "the package goes when the agency has it"
    printed = avery.get(url(kept, "record")).content.decode()
    for words in (
        order.receipt,
        "needle-agency",
        "badge 417",
        "EV-9",
        "Avery Lindholm",
        hashing.of(File.objects.get()).sha256,
    ):
        assert words in printed, words
    rows = str(list(CustodyEvent.objects.values_list("detail", flat=True))) + str(
        list(Entry.objects.values_list("detail", flat=True))
    )
    assert "needle" not in rows and "Delgado" not in rows
    acts = set(Entry.objects.filter(actor=avery.account.actor).values_list("act", flat=True))
    assert {"evidence.ordered", "evidence.downloaded", "evidence.handed_over", "evidence.printed"} <= acts


def test_what_was_handed_over_or_withdrawn_is_over(avery, kept):
    ordered(avery, kept)
    order = HandOver.objects.get()
    assert avery.post(url(kept, "hand-over", order.id, "package")).status_code == 409, (
        "there is no package yet"
    )
    assert avery.post(url(kept, "hand-over", order.id, "received"), RECEIVED).status_code == 409
    avery.post(url(kept, "hand-over", order.id, "received"), {"withdraw": "yes"})
    turned()
    order.refresh_from_db()
    assert order.withdrawn_at and not order.packed_at and order.sealed_passphrase is None
    ordered(avery, kept, key=str(pyrage.x25519.Identity.generate().to_public()))
    turned()
    second = HandOver.objects.get(withdrawn_at=None)
    avery.post(url(kept, "hand-over", second.id, "received"), RECEIVED)
    for path in ("package", "received"):
        assert avery.post(url(kept, "hand-over", second.id, path), RECEIVED).status_code == 409


@pytest.mark.parametrize("key", ["age1nonsense", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1XYZ", "x" * 1999, "é"])
def test_a_key_that_is_none_is_refused_beside_its_field(avery, kept, key):
    answer = ordered(avery, kept, key=key)
    assert answer.status_code == 422 and "not a public key" in answer.content.decode()
    assert not HandOver.objects.exists()


def test_a_file_in_quarantine_is_no_custodians_business_yet(avery, file):
    assert avery.get("/evidence/").status_code == 200
    for path in ((), ("record",)):
        assert avery.get(url(file, *path)).status_code == 404
    assert ordered(avery, file).status_code == 404
    with pytest.raises(handing.CannotHandOver):
        handing.order(file.id, avery.account, AGENCY)


@pytest.mark.parametrize(
    "role", ["call_taker", "supervisor", "stic_staff", "stic_analyst", "programme_admin", "auditor", "sio"]
)
def test_nobody_but_a_custodian_opens_these_pages(signed_in, kept, role):
    client = signed_in("Some Person", role)
    assert client.get("/evidence/").status_code == client.get(url(kept)).status_code == 403
    assert client.get(url(kept, "record")).status_code == ordered(client, kept).status_code == 403
    assert client.post(url(kept, "destroy"), AGENCY | {"reason": "x"}).status_code == 403
    assert not HandOver.objects.exists()


def test_the_database_refuses_an_order_of_who_is_no_custodian_even_from_buggy_code(casey, kept):
    assert refused(lambda: handing.order(kept.id, casey.account, AGENCY))
    assert refused(lambda: destroying.ask(kept.id, casey.account, AGENCY))


def test_a_custodian_whose_role_has_ended_orders_nothing(avery, kept):
    RoleGrant.objects.update(ends_at=the_clock.now())
    assert ordered(avery, kept).status_code == 403
    assert refused(lambda: handing.order(kept.id, avery.account, AGENCY))


def test_destroyed_are_keys_content_and_packages_and_a_certificate_stays(avery, blake, kept):
    ordered(avery, kept, key=str(pyrage.x25519.Identity.generate().to_public()))
    turned()
    assert avery.post(url(kept, "destroy"), AGENCY | {"reason": "Court order of today"}).status_code == 302
    request = Destruction.objects.get()
    assert Chunk.objects.exists() and PackagePart.objects.exists(), "one person's word destroys nothing"
    again = avery.post(url(kept, "destroy", request.id), {"decision": "confirm"})
    assert again.status_code == 409 and "second custodian" in again.content.decode()
    assert blake.post(url(kept, "destroy", request.id), {"decision": "confirm"}).status_code == 302
    assert not Chunk.objects.exists() and not FileKey.objects.exists() and not PackagePart.objects.exists()
    kept.refresh_from_db()
    assert kept.state == "destroyed"
    printed = blake.get(url(kept, "record")).content.decode()
    for words in (
        "Certificate of destruction",
        request.certificate,
        "Avery Lindholm",
        "Blake Moreno",
        "needle-agency",
    ):
        assert words in printed
    assert hashing.of(kept).sha256 in printed
    assert ordered(avery, kept).status_code == 409
    assert avery.get("/evidence/").content.decode().count("Destroyed") == 1


def test_a_refused_destruction_leaves_everything_and_may_be_asked_again(avery, blake, kept):
    avery.post(url(kept, "destroy"), AGENCY | {"reason": "x"})
    assert avery.post(url(kept, "destroy"), AGENCY | {"reason": "y"}).status_code == 409
    blake.post(url(kept, "destroy", Destruction.objects.get().id), {"decision": "refuse"})
    assert Chunk.objects.exists() and File.objects.get().state == "sealed"
    assert blake.post(url(kept, "destroy"), AGENCY | {"reason": "again"}).status_code == 302
    assert (
        avery.post(
            url(kept, "destroy", Destruction.objects.get(decided_at=None).id), {"decision": "x"}
        ).status_code
        == 404
    )


def test_the_database_refuses_every_other_way_to_destroy(avery, blake, kept):
    made = destroying.ask(kept.id, avery.account, AGENCY)
    now = the_clock.now()
    confirm = "UPDATE evidence_destruction SET decided_at = %s, decided_by = %s, confirmed = true"
    assert "another custodian" in fails(confirm, now, avery.account.pk)
    assert "another custodian" in fails(confirm, now, 999_999)
    assert fails("UPDATE evidence_destruction SET confirmed = true")
    assert "two custodians" in fails("UPDATE evidence_file SET state = 'destroyed'")
    assert "stays on record" in fails("DELETE FROM evidence_destruction")
    destroying.decide(made.id, blake.account, confirm=False)
    assert "decided once" in fails(confirm, now, blake.account.pk)
    assert "two custodians" in fails("UPDATE evidence_file SET state = 'destroyed'")


def test_the_preservation_clock_says_when_somebody_must_decide_and_destroys_nothing(avery, kept, clock):
    assert "time of preservation is over" not in avery.get(url(kept)).content.decode()
    assert kept.keep_until - kept.sealed_at == timedelta(days=365)
    clock(366 * 86400)
    turned()
    RoleGrant.objects.update(ends_at=None)
    from upstander.evidence import keeper as _keeper  # the process runs on; nothing of it goes

    assert _keeper.Keeper().turn() is False and Chunk.objects.exists()


def test_an_order_that_cannot_be_packed_says_so_and_the_next_one_is_not_held_up(avery, kept, with_files):
    from django.db import connection

    other = File.objects.get(tip_id=with_files(picture("PNG")).tip_id)
    sealing.seal(other.id, "suspected", "account:1", 1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE evidence_chunk DISABLE TRIGGER USER")
        cursor.execute("UPDATE evidence_chunk SET body = set_byte(body, 99, 7) WHERE file_id = %s", [kept.id])
        cursor.execute("ALTER TABLE evidence_chunk ENABLE TRIGGER USER")
    ordered(avery, kept)
    ordered(avery, other, key=str(pyrage.x25519.Identity.generate().to_public()))
    packing.pack_next()
    packing.pack_next()
    assert {o.file_id: bool(o.failed) for o in HandOver.objects.all()} == {kept.id: True, other.id: False}
    assert "No package could be made" in avery.get(url(kept)).content.decode()


def test_custody_does_its_work_with_its_own_login_and_the_desk_with_its(avery, kept, as_login):
    identity = pyrage.x25519.Identity.generate()
    as_login("desk")
    order = handing.order(kept.id, avery.account, AGENCY, str(identity.to_public())).order
    assert cannot("INSERT INTO evidence_package_part (hand_over_id, n, body) VALUES (%s, 9, 'x')", order.id)
    assert not run("SELECT 1 FROM evidence_chunk")
    _become("custody")
    assert packing.pack_next() and not packing.pack_next()
    assert hashing.hash_one("sealed", "evidence", packing.ACTOR)
    assert not run("SELECT 1 FROM evidence_chunk"), "nothing is left to be done"
    assert cannot("SELECT body FROM evidence_package_part") and cannot(
        "UPDATE evidence_hand_over SET received_at = now()"
    )
    _become("desk")
    made, data = handing.package(order.id, avery.account)
    assert opened(data, identity)[f"{made.receipt}.jpeg"] == picture()
    handing.received(order.id, avery.account, RECEIVED)
    assert not run("SELECT 1 FROM evidence_package_part")


def _become(login: str) -> None:
    from upstander.audit import services as audit
    from upstander.ops import grants
    from upstander.vault.keys import keyring

    audit.use(login, keyring().secret(f"mac.{login}"))
    run("RESET ROLE")
    run(f"GRANT {grants.role(login)} TO CURRENT_USER")
    run(f"SET LOCAL ROLE {grants.role(login)}")


def test_a_package_belongs_to_an_open_order_only(kept, avery):
    order = handing.order(kept.id, avery.account, AGENCY).order
    handing.withdraw(order.id, avery.account)
    insert = "INSERT INTO evidence_package_part (hand_over_id, n, body) VALUES (%s, 0, 'x')"
    assert "no open order" in fails(insert, order.id)


def test_words_of_a_paper_open_at_no_other_row(kept, avery):
    first = handing.order(kept.id, avery.account, AGENCY).order
    second = handing.order(kept.id, avery.account, AGENCY).order
    with pytest.raises(Exception, match="does not open"), transaction.atomic():
        custody.opened_words(second.id, first.words_version, first.sealed_words)


def test_a_quarantined_file_cannot_be_ordered_by_code_that_forgets_to_look(file, avery):
    words_version, words = custody.sealed_words(file.id, AGENCY)
    with pytest.raises(DatabaseError, match="only a sealed file"), transaction.atomic():
        HandOver.objects.create(
            id=file.id, file=file, receipt="X", ordered_at=the_clock.now(), ordered_by=avery.account.pk, recipient="age1x",
            sealed_words=words, words_version=words_version,
        )  # fmt: skip
    sealed(file)


def test_the_menu_counts_what_waits_for_a_custodian_and_for_nobody_else(avery, blake, casey, kept):
    from upstander.evidence import queries

    assert queries.waiting() == 1
    assert '<span class="usa-tag">1</span>' in avery.get("/evidence/").content.decode()
    assert "/evidence/" not in casey.get("/").content.decode()
    order = handing.order(
        kept.id, avery.account, AGENCY, str(pyrage.x25519.Identity.generate().to_public())
    ).order
    turned()
    handing.received(order.id, avery.account, RECEIVED)
    assert queries.waiting() == 0
    destroying.ask(kept.id, avery.account, AGENCY)
    assert queries.waiting() == 1
