"""What people do at the three origins, in a few words each, for tests of the real house."""

import json
import re
import secrets
from html import unescape

from tests.stack.harness import Stack
from tests.support.visitor import Page, Visitor
from upstander.people import demo
from upstander.people.second_factor import current_code

CRITICAL = "planned_school_attack"
SCHOOL = "harrow creek high"


def signed_in(origin: str, who: str, **visitor: str) -> Visitor:
    """`signed_in(stack.desk, "casey")`: the demo's account of this name, with password and second factor."""
    found = Visitor(origin, **visitor)
    page = found.open("/sign-in/").submit(login=f"{who}@{demo.DOMAIN}", password=demo.PASSWORD)
    shown = re.search(r"your code now is (\d{6})", page.html)  # the house's clock may have been moved
    page = page.submit("code", code=shown[1] if shown else current_code(demo.SECRET))
    assert page.status == 200 and "sign-in" not in page.url, (page.url, page.status)
    return found


def place(stack: Stack, name: str = SCHOOL) -> int:
    """The id of a school of the demo."""
    _, answer = stack.get("public", f"/api/v1/schools?q={name.replace(' ', '+')}")
    return int(json.loads(answer)["schools"][0]["id"])


def tell(stack: Stack, text: str, key: str = "", **fields: object) -> dict[str, str]:
    """Send a tip by the app's door: its number and receipt."""
    body = json.dumps({"text": text} | fields).encode()
    status, answer = stack.ask(
        "public", "POST", "/api/v1/tips", body, Content_Type="application/json",
        Idempotency_Key=key or secrets.token_urlsafe(24),
    )  # fmt: skip
    assert status == 201, (status, answer)
    return dict(json.loads(answer))


def judge(desk: Visitor, number: str, *subtypes: str, **typed: str | list[str]) -> Page:
    """Judge a tip."""
    page = desk.open(f"/tip/{number}/").submit(
        action="/judge/", subtypes=list(subtypes or (CRITICAL,)), **typed
    )
    assert page.status == 200, (page.status, page.html[-3000:])
    return page


def bar(desk: Visitor) -> str:
    """The header of the desk, as the open page fetches it anew every few seconds."""
    page = desk.open("/bar/")
    assert page.status == 200 and "bar-red" in page.html, (page.status, page.html[:500])
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.html)))
