"""Publish -> the first and the last of 50,000 mails at a real SMTP server process, beside a bare loop of smtplib; and how long
the mail of a Critical takes in the middle of it.

By itself `python -m bench.circulation publish` releases a newsletter as the network's process does, and prints when (monotonic
seconds).
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from tests.stack.harness import Stack
from tests.support.smtp_server import Received, SmtpServer

from bench import dispatch
from bench.table import Figure, spread

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
_DOMAIN = "member.example"
_STAFF = """
WITH a AS (
    INSERT INTO people_account (password, email, name, is_active, is_demo, created_at)
    SELECT '!', 'staff' || n || '@programme.example', 'Staff ' || n, true, false, now() FROM generate_series(1, 2) AS n
    RETURNING id
)
INSERT INTO people_rolegrant (account_id, role, granted_by, starts_at) SELECT id, 'sio', 'bench', now() FROM a
"""
# Members as approval leaves them: an account, the agreement signed, FOUO.
_MEMBERS = f"""
WITH a AS (
    INSERT INTO people_account (password, email, name, is_active, is_demo, created_at)
    SELECT '!', 'm' || n || '@{_DOMAIN}', 'Member ' || n, true, false, now() FROM generate_series(1, %(count)s) AS n RETURNING id
), m AS (
    INSERT INTO network_member (id, account_id, discipline, sworn, sector, regions, wishes, topics, state, joined_at)
    SELECT gen_random_uuid(), id, 'administrator', false, 'k12', '{{}}', '{{}}', '{{}}', 'active', now() FROM a RETURNING id
), e AS (
    INSERT INTO network_entitlement (member_id, level, granted_by, starts_at) SELECT id, 1, 'bench', now() FROM m
)
INSERT INTO network_signature (id, agreement_id, member_id, typed_name, at)
SELECT gen_random_uuid(), (SELECT digest FROM network_agreement LIMIT 1), id, 'Bench', now() FROM m
"""
_READY = ("people_account", "network_member", "network_entitlement", "network_signature")


def measure(
    stack: Stack,
    server: SmtpServer,
    desk: dict[str, str],
    network: dict[str, str],
    *,
    members: int,
    criticals: int,
) -> list[Figure]:
    """Fill, publish, and judge Criticals while it goes out."""
    _child(network, "agreement")
    _fill(stack.dsn("owner"), members)
    place = dispatch.place_of(stack.port)
    dispatch._submit(stack.port, criticals, place)
    before = server.count()
    begun = float(_child(network, "publish")["at"])
    until = time.monotonic() + 60
    while server.count() == before and time.monotonic() < until:
        time.sleep(0.02)
    rows = dispatch.judged(desk, criticals, 0.5)  # in the middle of it
    middle = len([mail for mail in server.messages()[before:] if mail.recipient.endswith(_DOMAIN)])
    mails, ours = _all_of_ours(server, before, members)
    assert len({mail.recipient for mail in ours}) == len(ours) == members, (len(ours), members)
    first, last = min(m.at for m in ours) - begun, max(m.at for m in ours) - begun
    others = [mail for mail in mails if not mail.recipient.endswith(_DOMAIN)]  # a house's own members among them
    arrived = dispatch._first_arrivals([mail for mail in others if mail.message.get_content_type() == "text/plain"])
    waits = [
        (arrived[str(r["number"])] - float(r["committed"])) * 1000
        for r in rows
        if str(r["number"]) in arrived
    ]
    bare = dispatch.bare_loop(server, min(2000, members), ours[0].raw)
    size = f"{len(ours[0].raw)} bytes each, rendered at the sending"
    shown = spread(waits) if waits else "none arrived"
    told = f"{len(waits)} of {criticals}; {middle} of {members} had left after the last of them"
    return [
        Figure("circulation", "a newsletter published -> its first mail accepted", f"{first:.1f} s"),
        Figure("circulation", f"the last of {members} mails accepted", f"{last:.0f} s, {members / last:.0f} mails/s",
               f"{bare:.0f} mails/s bare", f"{members / last / bare:.0%}", size),
        Figure("circulation", "a Critical classified in the middle of it -> its first mail", shown, "", "", told),
    ]  # fmt: skip


def _fill(dsn: str, count: int) -> None:
    with psycopg.connect(dsn, autocommit=True) as line:
        line.execute(_STAFF)
        line.execute(_MEMBERS, {"count": count})
        for table in _READY:
            line.execute(f"ANALYZE {table}")


def _all_of_ours(server: SmtpServer, before: int, members: int) -> tuple[list[Received], list[Received]]:
    """All mails since `before`, and those to members: as many as there are members, whatever else goes out meanwhile."""
    expected = before + members
    while True:
        _until(server, expected)
        mails = server.messages()[before:]
        ours = [mail for mail in mails if mail.recipient.endswith(_DOMAIN)]
        if len(ours) >= members:
            return mails, ours
        expected += members - len(ours)


def _until(server: SmtpServer, expected: int) -> None:
    end, seen, moved = time.monotonic() + 3600, 0, time.monotonic()
    while (now := server.count()) < expected and time.monotonic() < end:
        if now > seen:
            seen, moved = now, time.monotonic()
        elif time.monotonic() - moved > 60:
            raise RuntimeError(f"nothing moves any more: {now} of {expected} mails")
        time.sleep(0.2)


def _child(env: dict[str, str], what: str) -> dict[str, object]:
    argv = [sys.executable, "-m", "bench.circulation", what]
    done = subprocess.run(
        argv, env=os.environ | env, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1]
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main(what: str) -> None:
    """Run as the network's process, by its staff."""
    import django

    django.setup()
    from upstander.network import agreements, walls

    with walls.reading(walls.STAFF):
        if what == "agreement":
            agreements.in_force()
            print(json.dumps({"done": True}))
            return
        _publish()
    print(json.dumps({"at": time.monotonic()}))


def _publish() -> None:
    """Written by one of the staff, agreed to by another, released by the first."""
    from upstander.ids import new_id
    from upstander.markings import Kind
    from upstander.people.models import Account
    from upstander.products import drafts, releasing, reviewing
    from upstander.products.content import Content, Line

    mails = ("staff1@programme.example", "staff2@programme.example")
    author, second = Account.objects.filter(email__in=mails).order_by("id").values_list("id", flat=True)
    words = "What schools of the state saw this month, what they did about it, and what helped. " * 6
    lines = [Line(Kind.TITLE, "The month in school safety", "open")]
    lines += [Line(Kind.TEXT, f"{n}. {words}", "fouo" if n % 2 else "open") for n in range(1, 7)]
    given = Content(kind="newsletter_monthly", lines=tuple(lines), topics=("trends",))
    version = drafts.save(new_id(), author, 0, given)
    reviewing.answer(version.product_id, 1, second, new_id(), "agreed")
    releasing.release(version.product_id, 1, author, new_id())


if __name__ == "__main__":
    main(sys.argv[1])
