"""The embedded server's configuration, written anew at every start; `local.conf` is the operator's."""

import os
import shutil
from pathlib import Path

# `log_min_messages = log`: errors of statements are not written, for they may quote what somebody typed.
_SETTINGS = """# Written by Upstander at every start. Your own settings go into ../local.conf.
listen_addresses = ''
port = 5432
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = 200
shared_buffers = 128MB
max_wal_size = 2GB
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u '
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = none
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_autovacuum_min_duration = -1
log_checkpoints = off
"""
_UNSAFE = """fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
"""

HBA = "local all all scram-sha-256\n"
LOCAL = "# Your own PostgreSQL settings. They win over Upstander's.\n"


def settings(socket: Path, local: str, *, unsafe_fast: bool) -> str:
    """The text of postgresql.conf for a server that listens in the folder `socket`; `local` comes last."""
    name = str(socket).replace("'", "''").replace('"', '""')
    text = _SETTINGS.format(socket=f'"{name}"') + (_UNSAFE if unsafe_fast else "")
    if not (os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 2**23):  # noqa: S108
        text += "dynamic_shared_memory_type = mmap\n"
    return f"{text}\n{local}"
