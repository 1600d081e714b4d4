"""Whether contacts can be rung: the programs, the languages, and the trunk itself. For `upstander doctor`."""

import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from upstander.config import Config, ConfigError
from upstander.delivery.caller.settings import Dialling, dialling
from upstander.delivery.telephone import agent
from upstander.delivery.telephone.agent import Trunk
from upstander.delivery.telephone.sounds import CannotSpeak, Sounds
from upstander.delivery.twilio.checks import checks as by_twilio

Found = tuple[Literal["ok", "warn", "fail"], str]
WAIT = 3.0  # seconds for the trunk's answer
_INSTALL = "apt-get install --no-install-recommends baresip-core espeak-ng sox"


def checks(config: Config, languages: Iterable[str]) -> Iterator[Found]:
    """What is found, each as a grade and words; `languages` are those in which contacts are spoken to."""
    try:
        how = dialling(config)
    except ConfigError as error:
        yield "fail", str(error)
        return
    if not how.carriers:
        if how.mode == "sandbox":
            yield "ok", "sandbox: nobody is rung"
        else:
            yield "warn", "no contact is rung by itself, people call them: set UPSTANDER_CALLS to sip or twilio"
        return
    languages = list(languages)
    if how.trunks:
        yield from _programs()
        yield from _languages(languages)
        yield _bridges(how)
    for line in how.carriers.values():
        if isinstance(line, Trunk):
            yield _own_end(line)
            yield answers(line)
        else:
            yield from by_twilio(line, languages)
    if len(how.carriers) == 1 and config.mode == "production":
        yield "warn", "one carrier of calls: while it is dead nobody is rung. UPSTANDER_CALLS2 names a second"


def _programs() -> Iterator[Found]:
    missing = [p for p in (agent.PROGRAM, "espeak-ng", "sox") if shutil.which(p) is None]
    if missing:
        yield "fail", f"not installed: {', '.join(missing)} ({_INSTALL})"
    elif agent.modules() is None:
        yield "fail", f"baresip lacks a module of {', '.join(agent.MODULES)} ({_INSTALL})"
    else:
        yield "ok", "baresip, espeak-ng and sox are there"


def _languages(languages: Iterable[str]) -> Iterator[Found]:
    with tempfile.TemporaryDirectory() as folder:
        sounds, mute = Sounds(Path(folder) / "sounds"), []
        for language in languages:
            try:
                sounds.once("1, 2, 3.", language)
            except CannotSpeak:
                mute.append(language)
    yield ("fail", f"cannot be spoken: {', '.join(mute)}") if mute else ("ok", "every language of the pack is spoken")


def _own_end(trunk: Trunk) -> Found:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((trunk.address, 0))
        except OSError:
            return "fail", f"UPSTANDER_SIP_ADDRESS: {trunk.address} is no address of this machine"
    loop = trunk.address.startswith("127.") and not trunk.host.startswith("127.")
    if loop and trunk.host != "localhost":
        return "fail", "UPSTANDER_SIP_ADDRESS: the trunk cannot reach 127.0.0.1; set this machine's address toward it"
    return "ok", (
        f"our end is {trunk.address}, port {trunk.listen}, sound on {trunk.rtp}: let the firewall admit the trunk alone. The"
        " agent's control line on 127.0.0.1 has no password: run the caller as a user of its own, see the page Telephone"
    )


def _bridges(how: Dialling) -> Found:
    """Whether people's own calls can be put through: their agent has two ports of its own."""
    trunk = how.bridge_trunk
    if trunk is None:
        return "ok", "UPSTANDER_SIP_BRIDGES is 0: people at the desk dial by hand"
    busy = ", ".join(map(str, agent.taken(trunk)))
    said = f"up to {how.bridges} people at once are put through when they press Call: our end is ports {trunk.listen} and"
    said += f" {trunk.listen + 1}, sound on {trunk.rtp}"
    return "ok", f"{said} (taken at present, by the running caller if all is well: {busy})" if busy else said


def answers(trunk: Trunk) -> Found:
    """Whether the trunk answers OPTIONS: any answer says that it is there."""
    where = f"{trunk.host}:{trunk.port} ({trunk.transport})"
    try:
        status = asked(trunk)
    except ValueError:
        return "fail", f"what answers at {where} is no SIP"
    except OSError as error:
        return "fail", f"the trunk {where} does not answer: {type(error).__name__}"
    return "ok", f"the trunk {where} answers: {status}"


def asked(trunk: Trunk, wait: float = WAIT) -> int:
    """What the trunk answers to OPTIONS (RFC 3261, 11) within `wait` seconds: nobody is rung. Raises OSError, and ValueError for
    what is no SIP."""
    kind = socket.SOCK_DGRAM if trunk.transport == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as line:
        line.settimeout(wait)
        line.connect((trunk.host, trunk.port))
        line.sendall(_options(trunk, *line.getsockname()))
        said = line.recv(2048).decode(errors="replace")
    if not said.startswith("SIP/2.0 "):
        raise ValueError("no SIP")
    return int(said[8:11])


def _options(trunk: Trunk, address: str, port: int) -> bytes:
    mark = secrets.token_hex(8)
    return (
        f"OPTIONS sip:{trunk.realm} SIP/2.0\r\n"
        f"Via: SIP/2.0/{trunk.transport.upper()} {address}:{port};rport;branch=z9hG4bK{mark}\r\n"
        f"Max-Forwards: 70\r\nFrom: <sip:{trunk.number}@{trunk.realm}>;tag={mark}\r\nTo: <sip:{trunk.realm}>\r\n"
        f"Call-ID: {mark}\r\nCSeq: 1 OPTIONS\r\nContact: <sip:{trunk.number}@{address}:{port}>\r\nContent-Length: 0\r\n\r\n"
    ).encode()
