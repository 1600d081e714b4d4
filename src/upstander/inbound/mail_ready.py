"""Mail takes its places: with the end-point, the router and the relay. Called once, when a process starts."""

from upstander.delivery.services import register
from upstander.inbound import doors, imap_pickup, mail_answers, mail_server, mail_take, routing


def connect() -> None:
    """Say who listens, who decides about what came, and who writes the answers."""
    doors.server(mail_server.serve)
    doors.server(imap_pickup.pick_up)
    routing.register(mail_answers.CHANNEL, mail_take.take)
    routing.register(imap_pickup.LEFT, _seen_to)
    register(mail_answers.GREETING, mail_answers.greeting)


def _seen_to(arrived: routing.Arrived) -> routing.Outcome:
    """A mail that was left in the mailbox: a person has read it there and says so; nothing of it is here."""
    return routing.Outcome("seen_in_mailbox")
