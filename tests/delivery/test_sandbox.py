"""Where nothing leaves the machine: what would have left is sealed, shown to programme staff, and to nobody
else.
"""

import json
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.test import Client

from tests.delivery.conftest import owe, row, states
from tests.people.conftest import account, demo, origin, places, signed_in  # noqa: F401
from tests.support.eventually import eventually
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.config import config
from upstander.delivery import sandbox
from upstander.delivery.carriers.base import Outgoing
from upstander.delivery.carriers.sandbox import SandboxCarrier
from upstander.delivery.mail import Mail, Sender, compose
from upstander.delivery.models import SandboxMessage
from upstander.ops import watchdog
from upstander.people.models import Account
from upstander.vault import keys
from upstander.vault.envelope import CannotOpen


def keep(
    subject: str = "Critical at Lincoln", text: str = "Confirm: http://localhost:8002/n/abc?x=1&y=2\n"
) -> UUID:
    mail = Mail("ana@school.example", "Ana Rivera", subject, text)
    sender = Sender("Upstander", "tips@upstander.example")
    message = compose(mail, sender, message_id=f"<{uuid4()}@u.example>", at=the_clock.now(), critical=True)
    return sandbox.keep("email", message.as_bytes())


def everything_stored() -> bytes:
    """Every row of the sandbox's table, its binary columns as they are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM delivery_sandboxmessage")
        return b"\n".join(
            bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
            for found in cursor.fetchall()
            for value in found
        )


@pytest.mark.stack
@pytest.mark.django_db(transaction=True)
def test_the_relay_keeps_instead_of_sending_and_the_ledger_says_so(run_relay, smtp):
    (subject,) = owe()
    run_relay(smtp_host="")
    eventually(lambda: states() == {"sent": 1})
    assert row(subject).carrier == "sandbox"
    kept = SandboxMessage.objects.get()
    assert kept.delivery_id == row(subject).id
    assert sandbox.one(kept.id).subject == f"Notice {subject}"
    assert smtp.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_while_a_message_is_kept_is_not_waited_for(monkeypatch):
    """A lane that waits for ever makes the whole relay silent; the next message goes over a new line."""
    monkeypatch.setattr(watchdog, "LIMIT", 0.3)
    mail = Mail("ana@school.example", "Ana Rivera", "Critical", "Confirm: http://localhost:8002/n/abc\n")
    message = compose(
        mail, Sender("Upstander", "tips@upstander.example"), message_id="<1@u.example>", at=the_clock.now(), critical=True
    )
    outgoing = Outgoing(uuid4(), "sms", "", "+12175550101", message)
    carrier = SandboxCarrier(config())
    other = connection.copy()
    try:
        other.set_autocommit(False)
        other.cursor().execute("LOCK TABLE delivery_sandboxmessage")
        with pytest.raises(OperationalError):
            carrier.send(outgoing)
    finally:
        other.rollback()
        other.close()
    connection.close()
    carrier.send(outgoing)  # (kept twice, where the server went on with what nobody waits for: rather than not at all)
    assert set(SandboxMessage.objects.values_list("delivery_id", flat=True)) == {outgoing.delivery_id}


@pytest.mark.django_db
def test_nothing_of_a_kept_message_stands_in_the_table():
    canary = "Zimtschnecke-4711"
    keep(subject=f"Word {canary}", text=f"{canary} ä {canary}\n")
    stored = everything_stored()
    for form in (canary, "ana@school.example", "Ana Rivera"):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert form.encode(encoding) not in stored
    assert b"email" in stored  # the search finds what is there in clear


@pytest.mark.django_db
def test_the_relay_cannot_open_what_it_kept():
    kept = SandboxMessage.objects.get(id=keep())
    relays = keys.read(config().data / "keys" / "relay.json")
    with pytest.raises(CannotOpen):
        relays.unwrap("desk", kept.key_version, bytes(kept.wrapped), sandbox._info(kept.id))


@pytest.mark.django_db
def test_a_message_moved_to_another_row_does_not_open():
    one, other = keep(), keep()
    sealed = SandboxMessage.objects.get(id=one)
    SandboxMessage.objects.filter(id=other).update(
        sealed_message=sealed.sealed_message, wrapped=sealed.wrapped, key_version=sealed.key_version
    )
    with pytest.raises(CannotOpen):
        sandbox.one(other)


@pytest.fixture
def desk(origin, settings) -> None:  # noqa: F811
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # how people are known is not tried here
    origin("desk", "upstander.urls.desk")


@pytest.fixture
def staff(desk, signed_in) -> Client:  # noqa: F811
    return signed_in("casey")


@pytest.mark.django_db
def test_staff_see_the_newest_first_page_by_page_and_each_look_is_recorded(staff, clock):
    for n in range(60):
        clock(n)
        keep(subject=f"Message number {n:02}")
    seen: list[str] = []
    address = "/sandbox/"
    while address:
        page = staff.get(address)
        assert page["Cache-Control"] == "no-store"
        seen += [kept.subject for kept in page.context["messages_kept"]]
        address = f"/sandbox/{page.context['older']}" if page.context["older"] else ""
    assert seen == [f"Message number {n:02}" for n in reversed(range(60))]
    assert Entry.objects.filter(act="sandbox.listed", actor__startswith="account:").count() == 3


@pytest.mark.django_db
def test_messages_of_one_moment_are_all_shown_once():
    at = the_clock.now()
    for _ in range(5):
        keep()
    SandboxMessage.objects.update(at=at)
    first = sandbox.newest(2)
    rest = sandbox.newest(10, before=first[-1].id)
    assert len({kept.id for kept in first + rest}) == 5


@pytest.mark.django_db
def test_one_message_is_shown_as_its_receiver_would_read_it_with_links_that_work(staff):
    kept = keep(text="<script>alert(1)</script>\nConfirm: http://localhost:8002/n/abc?x=1&y=2\n")
    page = staff.get(f"/sandbox/{kept}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert 'href="http://localhost:8002/n/abc?x=1&amp;y=2"' in text
    assert "<script>alert" not in text
    assert "Ana Rivera &lt;ana@school.example&gt;" in text
    assert Entry.objects.get(act="sandbox.read").object_id == str(kept)


@pytest.mark.django_db
def test_a_stranger_and_a_person_without_a_role_see_nothing(desk, account):  # noqa: F811
    kept = keep()
    for address in ("/sandbox/", f"/sandbox/{kept}/"):
        assert Client().get(address).status_code == 302
        client = Client()
        client.force_login(account, backend=django_settings.AUTHENTICATION_BACKENDS[0])
        answer = client.get(address)
        assert answer.status_code in (302, 403)
        assert b"Lincoln" not in answer.content
    assert not Entry.objects.filter(act__startswith="sandbox").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["sam", "robin", "alex", "drew"])
def test_staff_who_may_not_read_tips_read_no_mail_with_their_words(who, desk, signed_in):  # noqa: F811
    kept, person = keep(), signed_in(who)
    for address in ("/sandbox/", f"/sandbox/{kept}/"):
        answer = person.get(address)
        assert answer.status_code == 403 and b"Lincoln" not in answer.content
    assert not Entry.objects.filter(act__startswith="sandbox").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["casey", "morgan", "taylor", "riley", "quinn"])
def test_who_may_read_tips_reads_the_mails_of_a_practice_system(who, desk, signed_in):  # noqa: F811
    assert signed_in(who).get(f"/sandbox/{keep()}/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/sandbox/", "/sandbox/{}/"])
def test_a_production_system_has_no_such_page(staff, settings, address):
    settings.UPSTANDER_SANDBOX = False
    Account.objects.update(is_demo=False)  # a demo account would be nobody there
    assert staff.get(address.format(keep())).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/sandbox/?before=x", f"/sandbox/{UUID(int=1)}/", "/sandbox/x/", "/sandbox/?before=%00"]
)
def test_an_address_that_leads_nowhere_is_not_found(staff, address):
    assert staff.get(address).status_code == 404


@pytest.mark.django_db
def test_nobody_writes_through_these_pages(staff):
    assert staff.post("/sandbox/").status_code in (403, 405)


@pytest.mark.django_db
def test_what_is_recorded_of_a_look_holds_no_word_of_the_message(staff):
    kept = keep(subject="Sauerkraut")
    staff.get("/sandbox/")
    staff.get(f"/sandbox/{kept}/")
    assert "Sauerkraut" not in json.dumps(list(Entry.objects.values_list("detail", "object_id")))
