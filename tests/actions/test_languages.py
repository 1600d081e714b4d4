"""A contact with whom the directory has Spanish is written in Spanish, from the first mail to the correction."""

import re

import pytest

from tests.actions.conftest import mails_leave, rendered
from tests.actions.test_judging import critical, standard
from upstander.actions import services
from upstander.delivery.mail import Mail
from upstander.delivery.models import Delivery
from upstander.directory.models import Contact

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2.a.2")]
FIRST, LATER = "Un estudiante planea un ataque.", "Un estudiante planea un ataque el viernes."
DAY = r"(lunes|martes|miércoles|jueves|viernes|sábado|domingo), \d{1,2} de [a-z]+ de \d{4}, \d{1,2}:\d\d [ap]\.m\. C[SD]T"
ENGLISH = re.compile(
    r"\b(the|tip|of|and|Critical|Harm|attack|progress|known|behavior|Monday|Sunday|November)\b", re.I
)


@pytest.fixture
def principal(town) -> Contact:
    who = town.contacts["principal"]
    Contact.objects.filter(pk=who.pk).update(language="es")
    return who


@pytest.fixture
def next_mail(principal):
    """`next_mail(purpose)`: the mail that waits for the principal; then it, and all others, have left."""

    def leaves(purpose: str) -> Mail:
        waiting = Delivery.objects.get(
            address_key=f"contact:{principal.pk}", purpose=purpose, state="pending"
        )
        mail = rendered(purpose, waiting.subject_id)
        mails_leave()
        return mail

    return leaves


def assert_spanish(mail: Mail, *says: str) -> None:
    for words in says:
        assert words in mail.subject + mail.text
    left = re.sub(
        r"http\S+|Millbrook High School|Prairie County|Upstander Illinois \(demo\)|5 ILCS 860", "", mail.text
    )
    assert not ENGLISH.findall(mail.subject.replace("Millbrook High School", "") + left)


def test_of_a_critical(town, call_taker, supervisor, new_tip, next_mail):
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    first = next_mail("notice")
    assert_spanish(first, "Informe CRÍTICO", "Daño inminente: Ataque planeado", "no está ocurriendo ahora")
    assert len(re.findall(DAY, first.text)) == 2
    services.release(tip, call_taker.pk, FIRST)
    assert_spanish(next_mail("narrative"), "lo que dice", FIRST)
    services.release(tip, call_taker.pk, LATER)
    assert_spanish(next_mail("narrative"), "lo que dice ahora", LATER)
    critical(tip, call_taker, in_progress=True)
    assert_spanish(next_mail("raised"), "Informe CRÍTICO", "está ocurriendo ahora")
    lowering = standard(tip, call_taker, reason="It was a film project", narrative="")
    services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
    assert_spanish(next_mail("stand_down"), "Corrección", "Conducta inapropiada: Acoso escolar")


@pytest.mark.parametrize(
    ("subtype", "says"), [("bullying", "pide su atención"), ("general_complaint", "Queja general")]
)
def test_of_what_is_less_grave(town, call_taker, new_tip, next_mail, subtype, says):
    standard(new_tip(town.school.pk), call_taker, subtypes=(subtype,), narrative=FIRST)
    assert_spanish(next_mail("notice"), says, FIRST)


def test_who_asked_for_no_other_language_reads_english(town, call_taker, new_tip, principal):
    Contact.objects.filter(pk=principal.pk).update(language="zz")
    critical(new_tip(town.school.pk), call_taker)
    mail = rendered("notice", Delivery.objects.get(address_key=f"contact:{principal.pk}", channel="email").subject_id)
    assert "Imminent Harm: Planned school attack" in mail.text
    assert re.search(r"day, [A-Z][a-z]+ \d{1,2}, \d{4}, \d{1,2}:\d\d [ap]\.m\. C[SD]T", mail.text)
