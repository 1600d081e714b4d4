"""The ways out. A new carrier is one file here and one line in CARRIERS."""

from collections.abc import Callable

from upstander.config import Config, ConfigError
from upstander.delivery.carriers.base import Carrier
from upstander.delivery.carriers.kannel import KannelCarrier
from upstander.delivery.carriers.sandbox import SandboxCarrier
from upstander.delivery.carriers.smtp import SmtpCarrier
from upstander.delivery.carriers.twilio import TwilioCarrier
from upstander.delivery.carriers.webhook import WebhookCarrier
from upstander.delivery.carriers.webpush import WebPushCarrier

CARRIERS: dict[str, Callable[[Config], Carrier]] = {
    "smtp": SmtpCarrier,
    "sandbox": SandboxCarrier,
    "kannel": KannelCarrier,
    "twilio": TwilioCarrier,
    "webpush": WebPushCarrier,
    "webhook": WebhookCarrier,
}
SETTINGS = {  # with what each one's settings begin
    "smtp": "smtp", "kannel": "sms", "twilio": "sms", "sip": "sip", "trunk": "sip", "twilio_calls": "calls",
}  # fmt: skip
SECOND = "2"  # at the end of a name: the carrier that stands in


def made(config: Config, name: str) -> Carrier:
    """The carrier of this name: one of CARRIERS; the second of its channel (`smtp2`); or two in the order in which they are tried
    (`smtp+smtp2`)."""
    first, _, second = name.partition("+")
    if second:
        from upstander.delivery.carriers.failover import FailoverCarrier  # its memory needs Django

        return FailoverCarrier(made(config, first), made(config, second))
    kind = name.removesuffix(SECOND)
    carrier = CARRIERS[kind](as_second(config, SETTINGS[kind]) if name.endswith(SECOND) else config)
    carrier.name = name
    from upstander.delivery import budget  # as above
    from upstander.delivery.carriers.paced import PacedCarrier

    per_second = budget.of(config, name).per_second
    return PacedCarrier(carrier, budget.pace(name, per_second)) if per_second else carrier


def as_second(config: Config, begin: str) -> Config:
    """The settings with those of the second carrier (`smtp2_...`) in the first one's places (`smtp_...`)."""
    own = [name for name in Config.model_fields if name.startswith(f"{begin}{SECOND}_")]
    return config.model_copy(update={name.replace(SECOND, "", 1): getattr(config, name) for name in own})


def chosen(config: Config) -> str:
    """Which carrier takes e-mail: SMTP where a host is set, else the sandbox; raises ConfigError in
    production.
    """
    if config.smtp_host:
        return "smtp+smtp2" if config.smtp2_host else "smtp"
    if config.mode == "sandbox":
        return "sandbox"
    raise ConfigError(
        "Nothing can leave: UPSTANDER_MODE is production and no mail server is named. Set UPSTANDER_SMTP_HOST"
        " (and UPSTANDER_SMTP_PORT, _USER, _PASSWORD, _TLS as it needs)."
    )


def chosen_for_texts(config: Config) -> str | None:
    """Which carrier takes text messages (`kannel+twilio2`: Twilio while Kannel is dead); None: this house has none."""
    if config.sms in ("kannel", "twilio"):
        return f"{config.sms}+{config.sms2}{SECOND}" if config.sms2 else config.sms
    in_practice = config.mode == "sandbox"
    return "sandbox" if in_practice and config.sms in ("", "sandbox") else None


def chosen_for_push(config: Config) -> str | None:
    """Which carrier tells phones that there is news; None: this house tells none."""
    return _outward(config, config.push, "webpush")


def chosen_for_webhooks(config: Config) -> str | None:
    """Which carrier takes notices to organisations' systems; None: this house posts none."""
    return _outward(config, "webhook" if config.webhooks == "https" else config.webhooks, "webhook")


def _outward(config: Config, asked: str, real: str) -> str | None:
    """The carrier of a channel that needs no account anywhere: in practice the sandbox, in production the real one, unless the
    setting says otherwise."""
    in_practice = config.mode == "sandbox"
    if asked in ("", "sandbox"):
        return "sandbox" if in_practice else None if asked else real
    return None if asked == "off" else asked
