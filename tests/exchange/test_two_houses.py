"""Two running instances, each with its process, keys and database, exchange a bulletin, correct it and recall it (S-states)."""

import json
import os
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from tests.exchange.test_peers import bulletin
from tests.exchange.world import staff
from tests.support.browser import served
from upstander.exchange import incoming, keys, outgoing, peers
from upstander.exchange.incoming import Looked
from upstander.exchange.models import Received
from upstander.exchange.refusals import Refused
from upstander.ids import new_id
from upstander.markings import Level

ROOT = Path(__file__).resolve().parents[2]
Told = Callable[..., Any]


@pytest.fixture
def other_database(transactional_db, walled) -> Iterator[str]:
    """A second database, as ours is before anybody used it."""
    ours = connection.settings_dict
    name = f"{ours['NAME']}_other"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{ours["NAME"]}"')
    password = f":{ours['PASSWORD']}" if ours["PASSWORD"] else ""
    where = ours["HOST"] if not ours["HOST"].startswith("/") else ""
    at = f"postgresql://{ours['USER']}{password}@{where}:{ours['PORT']}/{name}"
    yield at if where else f"postgresql://{ours['USER']}{password}@/{name}?host={ours['HOST']}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def lakeland(other_database, tmp_path) -> Iterator[Told]:
    """The other house: `lakeland("accept", file=...)`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("UPSTANDER_", "DATABASE_URL"))
    }
    about = {
        "UPSTANDER_DATA": str(tmp_path / "lakeland"), "UPSTANDER_PROCESS": "network", "UPSTANDER_MODE": "sandbox",
        "UPSTANDER_DSN": other_database, "DJANGO_SETTINGS_MODULE": "upstander.settings", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }  # fmt: skip
    house = subprocess.Popen(
        [sys.executable, "-m", "tests.exchange.other_house"], cwd=ROOT, env=kept | about, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip

    def tell(do: str, **said: object) -> Any:
        assert house.stdin and house.stdout
        house.stdin.write(json.dumps({"do": do, **said}) + "\n")
        house.stdin.flush()
        return json.loads(house.stdout.readline())

    yield tell
    house.communicate(timeout=20)


@pytest.mark.slow
@pytest.mark.req("S-states")
def test_two_houses_exchange_a_bulletin_correct_it_and_recall_it(lakeland, network, sio):
    their_key, their_fingerprint = lakeland("key")
    assert their_fingerprint != keys.own_fingerprint()
    lakeland("trust", key=b64encode(keys.own_public()).decode(), fingerprint=keys.own_fingerprint())
    first = bulletin()
    corrected = replace(
        first,
        version=2,
        state="corrected",
        paragraphs=("Two regions.",),
        modified=first.modified + timedelta(minutes=1),
    )
    recalled = replace(
        corrected, version=3, state="recalled", paragraphs=(), modified=first.modified + timedelta(minutes=2)
    )
    with staff():
        peer = peers.join("Lakeland", "programme", "Robin Ames", "", sio.pk, new_id())
        peers.trust(peer.id, their_key, their_fingerprint, sio.pk)
        peers.entitle(peer.id, Level.FOUO, sio.pk)
        token = peers.give_token(peer.id, sio.pk)
    files = []
    with served(WSGIHandler()) as url:
        for one in (first, corrected, recalled):
            with staff():
                outgoing.share(one, sio.pk)
                files.append(b64encode(outgoing.pack(peer.id, one.id, sio.pk)).decode())
            text = "\n\n".join(one.paragraphs)
            # by TAXII, with the client that other programmes use ...
            assert lakeland("collection", url=f"{url}/taxii2/", token=token) == [
                [one.title, text, one.state == "recalled"]
            ]
            # ... and by file
            assert lakeland("accept", file=files[-1]) == ("new" if one is first else "newer")
            assert lakeland("received") == [[one.title, text, one.state]]
    assert [lakeland("accept", file=file) for file in files] == ["rollback", "rollback", "again"]


@pytest.mark.slow
@pytest.mark.req("S-states")
def test_and_the_other_way_round(lakeland, network, sio):
    their_key, their_fingerprint = lakeland("key")
    us = lakeland("trust", key=b64encode(keys.own_public()).decode(), fingerprint=keys.own_fingerprint())
    steps = [("published", "Three schools."), ("corrected", "Two schools."), ("recalled", "")]
    files = [
        b64decode(lakeland("publish", version=number, state=state, words=words, peer=us))
        for number, (state, words) in enumerate(steps, 1)
    ]
    with staff():
        stranger = incoming.accept(files[0], sio.pk)
        assert isinstance(stranger, Refused) and stranger.code == "unknown-signer"
        peer = peers.join("Lakeland", "programme", "Robin Ames", "", sio.pk, new_id())
        peers.trust(peer.id, their_key, their_fingerprint, sio.pk)
        peers.entitle(peer.id, Level.FOUO, sio.pk)
        for file, (state, words) in zip(files, steps, strict=True):
            assert isinstance(incoming.accept(file, sio.pk), Looked)
            got = Received.objects.get()
            assert (got.state, got.body, got.originator) == (state, words, "Lakeland")
