"""Which channel each carrier carries. Pure: names alone."""

OF_CALLS = ("sip", "trunk", "trunk2", "twilio_calls", "twilio_calls2")
# What each one carries, where that is not e-mail.
_CHANNELS = {"kannel": "sms", "twilio": "sms", "webpush": "push", "webhook": "webhook"} | dict.fromkeys(OF_CALLS, "call")
_SECOND = "2"


def channel_of(carrier: str) -> str:
    """What a carrier, or a pair of them, carries."""
    return _CHANNELS.get(carrier.partition("+")[0].rstrip(_SECOND), "email")
