"""What other rooms may have the directory do. Every verb writes the audit record in its own transaction.

`actor` is as in the audit record: `account:<id>`, `system:<process>`.
"""

from upstander.directory.importers.apply import apply_import, plan_import
from upstander.directory.importers.files import Refused
from upstander.directory.importers.planning.derived import refresh_search
from upstander.directory.services.contacts import (
    Details,
    add_contact,
    change_contact,
    checked,
    end_contact,
    ended_lately,
    put_back,
    verify_contact,
)
from upstander.directory.services.enrolment import (
    activate,
    may_enrol,
    refuse,
    request_enrolment,
    verify_enrolment,
    withdraw,
)
from upstander.directory.services.errors import Invalid, NotNow

__all__ = [
    "Details",
    "Invalid",
    "NotNow",
    "Refused",
    "activate",
    "add_contact",
    "apply_import",
    "change_contact",
    "checked",
    "end_contact",
    "ended_lately",
    "may_enrol",
    "plan_import",
    "put_back",
    "refresh_search",
    "refuse",
    "request_enrolment",
    "verify_contact",
    "verify_enrolment",
    "withdraw",
]
