"""The register as CSV: what its reader may see of it, with the banner in the first line. What was typed is text to a spreadsheet,
never a formula.
"""

import csv as library
import io
from collections.abc import Sequence

from django.utils.translation import gettext as _

from upstander.network.exporting import safe
from upstander.register.queries import Row, banner

HEAD = (
    "number", "marking", "date", "title", "kind", "sector", "setting", "place", "state", "organization", "latitude", "longitude",
    "weapon", "outcome", "killed", "injured", "warning signs", "version",
)  # fmt: skip


def csv(rows: Sequence[Row]) -> str:
    """One line an entry; the facts only, without paragraphs."""
    out = io.StringIO()
    writer = library.writer(out, quoting=library.QUOTE_ALL)
    above = banner(row.version.marking for row in rows)
    writer.writerow([safe(above.text if above else _("Nothing was found"))])
    writer.writerow(HEAD)
    for row in rows:
        one = row.version
        cells = (
            row.number, row.portion, row.when, one.title, row.kind, row.sector, "; ".join(row.settings), one.place, one.state,
            one.organisation.name if one.organisation else "", one.latitude, one.longitude,
            row.weapon, row.outcome, one.killed, one.injured, "; ".join(row.signs), row.edition,
        )  # fmt: skip
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in cells])
    return "\ufeff" + out.getvalue()
