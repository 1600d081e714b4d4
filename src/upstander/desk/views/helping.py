"""Help for somebody who is not coping: 988, agencies near by, and staying until somebody else has them (D-I.B).

Nothing here closes the dialogue.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from upstander.desk import roles
from upstander.desk.roles import StaffRequest
from upstander.desk.views import papers as shared
from upstander.desk.views.papers import Screen, Shown
from upstander.directory import queries as directory
from upstander.packs.current import current

KIND = "crisis_referral"
# The sentences of the phrase list that a warm hand-over needs, in its order.
PHRASES = ("safe_now", "self_harm_stay", "self_harm_friend", "hand_over", "help_near", "come_back")


def _more(shown: Shown) -> dict[str, Any]:
    pack, language = current(), shown.tip.language
    english, known = pack.texts_under("reporter.phrase"), pack.texts_under("reporter.phrase", language)
    judgement = shown.page.head.judgement
    left_out = set(judgement.facts.get("excluded", ())) if judgement else set()
    said = "\n".join(letter.said.text for letter in shown.page.words.dialogue if letter.said.sender == "desk")
    return {
        "phrases": [
            (code, known[code], english[code], known[code] in said) for code in PHRASES if code in english
        ],
        "helpers": [h for h in directory.helpers(shown.tip.place_id) if str(h.contact_id) not in left_out],
        "offered": shared.offered(shown),
        "judged": judgement is not None,
        "translated": language != "en",
    }


SCREEN = Screen((KIND,), "", "desk_help", "desk/help.html", _more)


@require_GET
@roles.reader
@transaction.atomic
def offer(request: StaffRequest, number: str) -> HttpResponse:
    """What to say, whom there is, and what came of it; open for every class, and before a tip is judged."""
    return Shown(request, number, SCREEN).answer()


@require_POST
@roles.reader
def record(request: StaffRequest, number: str, action_id: UUID) -> HttpResponse:
    """Which service was offered, and what the person made of it; again where there is more to say."""
    return shared.record(request, number, action_id, SCREEN)


@require_POST
@roles.reader
def take_up(request: StaffRequest, number: str) -> HttpResponse:
    """Take up the offer for a tip that owes no help, so that what comes of it is recorded and counted."""
    return shared.take_up(request, number, SCREEN)
