"""Every address of both origins: without sign-in nothing answers but what is on the list (`middleware.OPEN`)."""

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from tests.people.conftest import sign_in
from upstander.people.middleware import OPEN

pytestmark = pytest.mark.django_db
EXAMPLES = {"int": "1", "uuid": str(uuid.UUID(int=7)), "slug": "x", "str": "x", "path": "x/y"}


def addresses(patterns: list, prefix: str = "/") -> Iterator[tuple[str, str]]:
    """(address, name) of every pattern, with example values for what varies."""
    for entry in patterns:
        route = str(entry.pattern)
        assert isinstance(entry.pattern, RoutePattern), f"{route}: write path(), not re_path()"
        for name, converter in entry.pattern.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
            route = route.replace(f"<{kind}:{name}>", EXAMPLES[kind]).replace(f"<{name}>", "x")
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, prefix + route)
        elif isinstance(entry, URLPattern):
            yield prefix + route, entry.name or ""


@pytest.mark.parametrize("name", ["desk", "school"])
def test_without_sign_in_only_what_is_on_the_list_answers(name, origin):
    origin(name, f"upstander.urls.{name}")
    found = list(addresses(get_resolver(f"upstander.urls.{name}").url_patterns))
    assert len(found) > 20
    assert {n for _, n in found} >= OPEN[name], "a name on the list that no address has"
    for address, url_name in found:
        if url_name in OPEN[name]:
            continue
        for method in ("get", "post", "put", "delete"):
            answer = getattr(Client(), method)(address)
            assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/"), (method, address)


@pytest.mark.parametrize(("name", "who"), [("desk", "ana"), ("school", "casey")])
def test_whoever_has_no_business_at_an_origin_sees_nothing_of_it(name, who, origin, demo):
    origin(name, f"upstander.urls.{name}")
    client = sign_in(Client(), demo[who].email)
    for address, url_name in addresses(get_resolver(f"upstander.urls.{name}").url_patterns):
        own = url_name in OPEN[name] or address.startswith(("/account/", "/sign-"))
        assert own or client.get(address).status_code == 403, address
