"""What is owed arrives: through real processes, a real mail server and a real database."""

import pytest
from tests.delivery.conftest import owe, row, states

from tests.support.eventually import eventually
from tests.support.relay_main import recipient
from upstander.audit.models import Entry
from upstander.delivery import queries
from upstander.ops.models import Heartbeat

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]


def test_an_owed_mail_arrives_under_its_stable_message_id_and_is_then_sent(run_relay, smtp):
    run_relay()
    (subject,) = owe()
    (mail,) = eventually(smtp.messages)
    assert mail.recipient == recipient("test", subject)
    assert mail.message_id == row(subject).message_id
    done = eventually(lambda: row(subject) if row(subject).state == "sent" else None)
    assert (done.carrier, done.attempts, done.last_error, done.lease_until) == ("smtp", 1, "", None)
    assert [(t.result, t.permanent) for t in done.tries.all()] == [("accepted", False)]
    assert Entry.objects.get(act="mail.tried").object_id == str(done.id)
    assert eventually(lambda: Heartbeat.objects.filter(process="relay", state__pending=0).exists())
