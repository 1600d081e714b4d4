"""Making the key files, once: master key pairs, secrets, and who gets which (decisions 1 and 2)."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Any

from Crypto.Protocol.SecretSharing import Shamir
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from upstander import clock
from upstander.vault.vapid import public_point

AUDIENCES = ("desk", "relay", "school", "custodian", "evidence")
PROCESSES = (
    "public", "desk", "school", "events", "relay", "worker", "sealer", "custody", "inbound", "router", "caller", "network",
    "admin",
)  # fmt: skip

# Which private halves and which secrets a process holds; `mac` and `django` each process has of its own.
PRIVATE: dict[str, tuple[str, ...]] = {
    "desk": ("desk",),
    "worker": ("desk",),
    "school": ("school",),
    "relay": ("relay",),
    "router": ("relay",),
    "custody": ("evidence",),  # and nobody else: what is suspected opens in no process that has a page
}
SECRETS: dict[str, tuple[str, ...]] = {
    "public": ("receipt", "pepper", "draft", "vapid_public"),
    # it writes down what is told by telephone, and makes those receipts with a secret of its own (decision 115)
    "desk": ("token", "ticket", "totp", "told", "pepper", "bridge", "reach", "draft"),
    "school": ("link", "totp", "vapid_public"),
    "network": ("totp", "vapid_public", "exchange", "partners", "kept"),  # sealed under the last two: talks, kept searches
    "events": ("ticket",),
    "relay": ("link", "smtp", "peer", "vapid", "reach", "kept"),  # `kept`: searches that members keep
    "worker": ("token",),
    "sealer": ("sign",),
    "inbound": ("arrival",),
    "router": ("arrival", "peer", "receipt", "pepper", "reach"),
    "caller": ("bridge", "reach"),  # whom people at the desk want to speak to
}
# What a process held in a version of before and holds no more.
NO_MORE: dict[str, tuple[str, ...]] = {"desk": ("receipt",)}
_OWN = ("mac", "django")  # of these each process has its own
CUSTODIANS, NEEDED = 3, 2
_LATER = ("inbound", "router", "caller", "network")  # not known to the first versions


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _write(path: Path, content: dict[str, Any]) -> None:
    """Write `content` so that it is there whole or not at all, readable by its owner only."""
    spare = path.with_suffix(".new")
    with os.fdopen(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    spare.replace(path)


def _custodians(private: bytes) -> list[dict[str, Any]]:
    """The custodians' private key in CUSTODIANS shares of which any NEEDED restore it (Shamir, both 16-byte halves)."""
    halves = [Shamir.split(NEEDED, CUSTODIANS, private[i : i + 16]) for i in (0, 16)]
    return [{"share": i + 1, "halves": [_b64(half[i][1]) for half in halves]} for i in range(CUSTODIANS)]


def restore(shares: list[dict[str, Any]]) -> bytes:
    """The custodians' private key from at least NEEDED of its shares."""
    b = base64.b64decode
    return b"".join(Shamir.combine([(s["share"], b(s["halves"][i])) for s in shares]) for i in (0, 1))


def create(folder: Path, *, sandbox: bool) -> bool:
    """Make every key file in `folder` unless they are there; True where it made them.

    In the sandbox the `admin` file holds everything (the demo plays all parts); in production it holds the audit's keys
    and public halves only. The custodians' shares are written beside, to be handed out and removed.
    """
    done = folder / "complete.json"
    if done.exists():
        _add_evidence(folder, sandbox=sandbox)
        _add_later(folder, sandbox=sandbox)
        _add_secrets(folder)
        return False
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    version = int(clock.now().strftime("%Y%m%d"))
    pairs = {audience: X25519PrivateKey.generate() for audience in AUDIENCES}
    public = {a: (version, _b64(k.public_key().public_bytes_raw())) for a, k in pairs.items()}
    private = {a: {str(version): _b64(k.private_bytes_raw())} for a, k in pairs.items()}
    sign = Ed25519PrivateKey.generate()
    shared = {n: _b64(secrets.token_bytes(32)) for names in SECRETS.values() for n in names}
    shared["sign"] = _b64(sign.private_bytes_raw())
    del shared["vapid_public"]
    shared = _with_vapid(shared)
    macs = {p: _b64(secrets.token_bytes(32)) for p in PROCESSES}
    for process in PROCESSES:
        own = {n: shared[n] for n in SECRETS.get(process, ())}
        own |= {"mac": macs[process], "django": _b64(secrets.token_bytes(32))}
        held = PRIVATE.get(process, ())
        if process == "admin":
            own |= {f"mac.{p}": m for p, m in macs.items()}
            own["verify"] = _b64(sign.public_key().public_bytes_raw())
            if sandbox:
                own, held = shared | own, ("desk", "school", "relay", "evidence")
        content = {
            "process": process,
            "public": public,
            "private": {a: private[a] for a in held},
            "secrets": own,
        }
        _write(folder / f"{process}.json", content)
    for share in _custodians(pairs["custodian"].private_bytes_raw()):
        _write(folder / f"custodian-share-{share['share']}.json", share)
    _write(done, {"made": clock.now().isoformat(), "version": version})
    return True


def _add_evidence(folder: Path, *, sandbox: bool) -> None:
    """Give key files of a version that knew no evidence its key pair, its process and that process's MAC, once.

    Only where all files still lie together; where they were handed out, `upstander doctor` says what is missing.
    """
    files = {p: folder / f"{p}.json" for p in PROCESSES if p != "custody"}
    files = {p: path for p, path in files.items() if p not in _LATER or path.exists()}
    if not all(path.exists() for path in files.values()):
        return
    held = {process: json.loads(path.read_text()) for process, path in files.items()}
    if "evidence" in held["public"]["public"]:
        return
    version, pair = int(clock.now().strftime("%Y%m%d")), X25519PrivateKey.generate()
    public = [version, _b64(pair.public_key().public_bytes_raw())]
    private = {str(version): _b64(pair.private_bytes_raw())}
    mac = _b64(secrets.token_bytes(32))
    own = {"mac": mac, "django": _b64(secrets.token_bytes(32))}
    everybody = held["public"]["public"] | {"evidence": public}
    _write(
        folder / "custody.json",
        {"process": "custody", "public": everybody, "private": {"evidence": private}, "secrets": own},
    )
    held["admin"]["secrets"]["mac.custody"] = mac
    if sandbox:
        held["admin"]["private"]["evidence"] = private
    for process in sorted(files, key=lambda name: name == "public"):  # the one that is asked above comes last
        held[process]["public"]["evidence"] = public
        _write(files[process], held[process])


def too_much(path: Path) -> list[str]:
    """The secrets in a key file that its process has no use for any more; none where it cannot be read."""
    try:
        content = json.loads(path.read_text())
        return [name for name in NO_MORE.get(content["process"], ()) if name in content["secrets"]]
    except (OSError, ValueError, KeyError, TypeError):  # `share` and `complete` files are other things
        return []


def _with_vapid(secrets_: dict[str, str]) -> dict[str, str]:
    """These secrets, with the one by which push services know us where it was not among them, and its public half."""
    secret = secrets_.get("vapid") or _b64(secrets.token_bytes(32))
    return secrets_ | {"vapid": secret, "vapid_public": _b64(public_point(base64.b64decode(secret)))}


def _add_secrets(folder: Path) -> None:
    """Give a process the secrets that its version newly has, alone or with others, and take from it what it has no more. Only
    where all files still lie together."""
    files = {p: folder / f"{p}.json" for p in PROCESSES}
    if not all(path.exists() for path in files.values()):
        return
    held = {process: json.loads(path.read_text()) for process, path in files.items()}
    known = _with_vapid(_known(held))
    for name in ("bridge", "told", "reach", "exchange", "partners", "kept"):  # (of which a version of before had none)
        known.setdefault(name, _b64(secrets.token_bytes(32)))
    for process, names in SECRETS.items():
        its = held[process]["secrets"]
        missing = [name for name in names if name not in its and name in known]
        over = [name for name in NO_MORE.get(process, ()) if name in its]
        if missing or over:
            held[process]["secrets"] = {n: v for n, v in its.items() if n not in over} | {n: known[n] for n in missing}
            _write(files[process], held[process])


def _add_later(folder: Path, *, sandbox: bool) -> None:
    """Give key files of a version that knew fewer processes those that it lacks (_LATER), and the relay its mark, once.

    Only where all files still lie together; where they were handed out, `upstander doctor` says what is missing.
    """
    files = {p: folder / f"{p}.json" for p in PROCESSES}
    missing = [p for p in _LATER if not files[p].exists()]
    there = {p: path for p, path in files.items() if p not in missing}
    if not missing or not all(path.exists() for path in there.values()):
        return
    held = {process: json.loads(path.read_text()) for process, path in there.items()}
    secret = _known(held)
    for name in ("arrival", "peer", "bridge", "reach"):
        secret.setdefault(name, _b64(secrets.token_bytes(32)))
    for process, name in (("relay", "peer"), *((("admin", "arrival"), ("admin", "peer")) if sandbox else ())):
        held[process]["secrets"][name] = secret[name]
    for process in missing:
        own = {n: secret[n] for n in SECRETS.get(process, ()) if n in secret}  # (`_add_secrets` makes the others)
        own |= {"mac": _b64(secrets.token_bytes(32)), "django": _b64(secrets.token_bytes(32))}
        held["admin"]["secrets"][f"mac.{process}"] = own["mac"]
        held[process] = {
            "process": process,
            "public": held["public"]["public"],
            "private": {"relay": held["relay"]["private"]["relay"]} if process == "router" else {},
            "secrets": own,
        }
    for process in ("relay", "admin", *missing):  # what is asked for above comes last
        _write(files[process], held[process])


def _known(held: dict[str, Any]) -> dict[str, str]:
    """The secrets that processes share, as their files hold them."""
    return {name: value for one in held.values() for name, value in one["secrets"].items() if name not in _OWN}
