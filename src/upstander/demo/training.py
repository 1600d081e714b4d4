"""Who is certified in the practice system: one call-taker is, the other has begun to rehearse."""

from upstander.ids import new_id
from upstander.packs.current import current
from upstander.people.models import Account
from upstander.rehearsal import expected
from upstander.training import services
from upstander.training.services import Judged

_WORDS = (
    "Thank you for telling us. You did the right thing. I am here with you.",
    "Where are you? Is anybody hurt?",
    "Who is it about? When did it happen? Is there a weapon?",
    "Is anybody with you? Has anybody said something about suicide?",
    "Please call 911 now if you can. Stay away, and find a teacher or another adult. Your report is confidential.",
)


def fill(call_taker: Account, another: Account, supervisor: Account) -> None:
    """Rehearse what a certificate needs, certify the one, and begin with the other; nothing where the pack has no trainer."""
    pack = current()
    if pack.training is None:
        return
    for scenario in pack.training.for_certificate:
        run = services.begin(call_taker.pk, scenario.code)
        for text in _WORDS:
            services.write(run.pk, call_taker.pk, text, new_id())
        kinds = tuple(action.kind for action in expected(pack, scenario))
        services.finish(
            run.pk, call_taker.pk, Judged(scenario.subtypes, scenario.flags, scenario.in_progress, kinds)
        )
    services.certify(call_taker.pk, supervisor.pk)
    first = pack.training.for_certificate[0]
    run = services.begin(another.pk, first.code)
    services.write(run.pk, another.pk, _WORDS[0], new_id())
