"""Calls of practice systems: nobody is rung; the sandbox keeps what would have been said."""

from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from upstander import clock
from upstander.delivery import sandbox
from upstander.delivery.caller.ledger import Job
from upstander.delivery.caller.speaking import Call


def keep(job: Job, call: Call) -> None:
    """Keep what `call` would have said, and what would have followed a key."""
    message = EmailMessage(policy=policy.SMTP)
    message["To"] = ", ".join(call.numbers) or "-"
    message["Subject"] = "Telephone call"
    message["Date"] = format_datetime(clock.now())
    key = f"\n[1]\n\n{call.after.strip()}\n" if call.asks else ""
    message.set_content(f"{call.greeting.strip()}\n{key}")
    sandbox.keep("call", message.as_bytes(), job.id)
