"""How calls leave, from the environment; every wrong value in words that say what to set."""

import re
from dataclasses import dataclass
from datetime import timedelta

from upstander.config import Config, ConfigError
from upstander.delivery.telephone.agent import Trunk
from upstander.delivery.telephone.numbers import CannotDial, e164

_RTP = re.compile(r"(\d{4,5})-(\d{4,5})")


@dataclass(frozen=True)
class Dialling:
    """`mode`: off, sandbox or sip; `trunk` with sip only. Times in seconds, `again` until a contact is rung anew."""

    mode: str
    trunk: Trunk | None
    lines: int
    rings: float
    keys: float
    again: timedelta


def chosen(config: Config) -> str:
    """off, sandbox or sip: where nothing is said, practice systems keep calls in the sandbox, and in production people call."""
    if config.calls:
        if config.calls == "sip" and config.mode == "sandbox" and not config.sip_trunk:
            raise ConfigError("UPSTANDER_CALLS is sip: set UPSTANDER_SIP_TRUNK and UPSTANDER_SIP_NUMBER")
        return config.calls
    return "sandbox" if config.mode == "sandbox" else "off"


def dialling(config: Config) -> Dialling:
    """The settings of calls; raises ConfigError."""
    mode = chosen(config)
    if mode == "sandbox" and config.mode == "production":
        raise ConfigError("UPSTANDER_CALLS: sandbox rings nobody, and UPSTANDER_MODE is production. Set sip, or off")
    return Dialling(
        mode, trunk(config) if mode == "sip" else None, config.sip_lines, config.calls_ring_seconds,
        config.calls_key_seconds, timedelta(seconds=config.calls_again_seconds),
    )  # fmt: skip


def trunk(config: Config) -> Trunk:
    """The trunk as it is set; raises ConfigError."""
    host, _, port = config.sip_trunk.partition(":")
    if not host or (port and not port.isdecimal()):
        raise ConfigError("UPSTANDER_SIP_TRUNK: the provider's name or address, with its port where that is not 5060")
    try:
        number = e164(config.sip_number, config.calls_country)
    except CannotDial:
        raise ConfigError("UPSTANDER_SIP_NUMBER: the number that who is called sees, as +12175550100") from None
    ports = _RTP.fullmatch(config.sip_rtp_ports)
    if not ports or not 1024 <= int(ports[1]) < int(ports[2]) - 4 * config.sip_lines or int(ports[2]) > 65535:
        least = 4 * config.sip_lines
        raise ConfigError(f"UPSTANDER_SIP_RTP_PORTS: two ports, as 25000-25900, more than {least} apart, four a line")
    return Trunk(
        host=host, port=int(port or 5060), number=number, domain=config.sip_domain, user=config.sip_user,
        password=config.sip_password, register=config.sip_register, transport=config.sip_transport,
        address=config.sip_address, listen=config.sip_listen, rtp=config.sip_rtp_ports,
    )  # fmt: skip
