"""What is said on the telephone, filled in for a call sheet: codes, places and times, no word of a tip."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as spoken
from django.utils.translation import gettext as _

from upstander.actions.models import Judgement, RequiredAction
from upstander.directory.queries import PlaceCard
from upstander.intake.models import Tip
from upstander.packs.current import current, used
from upstander.packs.errors import UnknownCode
from upstander.packs.model import Pack
from upstander.protocol.codec import plan_from_json


def pack_of(judgement: Judgement | None) -> Pack:
    """The pack by which a tip was judged, while anybody has it; else the one in force."""
    return (used(judgement.pack_digest) if judgement else None) or current()


class Filled:
    """The scripts of one tip."""

    def __init__(self, pack: Pack, tip: Tip, place: PlaceCard | None, judgement: Judgement | None) -> None:
        self._pack, self._plan = pack, plan_from_json(judgement.plan) if judgement else None
        self._values = {
            "tip_number": tip.number,
            "received_at": self._moment(tip.received_at),
            "contact": _("(their name)"),
        }
        if place:
            where = ", ".join(part for part in (place.address, place.city, place.county) if part)
            self._values |= {"school": place.name, "place": where}
        if judgement:
            self._values |= {
                "class": pack.class_name(judgement.klass),
                "in_progress": pack.text("word.in_progress" if judgement.in_progress else "word.not_in_progress"),
                "judged_at": self._moment(judgement.at),
            }

    def _moment(self, at: datetime) -> str:
        return spoken(at.astimezone(ZoneInfo(self._pack.programme.time_zone)), "l, g:i a")

    def script(self, row: RequiredAction) -> str:
        """The words to say, by the plan in force, else by the row itself; empty where there are none."""
        owed = next((a for a in self._plan.owed if a.rule == row.rule_id), None) if self._plan else None
        script, about = (owed.script, owed.about) if owed else (row.script, tuple(row.about))
        if not script:
            return ""
        kinds = ", ".join(self._pack.subtype_name(code) for code in about)
        try:
            return self._pack.text(script, subtypes=kinds, **self._values).strip()
        except UnknownCode:  # of a version that is gone: the call stands, its script does not
            return ""

    def gaps(self, kind: str) -> tuple[str, ...]:
        """What the directory lacks for this kind of call, and what a person does about it."""
        gaps = self._plan.gaps if self._plan else ()
        return tuple(f"{gap.message} {gap.remedy}" for gap in gaps if gap.kind == kind)
