"""`upstander doctor` asks each mail server and each gateway as the relay does, without sending anything."""

from tests.delivery.test_health import other, settings  # noqa: F401 - a fixture
from tests.delivery.test_health_texts import first, second  # noqa: F401 - fixtures
from tests.delivery.test_health_texts import settings as of_texts
from upstander.config import Config
from upstander.delivery.carriers import checks


def test_the_practice_house_keeps_both_and_production_without_a_mail_server_is_wrong():
    assert list(checks.mail(Config())) == [("ok", "kept in the sandbox")]
    assert [grade for grade, _ in checks.mail(Config(mode="production"))] == ["fail"]
    assert list(checks.texts(Config())) == [("ok", "kept in the sandbox")]
    assert list(checks.texts(Config(sms="off"))) == [("ok", "none: UPSTANDER_SMS names no carrier")]


def test_each_mail_server_is_asked_and_one_alone_is_said(smtp, other):  # noqa: F811
    both = settings(smtp, other)
    assert [grade for grade, _ in checks.mail(both)] == ["ok", "ok"]
    other.stop()
    dead = f"the mail server 127.0.0.1:{other.port} does not answer as it should (refused)"
    assert list(checks.mail(both))[1] == ("fail", dead)
    alone = settings(smtp).model_copy(update={"mode": "production"})
    assert [grade for grade, _ in checks.mail(alone)] == ["ok", "warn"]
    assert smtp.count() == other.count() == 0


def test_each_gateway_is_asked_and_our_own_end_point(first, second):  # noqa: F811
    second.account = '{"status": "suspended"}'
    (one, words), (two, why), (ours, _) = checks.texts(of_texts(first, second, inbound_port=9))
    assert (one, two, ours) == ("ok", "fail", "fail") and "kannel at" in words and "(account)" in why
    assert not first.texts and not second.texts
