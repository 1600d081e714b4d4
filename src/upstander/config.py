"""Configuration: every environment variable that Upstander reads, with what it means. `upstander doctor` prints this list."""

from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
Process = Literal[
    "public", "desk", "school", "events", "relay", "worker", "sealer", "custody", "inbound", "router", "caller", "network",
    "admin",
]  # fmt: skip

_BUDGET = r"^(\s*[1-9]\d*/(s|day|month))*\s*$"


class ConfigError(Exception):
    """What is wrong with the environment, in words that say what to set."""


OFFSETS = {"public": 0, "desk": 1, "school": 2, "inbound": 3, "network": 4}  # from UPSTANDER_PORT


class Config(BaseSettings):
    """One field, one variable: `port` is read from UPSTANDER_PORT. Values are checked when the process starts."""

    model_config = SettingsConfigDict(env_prefix="UPSTANDER_", extra="ignore", env_ignore_empty=True)

    mode: Literal["sandbox", "production"] = Field(
        "sandbox", description="sandbox: nothing leaves the machine; production: carriers are real"
    )
    data: Path = Field(ROOT / "var", description="folder for the embedded database, keys, logs; 0700 parts inside")
    port: int = Field(8000, ge=1, le=65530, description="public pages and API; desk on +1, school on +2, network on +4")
    host: str = Field("127.0.0.1", description="address to listen on")
    inbound_host: str = Field("127.0.0.1", description="address on which what comes by carriers is taken (gateway, Twilio)")
    inbound_port: int = Field(0, ge=0, le=65535, description="port for what comes by carriers; 0: PORT+3")
    inbound_url: str = Field("", description="address by which carriers reach us; default inbound host and port")
    sms: Literal["", "off", "sandbox", "kannel", "twilio"] = Field(
        "", description="who carries text messages; empty: sandbox, off in production"
    )
    sms_number: str = Field("", description="our number for text messages, as +12175550100 or a short code")
    sms_url: str = Field("", description="kannel: address of its sendsms; twilio: of the API, empty for Twilio's own")
    sms_user: str = Field("", description="kannel: username of the sendsms-user; twilio: account SID")
    sms_password: str = Field("", description="kannel: password of the sendsms-user; twilio: auth token")
    sms_token: str = Field("", description="what Kannel shows when it brings a text; make it up, 22 characters")
    sms_media_hosts: str = Field(
        "mms.twiliocdn.com media.twiliocdn.com s3-external-1.amazonaws.com/media.twiliocdn.com",
        description="where Twilio sends on who fetches a picture of a text; nothing is fetched from elsewhere",
    )
    sms_status_url: str = Field("", description="kannel: address of its status with the password, asked for a line to a centre")
    sms2: Literal["", "kannel", "twilio"] = Field("", description="second carrier of text messages, for when the first is dead")
    sms2_number: str = Field("", description="our number at the second carrier; empty: the same one")
    sms2_url: str = Field("", description="as UPSTANDER_SMS_URL, of the second")
    sms2_user: str = Field("", description="as UPSTANDER_SMS_USER, of the second")
    sms2_password: str = Field("", description="as UPSTANDER_SMS_PASSWORD, of the second")
    sms2_token: str = Field("", description="as UPSTANDER_SMS_TOKEN, of the second")
    sms2_status_url: str = Field("", description="as UPSTANDER_SMS_STATUS_URL, of the second")
    sms_report_minutes: int = Field(
        10, ge=0, le=1440, description="minutes after which a Critical's text without a delivery report is said; 0: never"
    )
    sms_budget: str = Field("", pattern=_BUDGET, description="of the account that carries texts, as `1/s 2000/day 40000/month`")
    sms2_budget: str = Field("", pattern=_BUDGET, description="of the second one's account")
    sms_timeout: float = Field(10.0, gt=0, description="seconds to wait for the carrier of text messages")
    sms_per_minute: int = Field(600, ge=1, description="most text messages a minute through this carrier")
    sms_per_address_per_minute: int = Field(10, ge=1, description="most texts a minute to one number (Criticals excepted)")
    process: Process = Field("admin", description="which process this is; set by the supervisor or the service unit")
    dsn: str = Field("", description="this process's own database address (postgresql://login:password@host/db)")
    keys: Path | None = Field(None, description="this process's own key file; default DATA/keys/PROCESS.json")
    pack: Path = Field(ROOT / "packs" / "illinois", description="folder of the jurisdiction pack")
    public_url: str = Field("", description="address of the public origin; default http://localhost:PORT")
    desk_url: str = Field("", description="address of the desk origin; default http://localhost:PORT+1")
    school_url: str = Field("", description="address of the school origin; default http://localhost:PORT+2")
    network: bool = Field(True, description="false: no network of members; its pages are not served")
    network_url: str = Field("", description="address of the network origin; default http://localhost:PORT+4")
    https: bool = Field(False, description="true behind TLS: secure cookies and HSTS")
    web_workers: int = Field(2, ge=1, le=64, description="worker processes of the public origin")
    staff_workers: int = Field(1, ge=1, le=64, description="worker processes of the desk, the school and the network origin")
    threads: int = Field(8, ge=1, le=128, description="threads (and pooled database connections) of a worker process")
    body_limit: int = Field(65536, ge=1024, description="largest text form, bytes")
    agency_per_minute: int = Field(60, ge=1, description="most requests a minute with one agency's token")
    voicemail_to: str = Field("", description="address to which the telephone system mails what its voicemail box recorded")
    voicemail_from: str = Field("", description="address from which it does; a sound in a mail of either is a voicemail")
    voicemail_minutes: int = Field(10, ge=1, le=1440, description="minutes after which a voicemail without its words is red")
    upload_room_mb: int = Field(20_000, ge=10, description="megabytes of files that wait for their report; more are refused")
    network_file_mb: int = Field(60, ge=2, le=500, description="megabytes of one file that the network takes")
    body_deadline: float = Field(20.0, gt=0, description="seconds in which a whole request body must have arrived")
    smtp_host: str = Field("", description="mail server; empty: the sandbox carrier (sandbox mode only)")
    smtp_port: int = Field(25, ge=1, le=65535, description="port of the mail server")
    smtp_user: str = Field("", description="login at the mail server")
    smtp_password: str = Field("", description="password at the mail server")
    smtp_tls: Literal["none", "starttls", "tls"] = Field("none", description="how the line to the mail server is protected")
    smtp_timeout: float = Field(10.0, gt=0, description="seconds to wait for the mail server")
    smtp_connections: int = Field(4, ge=1, le=64, description="connections held open to the mail server")
    smtp2_host: str = Field("", description="second mail server, for when the first is dead; empty: none")
    smtp2_port: int = Field(25, ge=1, le=65535, description="port of the second mail server")
    smtp2_user: str = Field("", description="login at the second mail server")
    smtp2_password: str = Field("", description="password at the second mail server")
    smtp2_tls: Literal["none", "starttls", "tls"] = Field("none", description="how the line to the second is protected")
    smtp_budget: str = Field("", pattern=_BUDGET, description="of the mail server's account, as `10/s 20000/day 500000/month`")
    smtp2_budget: str = Field("", pattern=_BUDGET, description="of the account at the second mail server")
    smtp_per_minute: int = Field(6000, ge=1, description="most mails a minute through this carrier")
    smtp_per_address_per_minute: int = Field(30, ge=1, description="most mails a minute to one address (Criticals excepted)")
    mail_from: str = Field("tips@upstander.example", description="sender of the programme's mail")
    mail_to: str = Field("", description="address to which people write their tips; empty: UPSTANDER_MAIL_FROM")
    mail_bounces: bool = Field(True, description="where mail comes in, each mail has a sender of its own on the envelope (+)")
    mail_in: Literal["off", "smtp", "lmtp"] = Field("off", description="take mail from the mail server before us, and how")
    mail_in_host: str = Field("127.0.0.1", description="address on which mail is taken; never one that strangers reach")
    mail_in_port: int = Field(2525, ge=1, le=65535, description="port on which mail is taken")
    mail_in_megabytes: int = Field(36, ge=1, le=60, description="largest mail as it travels; 36 hold 25 MB of files")
    mail_checked_by: str = Field("", description="name (authserv-id) of the server whose Authentication-Results are believed")
    imap_host: str = Field("", description="server of a mailbox that is looked into for tips; empty: none")
    imap_port: int = Field(993, ge=1, le=65535, description="port of the mailbox's server")
    imap_tls: Literal["tls", "starttls", "none"] = Field("tls", description="how the line to the mailbox is protected")
    imap_ca: str = Field("", description="file of the authority that signed the mailbox's server; empty: the system's")
    imap_user: str = Field("", description="login at the mailbox")
    imap_password: str = Field("", description="password at the mailbox")
    imap_folder: str = Field("INBOX", description="folder of the mailbox")
    imap_delete: bool = Field(True, description="remove a mail from the mailbox when it is kept here; false: mark it as seen")
    imap_seconds: float = Field(15.0, gt=0, le=3600, description="seconds between two looks into the mailbox")
    calls: Literal["", "off", "sandbox", "sip", "twilio"] = Field(
        "", description="who rings contacts: sip (a trunk), twilio, sandbox, or off: people; empty: sandbox, off in production"
    )
    on_call_number: str = Field("", description="the program's duty telephone, told when nobody confirms a Critical; empty: none")
    calls2: Literal["", "sip", "twilio"] = Field("", description="who rings while the first is dead: sip, twilio; empty: nobody")
    calls_user: str = Field("", description="twilio: account SID")
    calls_password: str = Field("", description="twilio: auth token")
    calls_number: str = Field("", description="twilio: the number that who is called sees, as +12175550100")
    calls_url: str = Field("", description="twilio: address of the API, empty for Twilio's own")
    calls_budget: str = Field("", pattern=_BUDGET, description="of the account at Twilio, calls as `1/s 2000/day`")
    calls2_user: str = Field("", description="twilio beside a first account: SID of the second")
    calls2_password: str = Field("", description="auth token of the second account")
    calls2_number: str = Field("", description="the number that who is called by it sees; empty: the same one")
    calls2_url: str = Field("", description="address of the API for the second account, empty for Twilio's own")
    calls2_budget: str = Field("", pattern=_BUDGET, description="of the second account at Twilio")
    calls_timeout: float = Field(10.0, gt=0, description="seconds to wait for Twilio when a call is asked for")
    calls_country: str = Field("1", pattern=r"^[1-9]\d{0,2}$", description="calling code of numbers that are written without one")
    calls_ring_seconds: float = Field(40.0, gt=0, le=120, description="seconds that a contact's telephone rings")
    calls_key_seconds: float = Field(15.0, gt=0, le=60, description="seconds for the keys, after what is said three times")
    calls_again_seconds: float = Field(60.0, gt=0, description="seconds until a contact is rung again whose numbers were tried")
    sip_trunk: str = Field("", description="the telephone provider's SIP address, as sip.provider.example or 192.0.2.1:5060")
    sip_number: str = Field("", description="the number that who is called sees, as +12175550100")
    sip_domain: str = Field("", description="the name behind the @ of numbers; empty: the trunk's")
    sip_user: str = Field("", description="login at the trunk, where it asks for one")
    sip_password: str = Field("", description="password at the trunk")
    sip_register: bool = Field(False, description="true: register at the trunk, where it knows us by that")
    sip_transport: Literal["udp", "tcp"] = Field("udp", description="how the trunk is spoken to")
    sip_address: str = Field("127.0.0.1", description="this machine's own address toward the trunk")
    sip_listen: int = Field(5500, ge=1024, le=65534, description="port of our end (UDP and TCP); the next one is taken too")
    sip_rtp_ports: str = Field("25000-25900", description="UDP ports for sound")
    sip_bridges: int = Field(4, ge=0, le=30, description="calls at once that people at the desk begin by a press; 0: none")
    sip_budget: str = Field("", pattern=_BUDGET, description="of the account at the trunk, calls as `2/s 2000/day`")
    sip2_budget: str = Field("", pattern=_BUDGET, description="of the account at the second trunk")
    sip2_trunk: str = Field("", description="SIP address of a second trunk, for when the first is dead; empty: none")
    sip2_number: str = Field("", description="the number that who is called by it sees; empty: the same one")
    sip2_domain: str = Field("", description="as UPSTANDER_SIP_DOMAIN, of the second trunk")
    sip2_user: str = Field("", description="login at the second trunk, where it asks for one")
    sip2_password: str = Field("", description="password at the second trunk")
    sip2_register: bool = Field(False, description="true: register at the second trunk")
    sip2_transport: Literal["udp", "tcp"] = Field("udp", description="how the second trunk is spoken to")
    sip2_address: str = Field("", description="this machine's own address toward the second trunk; empty: the same one")
    sip2_listen: int = Field(5520, ge=1024, le=65534, description="port of our end toward it; the next one is taken too")
    sip2_rtp_ports: str = Field("26000-26900", description="UDP ports for sound of the second trunk")
    sip_lines: int = Field(30, ge=1, le=120, description="calls at once")
    push: Literal["", "off", "sandbox", "webpush"] = Field(
        "", description="who tells phones that there is news; empty: sandbox, in production the browsers' own services (webpush)"
    )
    push_services: str = Field(
        "fcm.googleapis.com *.push.services.mozilla.com *.push.apple.com *.notify.windows.com",
        description="hosts of the browsers' push services to which we speak, and to no other; * stands for one or more names",
    )
    webhooks: Literal["", "off", "sandbox", "https"] = Field(
        "", description="notices to the systems of organizations that named one; empty: sandbox, https in production"
    )
    outward_timeout: float = Field(10.0, gt=0, description="seconds to wait for a push service, or for an organization's system")
    outward_networks: str = Field(
        "", description="networks that are not public to which webhooks and pushes may go all the same, as 10.1.0.0/16"
    )
    outward_ca: str = Field("", description="file of an authority that signed a certificate there, beside the known ones")
    link_check_days: int = Field(
        0, ge=0, le=365, description="days between two looks whether an address of the library still answers; 0: nobody looks"
    )
    audit_heads: Path | None = Field(None, description="file on another machine that receives every audit head")
    call_sheet: Path | None = Field(None, description="folder for the call sheet, where it survives us; default DATA/call-sheet")
    deadman_url: str = Field("", description="address pinged every 30 s while all is well (an outside dead-man's switch)")
    metrics_token: str = Field("", description="what a monitor shows to read the desk's /metrics; empty: there is none")
    pg_bin: Path | None = Field(None, description="folder of PostgreSQL binaries to use instead of the wheel's")
    pg_user: str = Field("", description="system user for the embedded database when started as root")
    clock_file: Path | None = Field(None, description="tests only: file with the clock's offset in seconds")

    @field_validator("outward_networks")
    @classmethod
    def _networks(cls, written: str) -> str:
        for one in written.replace(",", " ").split():
            ip_network(one)
        return written

    @field_validator("imap_tls")
    @classmethod
    def _no_password_in_clear(cls, how: str, info: ValidationInfo) -> str:
        if how == "none" and info.data.get("imap_host", "") not in ("", "localhost", "127.0.0.1", "::1"):
            raise ValueError("'none' would send the mailbox's password in clear: set tls or starttls (off this machine)")
        return how

    @property
    def key_file(self) -> Path:
        return self.keys or self.data / "keys" / f"{self.process}.json"

    @property
    def form_limit(self) -> int:
        """The largest form of this process, bytes: a newsletter is longer than any report, a school's plan is a file."""
        return max(self.body_limit, {"network": 1_500_000, "school": 6_000_000}.get(self.process, 0))

    @property
    def reaches_out(self) -> bool:
        """Whether anything leaves this machine: a practice system may have real carriers, too."""
        named = (self.sms, self.calls, self.push, self.webhooks)
        return bool(self.smtp_host) or any(one not in ("", "off", "sandbox") for one in named)

    @property
    def came_in_at(self) -> str:
        """The address by which carriers reach the end-point, without a slash at the end."""
        return (self.inbound_url or f"http://{self.inbound_host}:{self.inbound_port or self.port + 3}").rstrip("/")

    def origin(self, process: str) -> str:
        """The address of one of the origins: `public`, `desk`, `school` or `network`."""
        named = {"public": self.public_url, "desk": self.desk_url, "school": self.school_url, "network": self.network_url}
        chosen = named[process]
        return (chosen or f"http://localhost:{self.port + OFFSETS[process]}").rstrip("/")


@lru_cache(maxsize=1)
def config() -> Config:
    """The checked configuration; raises ConfigError with one line a variable that is wrong."""
    try:
        return Config()
    except ValidationError as error:
        lines = [f"UPSTANDER_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise ConfigError("The configuration is not right:\n  " + "\n  ".join(lines)) from None


def described() -> list[tuple[str, str, str]]:
    """Every variable as (name, default, meaning), for `doctor` and the documentation."""
    rows = [("DATABASE_URL", "", "an own PostgreSQL 15+ (a login that may create roles); empty: the embedded one")]
    for name, field in Config.model_fields.items():
        default = str(field.default).replace(str(ROOT), ".")
        rows.append((f"UPSTANDER_{name.upper()}", "" if default == "None" else default, field.description or ""))
    return rows
