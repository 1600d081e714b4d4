"""One lane a channel: its carrier, its lines, its throttle. What hangs in one holds up nothing in another."""

from dataclasses import dataclass

from upstander.config import Config, ConfigError
from upstander.delivery import carriers


@dataclass(frozen=True)
class Lane:
    """How one channel leaves. `timeout`: of its carrier, seconds; `per_minute`, `per_address`: the throttle."""

    channel: str
    carrier: str
    timeout: float
    lines: int
    per_minute: int
    per_address: int


def email(config: Config) -> Lane:
    """The lane of e-mail; raises ConfigError in production without a mail server."""
    return Lane(
        "email", carriers.chosen(config), config.smtp_timeout, config.smtp_connections, config.smtp_per_minute,
        config.smtp_per_address_per_minute,
    )  # fmt: skip


def texts(config: Config) -> Lane | None:
    """The lane of text messages; None where this house sends none. Raises ConfigError where a setting is missing."""
    name = carriers.chosen_for_texts(config)
    if name is None:
        return None
    first, _, second = name.partition("+")
    missing = [n for n in _NEEDED[first] if not getattr(config, n)]
    if second:
        of_it = (n.replace("sms_", "sms2_") for n in _NEEDED[second.removesuffix(carriers.SECOND)] if n != "sms_number")
        missing += [n for n in of_it if not getattr(config, n)]
    if missing:
        names = ", ".join(f"UPSTANDER_{n.upper()}" for n in missing)
        raise ConfigError(f"UPSTANDER_SMS is {name}, which also needs: {names}")
    return Lane("sms", name, config.sms_timeout, 2, config.sms_per_minute, config.sms_per_address_per_minute)


def push(config: Config) -> Lane | None:
    """The lane of pushes to phones; None where this house tells none."""
    name = carriers.chosen_for_push(config)
    return Lane("push", name, config.outward_timeout, 2 if name == "webpush" else 1, 6000, 30) if name else None


def webhooks(config: Config) -> Lane | None:
    """The lane of posts to organisations' systems; None where this house posts none. Some of those hang: several lines."""
    name = carriers.chosen_for_webhooks(config)
    return Lane("webhook", name, config.outward_timeout, 4 if name == "webhook" else 1, 6000, 600) if name else None


def beside(config: Config) -> list[Lane]:
    """Every lane but that of e-mail; raises ConfigError where a setting is missing."""
    return [lane for lane in (texts(config), push(config), webhooks(config)) if lane]


_NEEDED = {
    "sandbox": (),
    "kannel": ("sms_url", "sms_user", "sms_password", "sms_number", "sms_token"),
    "twilio": ("sms_user", "sms_password", "sms_number", "inbound_url"),
}
