"""A real mailbox: Debian's Dovecot, with TLS, under a certificate of its own; started once for the tests that need it."""

import grp
import imaplib
import ipaddress
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.eventually import eventually
from upstander import clock

DOVECOT = shutil.which("dovecot", path=f"/usr/sbin:{os.environ.get('PATH', '')}")
USER, PASSWORD = "tips", "fictional"

_CONF = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
auth_failure_delay = 0
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
mail_uid = {user}
mail_gid = {group}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
"""


class Mailbox:
    """The test's side: starts, stops, puts mails in, and looks at their flags."""

    def __init__(self) -> None:
        self.folder = folder = Path(tempfile.mkdtemp(prefix="upstander-mailbox-"))
        folder.chmod(0o755)  # its parts run as other users than ours
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.ca = folder / "cert.pem"
        _certificate(folder)
        (folder / "dovecot.conf").write_text(
            _CONF.format(folder=folder, password=PASSWORD, port=self.port, **_users())
        )
        (folder / "mail").mkdir(mode=0o777)
        (folder / "mail").chmod(0o777)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Listen; returns when somebody can sign in."""
        assert DOVECOT
        command = [DOVECOT, "-F", "-c", str(self.folder / "dovecot.conf")]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        eventually(self._listens)

    def stop(self) -> None:
        """End it, with its mails."""
        if self._process:
            self._process.terminate()
            self._process.wait(20)
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def line(self) -> imaplib.IMAP4_SSL:
        """Somebody signed in, with the folder open."""
        context = ssl.create_default_context(cafile=str(self.ca))
        line = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context, timeout=10)
        line.login(USER, PASSWORD)
        line.select("INBOX")
        return line

    def put(self, raw: bytes) -> None:
        """A mail arrives in the box."""
        line = self.line()
        assert line.append("INBOX", "", imaplib.Time2Internaldate(clock.now()), raw)[0] == "OK"
        line.logout()

    def empty(self) -> None:
        """Throw all mails away."""
        line = self.line()
        for number in line.search(None, "ALL")[1][0].split():
            line.store(number, "+FLAGS", r"(\Deleted)")
        line.expunge()
        line.logout()

    def unseen(self) -> int:
        """How many are unseen."""
        line = self.line()
        count = len(line.search(None, "UNSEEN")[1][0].split())
        line.logout()
        return count

    def _listens(self) -> bool:
        try:
            self.line().logout()
        except (OSError, imaplib.IMAP4.error):
            return False
        return True


def _users() -> dict[str, str]:
    """Whom its parts run as. It wants users of its own where it was started by root, and else has only ours."""
    if os.geteuid() == 0:
        return {
            "user": "dovecot",
            "group": "dovecot",
            "internal": "dovecot",
            "internal_group": "dovecot",
            "login": "dovenull",
        }
    user, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
    return {"user": user, "group": group, "internal": user, "internal_group": group, "login": user}


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = clock.now()
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*plain))
