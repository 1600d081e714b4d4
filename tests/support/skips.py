"""With CI=true a test that is skipped has failed, unless its reason stands here: a skip that nobody reads is a test less."""

import os
from collections.abc import Generator

import pytest

ALLOWED = {
    "the real data are not on this machine (../shared/data)": "the state's registers lie outside the repository",
}


def _judged(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("CI") != "true" or report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return
    why = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    if why.removeprefix("Skipped: ") not in ALLOWED:
        report.outcome, report.longrepr = "failed", f"in CI nothing may be skipped: {why}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test, or its fixtures, skipped."""
    report = yield
    _judged(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole file skipped."""
    report = yield
    _judged(report)
    return report
