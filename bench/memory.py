"""What each process holds in memory after the run."""

import psutil

from bench.table import Figure


def measure(pids: dict[str, list[int]]) -> list[Figure]:
    """Resident (USS where the system tells it) megabytes of every process of each part."""
    figures = []
    for name, ids in pids.items():
        sizes = []
        for pid in ids:
            try:
                info = psutil.Process(pid).memory_full_info()
            except psutil.Error:
                continue
            sizes.append((info.rss / 2**20, info.uss / 2**20))
        rss, uss = sum(s[0] for s in sizes), sum(s[1] for s in sizes)
        figures.append(
            Figure(
                "memory",
                name,
                f"{rss:.0f} MB resident",
                f"{uss:.0f} MB its own",
                "",
                f"{len(sizes)} processes",
            )
        )
    return figures
