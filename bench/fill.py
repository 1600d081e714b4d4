"""Filling a database with many sealed tips, as fast as COPY goes: `python -m bench.fill DSN COUNT OPEN SEED`.

Every tip is a real one (its own key, sealed words, wrapped keys, keyed search tokens), so that pages open what they show. The
words are drawn from a Zipf-like vocabulary. `OPEN` of the tips are open; the rest are judged and closed, as in a real year.
"""

import os
import random
import sys
from collections.abc import Iterator
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")

VOCABULARY = 20_000


def needle(n: int, count: int) -> str:
    """A rare word: of `count` tips that a process fills, five have it, however many there are."""
    kinds = count // 5
    return f"needle{n % kinds}of{kinds}"


def _text(dice: random.Random, n: int, count: int) -> str:
    words = (f"w{int(VOCABULARY ** dice.random()):05d}" for _ in range(18))
    return f"benchmark {needle(n, count)} " + " ".join(words)


def tips(
    count: int, open_: int, seed: int, places: list[int], first: int
) -> Iterator[tuple[tuple, tuple, list[tuple], tuple]]:
    """Rows for the four tables, a tip at a time, oldest first; `first` is the first running number."""
    from upstander import clock
    from upstander.ids import new_id, tip_number
    from upstander.intake import tokens
    from upstander.vault import services as vault
    from upstander.vault.envelope import place, seal

    dice, now = random.Random(seed), clock.now()
    classes = (("standard", 23), ("other", 24), ("imminent_harm", 6), ("crime_against_person", 8))
    for n in range(count):
        tip_id, key = new_id(), vault.new_key()
        is_open = n >= count - open_
        age = dice.uniform(1, 600) if is_open else 600 + 5_000_000 * (count - n) / count
        received = now - timedelta(minutes=age)
        klass, rank = ("", 10) if is_open and n % 2 else dice.choice(classes)
        text, where = _text(dice, n, count), dice.choice(places)
        message = new_id()
        version, wrapped = vault.wrapped_for(tip_id, key, "desk")
        judged = received + timedelta(minutes=3) if klass else None
        closed = None if is_open else received + timedelta(days=2)
        tip = (
            tip_id, first + n, tip_number(), os.urandom(32), os.urandom(16), "api", received, where, False, False, "", "",
            "en", False, False, "received" if is_open else "closed", klass, rank, judged, received, closed,
        )  # fmt: skip
        sealed = seal(key, text, place("intake_message.body", tip_id, message))
        said = (message, tip_id, received, "reporter", "text", sealed, True)
        keys = [(tip_id, "desk", version, wrapped), (tip_id, "receipt", 0, os.urandom(76))]
        hashes = tokens.of_tip(tokens.words(text), first + n)
        yield tip, said, keys, (tip_id, tokens.EPOCH, hashes, where, received)


COPIES = (
    "COPY intake_tip (id, running, number, receipt_lookup, submission_tag, channel, received_at, place_id, danger_now,"
    " about_self, reported_subtype, weapon, language, proof_of_work, wants_answer, status, klass, rank, judged_at,"
    " last_from_reporter_at, closed_at) FROM STDIN",
    "COPY intake_message (id, tip_id, at, sender, field, body, tokenised) FROM STDIN",
    "COPY vault_wrapped_key (holder, audience, key_version, wrapped) FROM STDIN",
    "COPY vault_search_tokens (holder, epoch, tokens, place_id, received_at) FROM STDIN",
)


def main(dsn: str, count: int, open_: int, seed: int) -> None:
    """Fill `count` tips in batches of 20,000, each its own transaction."""
    import django

    django.setup()
    import psycopg

    with psycopg.connect(dsn) as line:
        query = "SELECT id FROM directory_organisation WHERE kind = 'school' AND retired_on IS NULL"
        places = [row[0] for row in line.execute(query).fetchall()]
        line.execute("SELECT pg_advisory_lock(7)")
        first = line.execute(
            "SELECT setval('intake_tip_running_seq', nextval('intake_tip_running_seq') + %s) - %s",
            [count, count],
        ).fetchone()[0]
        line.execute("SELECT pg_advisory_unlock(7)")
        left, made = tips(count, open_, seed, places, int(first)), 0
        while made < count:
            batch = [one for _, one in zip(range(20_000), left, strict=False)]
            for table, sql in enumerate(COPIES):
                with line.cursor().copy(sql) as copy:
                    for one in batch:
                        rows = one[table] if table == 2 else [one[table]]
                        for row in rows:
                            copy.write_row(row)
            line.commit()
            made += len(batch)
            print(f"{made} of {count}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
