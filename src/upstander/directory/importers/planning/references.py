"""Finding the organisation that a row of our own lists means: `rcdts:…`, `nces:…`, `fcc:…`, `own:…`,
`id:…`, or its name.
"""

import re
from collections import defaultdict
from collections.abc import Collection

from upstander.directory.folding import fold
from upstander.directory.importers.rows import BadRow
from upstander.directory.models import Identifier, Organisation
from upstander.directory.values import shown

_SCHEMES = ("rcdts", "nces", "fcc", "own", "id")
_RCDTS = re.compile(r"\d{2}-?\d{3}-?\d{3}[\dA-Z]-?[0-9A-Z]{2}(-?[0-9A-Z]{4})?")


def _normal(scheme: str, value: str) -> str:
    if scheme != "rcdts":
        return value.strip().upper() if scheme == "nces" else value.strip()
    code = re.sub(r"[\s-]", "", value).upper()
    return code.ljust(15, "0") if len(code) == 11 else code


class References:
    """Every organisation by its identifiers and by its name."""

    def __init__(self) -> None:
        self.kinds: dict[int, str] = {}
        self.names: dict[int, str] = {}
        self._live: set[int] = set()
        self._by_name: dict[str, set[int]] = defaultdict(set)
        self._by_code: dict[tuple[str, str], set[int]] = defaultdict(set)
        for pk, kind, name, city, retired in Organisation.objects.values_list(
            "id", "kind", "name", "city", "retired_on"
        ):
            self.kinds[pk], self.names[pk] = kind, name
            self._by_code["id", str(pk)].add(pk)
            if retired is None:
                self._live.add(pk)
                self._by_name[fold(name)].add(pk)
                self._by_name[f"{fold(name)}|{fold(city)}"].add(pk)
        for pk, scheme, value in Identifier.objects.values_list("organisation_id", "scheme", "value"):
            self._by_code[scheme, value].add(pk)

    def find(self, text: str, kinds: Collection[str]) -> int:
        """The id of the one live organisation of these kinds that `text` means. Raises BadRow."""
        scheme, colon, value = text.partition(":")
        if colon and scheme.lower() in _SCHEMES:
            found = self._by_code.get((scheme.lower(), _normal(scheme.lower(), value)), set())
        elif _RCDTS.fullmatch(text.upper()):
            found = self._by_code.get(("rcdts", _normal("rcdts", text)), set())
        else:
            name, comma, city = text.rpartition(",")
            found = self._by_name.get(fold(text), set())
            if not found and comma:
                found = self._by_name.get(f"{fold(name)}|{fold(city)}", set())
        of_kind = {pk for pk in found if self.kinds[pk] in kinds}
        live = of_kind & self._live
        if len(live) == 1:
            return next(iter(live))
        if live:
            raise BadRow(
                f"{len(live)} organisations are called “{shown(text)}”: write “name, city” or an identifier (rcdts:…)"
            )
        if of_kind:
            raise BadRow(f"“{shown(text)}” has been retired")
        if found:
            raise BadRow(f"“{shown(text)}” is no {' or '.join(sorted(kinds))}")
        raise BadRow(f"“{shown(text)}” is not in the directory")
