"""How calls leave, from the environment; every wrong value in words that say what to set."""

import re
from dataclasses import dataclass
from datetime import timedelta

from upstander.config import Config, ConfigError
from upstander.delivery.carriers import as_second
from upstander.delivery.telephone.agent import Trunk
from upstander.delivery.telephone.bridge import beside
from upstander.delivery.telephone.numbers import CannotDial, e164
from upstander.delivery.twilio.account import Account

_RTP = re.compile(r"(\d{4,5})-(\d{4,5})")
_SID = re.compile(r"AC[0-9a-f]{32}")


@dataclass(frozen=True)
class Dialling:
    """`mode`: off, sandbox, sip or twilio; `trunk` with sip only, `account` with twilio. Times in seconds, `again` until a
    contact is rung anew."""

    mode: str
    trunk: Trunk | None
    lines: int
    rings: float
    keys: float
    again: timedelta
    bridges: int = 0
    bridge_trunk: Trunk | None = None  # how calls that people begin leave: by an agent of its own
    second: Trunk | None = None  # for when the first is dead
    account: Account | None = None


def chosen(config: Config) -> str:
    """off, sandbox, sip or twilio. Where none is set, practice systems use the sandbox, and in production people call."""
    if config.calls:
        if config.calls == "sip" and config.mode == "sandbox" and not config.sip_trunk:
            raise ConfigError("UPSTANDER_CALLS is sip: set UPSTANDER_SIP_TRUNK and UPSTANDER_SIP_NUMBER")
        return config.calls
    return "sandbox" if config.mode == "sandbox" else "off"


def dialling(config: Config) -> Dialling:
    """The settings of calls; raises ConfigError."""
    mode = chosen(config)
    if mode == "twilio":
        again = timedelta(seconds=config.calls_again_seconds)
        times = (config.calls_ring_seconds, config.calls_key_seconds, again)
        return Dialling(mode, None, config.sip_lines, *times, account=account(config))
    if mode == "sandbox" and config.mode == "production":
        raise ConfigError("UPSTANDER_CALLS: sandbox rings nobody, and UPSTANDER_MODE is production. Set sip, twilio, or off")
    ladder = trunk(config) if mode == "sip" else None
    bridge: Trunk | None = None
    if ladder and config.sip_bridges:
        ladder, bridge = beside(ladder, config.sip_bridges)
    return Dialling(
        mode, ladder, config.sip_lines, config.calls_ring_seconds,
        config.calls_key_seconds, timedelta(seconds=config.calls_again_seconds),
        config.sip_bridges, bridge, second=second(config) if mode == "sip" else None,
    )  # fmt: skip


def second(config: Config) -> Trunk | None:
    """The trunk for when the first is dead, with our number and address at the first where it has none of its own; None where
    none is set. Raises ConfigError."""
    if not config.sip2_trunk:
        return None
    own = as_second(config, "sip")
    kept = {name: getattr(own, name) or getattr(config, name) for name in ("sip_number", "sip_address")}
    try:
        return trunk(own.model_copy(update=kept))
    except ConfigError as error:
        raise ConfigError(str(error).replace("UPSTANDER_SIP_", "UPSTANDER_SIP2_")) from None


def trunk(config: Config) -> Trunk:
    """The trunk as it is set; raises ConfigError."""
    host, _, port = config.sip_trunk.partition(":")
    if not host or (port and not port.isdecimal()):
        raise ConfigError("UPSTANDER_SIP_TRUNK: the provider's name or address, with its port where that is not 5060")
    try:
        number = e164(config.sip_number, config.calls_country)
    except CannotDial:
        raise ConfigError("UPSTANDER_SIP_NUMBER: the number that who is called sees, as +12175550100") from None
    least = 4 * config.sip_lines + 8 * config.sip_bridges
    ports = _RTP.fullmatch(config.sip_rtp_ports)
    if not ports or not 1024 <= int(ports[1]) < int(ports[2]) - least or int(ports[2]) > 65535:
        raise ConfigError(f"UPSTANDER_SIP_RTP_PORTS: two ports, as 25000-25900, more than {least} apart: 4 a line, 8 a bridge")
    return Trunk(
        host=host, port=int(port or 5060), number=number, domain=config.sip_domain, user=config.sip_user,
        password=config.sip_password, register=config.sip_register, transport=config.sip_transport,
        address=config.sip_address, listen=config.sip_listen, rtp=config.sip_rtp_ports,
    )  # fmt: skip


def account(config: Config) -> Account:
    """The account at Twilio as it is set; raises ConfigError."""
    needed = ("calls_user", "calls_password", "calls_number", "inbound_url")
    if missing := [f"UPSTANDER_{name.upper()}" for name in needed if not getattr(config, name)]:
        raise ConfigError(f"UPSTANDER_CALLS is twilio, which also needs: {', '.join(missing)}")
    if not _SID.fullmatch(config.calls_user):
        raise ConfigError("UPSTANDER_CALLS_USER: the account SID, AC and 32 digits and letters")
    try:
        number = e164(config.calls_number, config.calls_country)
    except CannotDial:
        raise ConfigError("UPSTANDER_CALLS_NUMBER: the number that who is called sees, as +12175550100") from None
    return Account(
        config.calls_user, config.calls_password, number, config.calls_url.rstrip("/"), config.came_in_at, config.calls_timeout
    )
