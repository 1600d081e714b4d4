"""The limit that intake is measured against: the same statement with ready values, sent raw over the driver.

Run as a process of its own, as the web servers are: `python -m bench.raw_intake DSN COUNT THREADS` prints rows a second.
"""

import os
import sys
import threading
import time

from bench.intake import TEXT

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")


def main(dsn: str, count: int, threads: int) -> float:
    """Insert `count` tips by so many threads, one connection each; returns tips a second."""
    import django

    django.setup()
    import psycopg

    from upstander.intake import services, store
    from upstander.intake.submission import Submission, canonical, checked
    from upstander.vault import services as vault

    def values(n: int) -> dict[str, object]:
        submission = checked(Submission(channel="api", text=TEXT % n, danger_now=n % 10 == 0))
        key = f"bench-{os.getpid()}-{n:024d}"
        return services._sealed(submission, key, vault.receipt_for(key, canonical(submission)))

    ready = [values(n) for n in range(count)]
    left, lock = iter(ready), threading.Lock()
    lines = [psycopg.connect(dsn, autocommit=True, prepare_threshold=0) for _ in range(threads)]

    def work(line: "psycopg.Connection[object]") -> None:
        while True:
            with lock:
                one = next(left, None)
            if one is None:
                return
            with line.cursor() as cursor:
                cursor.execute(store.TIP, one, prepare=True).fetchall()

    begun = time.perf_counter()
    workers = [threading.Thread(target=work, args=(line,)) for line in lines]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return count / (time.perf_counter() - begun)


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
