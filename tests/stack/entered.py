"""What people at the desk write down for others, a canary in every field."""

from tests.stack.acts import signed_in
from tests.stack.writing import Story


def written(story: Story) -> None:
    """What an agency passes on, and what is told by telephone."""
    _passed_on(story)
    _told(story)


def _told(story: Story) -> None:
    """A call that becomes a tip, and one that is left in the middle: both are typed, saved and found again."""
    w = story.brood.word
    desk = signed_in(story.stack.desk, "casey", **story.traces())
    typed = {
        "text": f"He says {w('phone: draft')}", "who": w("phone: who"), "when": w("phone: when"), "place": w("phone: place"),
        "name": w("phone: name"), "email": f"{w('phone: e-mail')}@example.org",
    }  # fmt: skip
    page = desk.open("/enter/phone/").submit("seen", **typed, go="save")
    assert page.status == 200 and all(word in page for word in typed.values()), page.html[-2000:]
    page = page.submit("seen", go="send")
    assert "Read out the code" in page, page.html[-2000:]
    page = desk.open("/enter/phone/").submit("seen", text=f"And then {w('phone: not finished')}", go="save")
    assert page.status == 200
    chief = signed_in(story.stack.desk, "morgan", **story.traces())
    assert chief.open("/calls/").status == 200


def _passed_on(story: Story) -> None:
    """An agency passes a report on: at first with something wrong, then stored, opened and read."""
    w = story.brood.word
    desk = signed_in(story.stack.desk, "casey", **story.traces())
    page = desk.open("/enter/referral/").submit("agency", agency=w("referral: agency of a refused form"), text="")
    assert page.status == 422
    typed = {
        "agency": w("referral: agency"), "person": w("referral: person"), "callback": w("referral: call-back"),
        "reference": w("referral: reference"), "text": f"They say {w('referral: text')}", "who": w("referral: who"),
        "when": w("referral: when"), "place": w("referral: place"),
    }  # fmt: skip
    page = page.submit("agency", kind="agency", mandated="yes", **typed)
    assert page.status == 200 and all(word in page for word in typed.values()), page.html[-2000:]
