"""Whether each mail server and each gateway of texts answers: asked as the relay asks them, so that nothing is sent. For
`upstander doctor`, without a database.
"""

from collections.abc import Iterator
from typing import Literal

from upstander.config import Config, ConfigError
from upstander.delivery import lanes
from upstander.delivery.carriers import SECOND, as_second, chosen, made
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.http import Line

Found = tuple[Literal["ok", "warn", "fail"], str]


def mail(settings: Config) -> Iterator[Found]:
    """How mail would leave."""
    try:
        name = chosen(settings)
    except ConfigError as error:
        yield "fail", str(error)
        return
    if name == "sandbox":
        yield "ok", "kept in the sandbox"
        return
    for one in name.split("+"):
        begin = "smtp2" if one.endswith(SECOND) else "smtp"
        where = f"{getattr(settings, f'{begin}_host')}:{getattr(settings, f'{begin}_port')}"
        yield _asked(settings, one, f"the mail server {where}")
    if "+" not in name and settings.mode == "production":
        yield "warn", "one mail server: while it is dead no mail leaves. UPSTANDER_SMTP2_HOST names a second"


def texts(settings: Config) -> Iterator[Found]:
    """How texts would leave, and whether our own end-point takes what comes."""
    try:
        lane = lanes.texts(settings)
    except ConfigError as error:
        yield "fail", str(error)
        return
    if lane is None or lane.carrier == "sandbox":
        yield "ok", "kept in the sandbox" if lane else "none: UPSTANDER_SMS names no carrier"
        return
    for one in lane.carrier.split("+"):
        own = as_second(settings, "sms") if one.endswith(SECOND) else settings
        yield _asked(
            settings, one, f"{one.removesuffix(SECOND)} at {own.sms_url or 'https://api.twilio.com'}"
        )
    ours = f"http://{settings.inbound_host}:{settings.inbound_port or settings.port + 3}/readyz"
    try:
        status, _ = Line(settings.sms_timeout).ask("GET", ours)
    except CarrierError as error:
        yield "fail", f"our end-point does not answer at {ours} ({error.code})"
    else:
        yield ("fail", f"our end-point: {status}") if status >= 500 else ("ok", "our end-point answers")


def _asked(settings: Config, name: str, what: str) -> Found:
    carrier = made(settings, name)
    try:
        carrier.probe()  # type: ignore[attr-defined]  # every carrier but the sandbox's can be asked
    except CarrierError as error:
        return "fail", f"{what} does not answer as it should ({error.code})"
    finally:
        carrier.close()
    return "ok", f"{what} answers"
