"""How calls leave, from the environment; every wrong value in words that say what to set."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from upstander.config import Config, ConfigError
from upstander.delivery.carriers import as_second
from upstander.delivery.telephone.agent import Trunk
from upstander.delivery.telephone.bridge import beside
from upstander.delivery.telephone.numbers import CannotDial, e164
from upstander.delivery.twilio.account import Account

_RTP = re.compile(r"(\d{4,5})-(\d{4,5})")
T = TypeVar("T", Trunk, Account)
_SID = re.compile(r"AC[0-9a-f]{32}")


Line = Trunk | Account  # by which calls leave: a trunk of our own agents, or an account at Twilio


@dataclass(frozen=True)
class Dialling:
    """`mode`: off, sandbox, sip or twilio; `carriers`: what rings, by name, the second for when the first is dead; none where
    nobody is rung. Times in seconds, `again` until a contact is rung anew."""

    mode: str
    carriers: Mapping[str, Line]
    lines: int
    rings: float
    keys: float
    again: timedelta
    bridges: int = 0
    bridge_trunk: Trunk | None = None  # how calls that people begin leave: by an agent of its own

    @property
    def trunks(self) -> dict[str, Trunk]:
        """Those of them that are trunks."""
        return {name: line for name, line in self.carriers.items() if isinstance(line, Trunk)}

    @property
    def accounts(self) -> dict[str, Account]:
        """Those of them that are accounts at Twilio."""
        return {name: line for name, line in self.carriers.items() if isinstance(line, Account)}


def chosen(config: Config) -> str:
    """off, sandbox, sip or twilio. Where none is set, practice systems use the sandbox, and in production people call."""
    if config.calls:
        if config.calls == "sip" and config.mode == "sandbox" and not config.sip_trunk:
            raise ConfigError("UPSTANDER_CALLS is sip: set UPSTANDER_SIP_TRUNK and UPSTANDER_SIP_NUMBER")
        return config.calls
    return "sandbox" if config.mode == "sandbox" else "off"


def kinds(config: Config) -> list[str]:
    """What rings: sip or twilio, and what stands in for it, of either kind; none where nobody is rung. Raises ConfigError."""
    mode = chosen(config)
    if mode not in ("sip", "twilio"):
        return []
    spare = mode == "sip" and bool(config.sip2_trunk)
    if spare and config.calls2 == "twilio":
        raise ConfigError("UPSTANDER_CALLS2 is twilio, and UPSTANDER_SIP2_TRUNK names a second trunk: leave one of the two away")
    second = config.calls2 or ("sip" if spare else "")
    return [mode, second] if second else [mode]


def dialling(config: Config) -> Dialling:
    """The settings of calls; raises ConfigError."""
    mode = chosen(config)
    if mode == "sandbox" and config.mode == "production":
        raise ConfigError("UPSTANDER_CALLS: sandbox rings nobody, and UPSTANDER_MODE is production. Set sip, twilio, or off")
    carriers = _carriers(config)
    bridge: Trunk | None = None
    for name, line in carriers.items():
        if isinstance(line, Trunk) and config.sip_bridges:
            carriers[name], bridge = beside(line, config.sip_bridges)
            break
    return Dialling(
        mode, carriers, config.sip_lines, config.calls_ring_seconds, config.calls_key_seconds,
        timedelta(seconds=config.calls_again_seconds), config.sip_bridges, bridge,
    )  # fmt: skip


def _carriers(config: Config) -> dict[str, Line]:
    """By name: of the first of a kind, and of the second."""
    found = kinds(config)
    if found == ["sip", "sip"]:
        return {"trunk": trunk(config), "trunk2": second(config)}
    if found == ["twilio", "twilio"]:
        return {"twilio_calls": account(config), "twilio_calls2": second_account(config)}
    read: dict[str, tuple[str, Callable[[Config], Line]]] = {"sip": ("sip", trunk), "twilio": ("twilio_calls", account)}
    return {read[kind][0]: read[kind][1](config) for kind in found}


def second(config: Config) -> Trunk:
    """The trunk for when the first is dead, with our number and address at the first where it has none of its own. Raises
    ConfigError."""
    return _as_second(config, "sip", ("sip_number", "sip_address"), trunk)


def second_account(config: Config) -> Account:
    """The account at Twilio for when the first is dead, with the first one's number where it has none of its own. Raises
    ConfigError."""
    return _as_second(config, "calls", ("calls_number",), account)


def _as_second(config: Config, begin: str, kept: tuple[str, ...], read: Callable[[Config], T]) -> T:
    own = as_second(config, begin)
    first = {name: getattr(own, name) or getattr(config, name) for name in kept}
    try:
        return read(own.model_copy(update=first))
    except ConfigError as error:
        raise ConfigError(str(error).replace(f"UPSTANDER_{begin.upper()}_", f"UPSTANDER_{begin.upper()}2_")) from None


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
        raise ConfigError(f"calls through Twilio also need: {', '.join(missing)}")
    if not _SID.fullmatch(config.calls_user):
        raise ConfigError("UPSTANDER_CALLS_USER: the account SID, AC and 32 digits and letters")
    try:
        number = e164(config.calls_number, config.calls_country)
    except CannotDial:
        raise ConfigError("UPSTANDER_CALLS_NUMBER: the number that who is called sees, as +12175550100") from None
    return Account(
        config.calls_user, config.calls_password, number, config.calls_url.rstrip("/"), config.came_in_at, config.calls_timeout
    )
