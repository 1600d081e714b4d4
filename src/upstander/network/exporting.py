"""The list of members as CSV. What somebody typed is text to a spreadsheet, never a formula (CWE-1236)."""

import csv as library
import io
from collections.abc import Iterable

from upstander.directory.models import Organisation
from upstander.network import pack
from upstander.network.queries import Row

HEAD = ("name", "e-mail", "telephone", "position", "organization", "sector", "discipline", "regions", "state", "level", "joined")
_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell: str) -> str:
    """`cell` so that a spreadsheet shows it as text: with an apostrophe where it would begin a formula, also behind blanks."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_BEGINS) or cell.startswith(_BEGINS) else cell


def csv(rows: Iterable[Row]) -> str:
    """One line a member."""
    known, listed = pack.network(), list(rows)
    ids = {region for row in listed for region in row.member.regions}
    names = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
    out = io.StringIO()
    writer = library.writer(out, quoting=library.QUOTE_ALL)
    writer.writerow(HEAD)
    for row in listed:
        one = row.member
        cells = (
            one.account.name, one.account.email, one.telephone, one.position, one.works_at, one.get_sector_display(),
            known.label("disciplines", one.discipline), "; ".join(names.get(r, "") for r in one.regions), row.word,
            row.level.name if row.level is not None else "", one.joined_at.date().isoformat(),
        )  # fmt: skip
        writer.writerow([safe(str(cell)) for cell in cells])
    return "\ufeff" + out.getvalue()
