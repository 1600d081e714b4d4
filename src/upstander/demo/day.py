"""What the School Intelligence Officer of the practice system finds in the morning, and has written down. Invented, all of it."""

from datetime import date, timedelta

from upstander import clock
from upstander.directory.models import Organisation
from upstander.forum import contributions, requests
from upstander.forum.contributions import Given
from upstander.forum.requests import Asked
from upstander.gatherings import visits
from upstander.ids import new_id
from upstander.insight import contacts, governing, plan
from upstander.insight.contacts import Words
from upstander.insight.governing import Said
from upstander.network.standing import standing
from upstander.people.models import Account

_CONTACTS = (
    (Words("Lt. Marsh", "Harrow Creek Police Department", "Two new school resource officers start in January.",
           "Send both the link to apply"), "call", 4),
    (Words("Nora Quill", "Pawpaw County emergency management", "Shelter list of the county is new; schools may have it.", ""),
     "meeting", None),
    (Words("Ida Berg", "Lakeland watch center", "Asks how we count what members read.", "Answer with the review"), "mail", -1),
)  # fmt: skip
_PLAN = (
    (-1, "Ask the districts of region 92 who answers for safety", "begun"),
    (0, "Webinar: reunification", "open"),
    (1, "Advisory board, winter meeting", "open"),
    (2, "Yearly review of the program", "open"),
    (-2, "Taxonomy of topics looked at", "done"),
)
_RECORDS = (
    ("board", "Dana Whitlock", "Superintendents", "", -300, 65, "Chairs the board."),
    ("board", "Chris Delgado", "School resource officers", "", -300, 430, ""),
    ("meeting", "Autumn meeting", "Seven of nine members", "", -60, 30, "A second person looks at each draft."),
    ("process", "Vetting of applicants", "Sam Whitfield", "2.1", -120, 245, "The shared drive of the program, folder 3."),
    ("conference", "Forum of state programs, Lakeland", "Sam Whitfield", "", -90, None, "Three states exchange bulletins."),
    ("agreement", "Sharing of bulletins", "Lakeland watch center", "", -80, 285, "Up to FOUO, both ways."),
)


_GIFT = Given(
    kind="lesson", title="Side doors during games", level=1, source="our own drill",
    text="During evening games the side doors were propped open with chairs. A volunteer at each door ended it within a week.",
)  # fmt: skip
_QUESTION = Asked(
    kind="information", title="Lunch-hour drills", text="How do other schools drill while lunch is served?",
    purpose="We plan the spring's drills.", legal_basis="No personal data is asked for.", urgency="routine", level=1,
)  # fmt: skip


def asked(officer: Account, principal: Account) -> None:
    """What two members sent in, and nobody has looked at yet."""
    contributions.contribute(standing(officer), _GIFT, new_id())
    requests.ask(standing(principal), _QUESTION, new_id())


def fill(officer: int, to_visit: Organisation | None) -> None:
    """Write it down as the officer (an account's id), by the room's own verbs; plan a visit there."""
    today = clock.today()
    for words, kind, days in _CONTACTS:
        due = None if days is None else today + timedelta(days=days)
        contacts.log(words, kind, "", due, officer, new_id())
    for months, title, state in _PLAN:
        item = plan.add(title, "Sam Whitfield", plan.after(plan.first_of(today), months), officer, new_id())
        plan.mark(item.pk, state, officer)
    for kind, title, who, version, ago, until, notes in _RECORDS:
        ends = None if until is None else _in(today, until)
        governing.add(kind, Said(title, _in(today, ago), who, version, ends, notes), officer, new_id())
    if to_visit is not None:
        visits.plan(to_visit.pk, today + timedelta(days=9), officer, new_id())


def _in(today: date, days: int) -> date:
    return today + timedelta(days=days)
