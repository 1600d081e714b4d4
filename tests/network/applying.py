"""An applicant's way through the network, as tests walk it: in real browsers of Django's, with the relay's own words."""

import re
from uuid import UUID

from django.test import Client

from tests.network.support import played
from upstander.delivery.models import Delivery
from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.network import mails
from upstander.network.models import Application
from upstander.people.models import Account

OFFICER = {
    "discipline": "sworn_officer", "agency": "Harrow Creek Police", "name": "Chris Delgado", "email": "chris@police.example",
}  # fmt: skip


def filled(**more: object) -> dict[str, object]:
    """A form that is in order."""
    return {
        "press": str(new_id()), "name": "Dana Whitlock", "email": "dana@switchgrass.example", "telephone": "217-555-0142",
        "position": "Principal", "organisation": "Nowhere Listed Academy", "sector": "k12", "discipline": "administrator",
        "wishes": ["consumer"], "sponsor_name": "Ida Berg", "sponsor_email": "ida@switchgrass.example",
        "purpose": "I answer for safety at our school.",
    } | more  # fmt: skip


def mail_of(purpose: str, subject: UUID | None = None):
    """The latest mail of a purpose, as the relay, with its rights and keys, would write it now; None where it is not owed."""
    owed = Delivery.objects.filter(purpose=purpose).order_by("-created_at", "-id")
    row = (owed.filter(subject_id=subject) if subject else owed).first()
    assert row is not None, f"nothing is owed as {purpose}"
    with played("relay"):
        return mails.RENDERERS[purpose](row.subject_id)


def link_in(text: str) -> str:
    """The path of the link in a mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found[1]


def apply(client: Client, **more: object) -> str:
    """Send an application in; returns the path of the link that is mailed."""
    answer = client.post("/apply/", filled(**more))
    assert answer.status_code == 200, answer.content.decode()
    return link_in(mail_of("network_confirm").text)


def sign(client: Client, path: str, name: str) -> Application:
    """Press the link, read, sign."""
    page = client.get(path).content.decode()
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert digest, page
    answer = client.post(path, {"press": str(new_id()), "digest": digest[1], "typed_name": name})
    assert answer.status_code == 302, answer.content.decode()
    return Application.objects.get(email=Application.objects.latest("confirmed_at").email, state="waiting")


def waiting(client: Client, **more: object) -> Application:
    """An application that waits to be looked at."""
    given = filled(**more)
    return sign(client, apply(client, **more), str(given["name"]))


def tick_all(one: Application, sio: Client, second: Client) -> None:
    """Two persons find everything in order; of a sworn officer the agency is asked first."""
    from upstander.network import vetting

    address = f"/desk/members/applications/{one.pk}/"
    if vetting.applying.sworn(one):
        said = {"act": "agency", "press": str(new_id()), "said_by": "Sgt. Ortiz", "how": "the agency's number, 217-555-0100"}
        assert sio.post(address, said).status_code == 302
        assert second.post(address, {"act": "seen"}).status_code == 302
    for check in vetting.checklist(one):
        if not vetting.of_agency(check):
            who = second if check.who == "second" else sio
            assert who.post(address, {"act": "tick", "code": check.code}).status_code == 302


def approve(one: Application, sio: Client):
    """The SIO's press."""
    return sio.post(f"/desk/members/applications/{one.pk}/", {"act": "approve", "press": str(new_id())})


def account_of(one: Application) -> Account:
    """Whose application it is, by now."""
    return Account.objects.get(email=one.email)


def agency(name: str = "Harrow Creek Police Department") -> Organisation:
    """An agency in the directory."""
    from tests.people.conftest import organisation

    return organisation("law_enforcement", name, city="Harrow Creek")
