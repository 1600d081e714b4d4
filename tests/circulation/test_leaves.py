"""From the release to a real mail server: the relay as a process of its own, with its own login and the rights it is granted."""

import os

import pytest
from django.conf import settings

from tests.circulation.conftest import copies_of, work
from tests.network.support import make_member
from tests.products.conftest import FOUO, LES, bulletin
from tests.support.eventually import eventually
from tests.support.own_login import Logged, environment_of
from tests.support.smtp_server import SmtpServer
from upstander.delivery.models import Delivery
from upstander.delivery.services import send
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network.models import Member

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True), pytest.mark.req("S-products")]


@pytest.mark.req("S-levels")
def test_what_is_released_arrives_marked_and_named_and_nothing_above_a_level_is_on_the_line(released, tmp_path):
    educator, officer, gone = make_member("Ana Rivera"), make_member(level=Level.LES), make_member()
    released(bulletin(kind="newsletter_monthly"))
    work()
    Member.objects.filter(pk=gone.pk).update(state=Member.State.SUSPENDED)
    send("nobody-renders", new_id(), "contact:1", 0)  # a Critical that cannot be written holds up nobody

    with SmtpServer(tmp_path / "smtp") as smtp:
        variables = {"PROCESS": "relay", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(smtp.port), "SMTP_TIMEOUT": "2"}
        environment = os.environ | environment_of("relay", settings.INSTALLED_APPS)
        environment |= {f"UPSTANDER_{name}": value for name, value in variables.items()}
        relay = Logged("upstander.delivery.relay", tmp_path / "relay.log", environment)
        try:
            ours = Delivery.objects.filter(purpose="product_mail")
            eventually(lambda: not ours.filter(state="pending").exists(), 30)
        finally:
            relay.stop()
        mails = {mail.recipient: mail for mail in smtp.messages(answered_only=True)}
    assert set(mails) == {educator.account.email, officer.account.email}
    assert ours.get(subject_id=copies_of(gone)[0].id).state == "cancelled"
    got = mails[educator.account.email].message
    plain, page = (part.get_content() for part in got.iter_parts())
    lines = plain.strip().splitlines()
    assert lines[0] == lines[-1] == "FOR OFFICIAL USE ONLY"
    assert FOUO in plain and FOUO in page and "Copy for Ana Rivera, number" in plain
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and "/unsubscribe/" in got["List-Unsubscribe"]
    on_the_line = "".join(part.get_content() for mail in mails.values() for part in mail.message.iter_parts())
    assert LES not in on_the_line and "suspect" not in on_the_line
