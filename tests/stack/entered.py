"""What people at the desk write down for others, a canary in every field."""

from tests.stack.acts import signed_in
from tests.stack.writing import Story


def written(story: Story) -> None:
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
