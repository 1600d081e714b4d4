"""Properties: how many examples each gets, and what one example leaves to the next (nothing)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import hypothesis
import pytest

FEW = 30  # a property that asks for so few examples, or fewer, walks through whole pages with each of them


def asked_for(test: Any, attack: int) -> None:
    """Have `attack` examples tried, or a tenth of them where each is a walk; more where the property itself asks for more."""
    function = getattr(test, "__func__", test)
    asked = getattr(function, "_hypothesis_internal_use_settings", None) or hypothesis.settings()
    most = max(asked.max_examples, attack if asked.max_examples > FEW else attack // 10)
    function._hypothesis_internal_use_settings = hypothesis.settings(asked, max_examples=most)


def apart(item: pytest.Item) -> None:
    """Roll back what an example wrote. Else the thousandth finds the rows of all others, and a page that lists them takes
    longer with each: a property is about one example, not about their sum.

    What is written in transactions of the test's own (`transaction=True`) stays, as it does there after any test.
    """
    marker = item.get_closest_marker("django_db")
    if not {"db", "django_db_setup"} & set(getattr(item, "fixturenames", ())) or (
        marker and marker.kwargs.get("transaction")
    ):
        return
    if "transactional_db" in getattr(item, "fixturenames", ()):
        return
    handle = item.obj.hypothesis  # type: ignore[attr-defined]
    if not hasattr(handle.inner_test, "apart"):
        handle.inner_test = _rolled_back(handle.inner_test)


def _rolled_back(test: Callable[..., None]) -> Callable[..., None]:
    @wraps(test)
    def one(*args: Any, **kwargs: Any) -> None:
        from django.db import transaction

        from upstander.intake.services import _seen_place

        with transaction.atomic():
            test(*args, **kwargs)
            transaction.set_rollback(True)
        _seen_place.cache_clear()  # a place that was seen in this example has gone with it

    one.apart = True  # type: ignore[attr-defined]
    return one
