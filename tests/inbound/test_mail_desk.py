"""What the desk sees of a tip that came by mail; and that nothing of the mail lies anywhere in clear."""

import logging

import pytest
from django.db import connection

from tests.desk.conftest import casey, desk, person, signed_in, town  # noqa: F401 - fixtures
from tests.inbound.test_mail_receiver import TIPS, letter
from tests.inbound.test_mail_take import PICTURE, arrive, reply_address
from tests.support.canary import Search, canary
from upstander.inbound import routing, services
from upstander.inbound.mail_server import arriving
from upstander.intake.models import Message, Tip
from upstander.intake.services import say

pytestmark = pytest.mark.django_db


def test_the_desk_s_page_shows_the_channel_the_words_the_files_sealed_and_no_address(casey):  # noqa: F811
    message = letter("He has a list of names.")
    message.add_attachment(PICTURE, maintype="image", subtype="jpeg", filename="wall.jpg")
    arrive(message)
    arrive(letter("Friday.\n\nOn Monday, Us <tips@x.example> wrote:\n> Which day?"), to=reply_address())
    shown = casey.get(f"/tip/{Tip.objects.get().number}/").content.decode()
    assert "E-mail" in shown and "He has a list of names." in shown
    assert "1 file" in shown and "wall.jpg" in shown and "<img" not in shown
    assert "<p>Friday.</p><details><summary>What it quotes</summary>" in shown and "Which day?" in shown
    assert "family.example" not in shown


def everything() -> bytes:
    """Every row of every table, as the database writes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        out = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            out += [row[0].encode() for row in cursor.fetchall()]
    return b"\n".join(out)


def test_no_address_subject_word_or_name_of_a_mail_stands_in_any_table_or_log_in_clear(caplog):
    caplog.set_level(logging.DEBUG)
    subject, words, later, name, answer, refused = (canary() for _ in range(6))
    local = canary().replace("ñ", "n")
    sender = f"{local}@family.example"
    message = letter(words, Subject=subject, From=f"{name} <{sender}>")
    message.add_attachment(PICTURE + words.encode(), maintype="image", subtype="jpeg", filename=f"{name}.jpg")
    arrive(message, sender=sender)
    tip = Tip.objects.get()
    arrive(letter(later, From=sender), to=reply_address(), sender=sender)
    say(tip.id, Message.From.DESK, answer)
    waiting = arriving("smtp", letter(refused, From=sender).as_bytes(), [TIPS], sender)
    services.store(waiting.channel, waiting.carrier, waiting.external_id, waiting.payload)
    services.store("email", "smtp", "x", {"raw": refused})  # is no mail: it is refused, and stays
    dump = everything()
    routing.route_next()
    dump += everything() + caplog.text.encode()
    leaks = Search([subject, words, later, name, answer, refused, local, str(tip.number)])
    leaks.data([dump], "tables and log")
    assert leaks.found(str(tip.number)), "the search itself works"
    assert leaks.report([subject, words, later, name, answer, refused, local]) == []
