"""Another programme's house: a process, keys and a database of its own. Told in lines of JSON what to do, it answers likewise.

Run by test_two_houses.py. What it does is done as its own network process does it, behind the walls of its own database.
"""

import json
import os
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

Say = dict[str, Any]


def begin() -> int:
    """Make its keys, start Django as the process `network`, and say who its SIO is."""
    from upstander.vault.keygen import create

    create(Path(os.environ["UPSTANDER_DATA"]) / "keys", sandbox=True)
    import django

    django.setup()
    from upstander.people.models import Account

    return int(Account.objects.create_user("officer@lakeland.example.org", name="Robin Ames").pk)


def verbs(sio: int) -> dict[str, Callable[[Say], Any]]:
    """What it can be told."""
    from tests.exchange.test_peers import bulletin
    from upstander.exchange import incoming, keys, outgoing, package, peers
    from upstander.exchange.models import Received
    from upstander.exchange.refusals import Refused
    from upstander.ids import new_id

    made = bulletin(id=new_id(), title="From the other house", originator="Lakeland")

    def trust(said: Say) -> str:
        peer = peers.join("Prairie", "programme", "Sam Whitaker", "", sio, new_id())
        peers.trust(peer.id, said["key"], said["fingerprint"], sio)
        peers.entitle(peer.id, 1, sio)
        return str(peer.id)

    def accept(said: Say) -> str:
        found = incoming.accept(b64decode(said["file"]), sio)
        return found.code if isinstance(found, Refused) else found.verdict

    def publish(said: Say) -> str:
        later = made.modified + timedelta(minutes=said["version"])
        words = () if said["state"] == "recalled" else (said["words"],)
        one = replace(made, version=said["version"], state=said["state"], paragraphs=words, modified=later)
        outgoing.share(one, sio)
        return b64encode(outgoing.pack(said["peer"], one.id, sio)).decode()

    def collection(said: Say) -> list[list[Any]]:
        from taxii2client.v21 import Server

        (root,) = Server(said["url"], user="lakeland", password=said["token"]).api_roots
        (theirs,) = root.collections
        found = theirs.get_objects(type="report").get("objects", [])
        return [[one["name"], one.get("description", ""), one.get("revoked", False)] for one in found]

    return {
        "key": lambda said: [b64encode(keys.own_public()).decode(), package.fingerprint(keys.own_public())],
        "trust": trust,
        "accept": accept,
        "publish": publish,
        "collection": collection,
        "received": lambda said: list(Received.objects.values_list("title", "body", "state")),
    }


def main() -> None:
    """Until nobody tells it anything any more."""
    known = verbs(begin())
    from upstander.network import walls

    for line in sys.stdin:
        said = json.loads(line)
        with walls.reading(walls.STAFF):
            answer = known[said["do"]](said)
        print(json.dumps(answer, default=str), flush=True)  # noqa: T201 - its way to speak


if __name__ == "__main__":
    main()
