"""The typesetter in a process of its own: what it read is gone with it (decision 124).

    python -I -m upstander.web.typeset < {"source": ..., "at": seconds, "document": {...}} > PDF

In the process that asks, the typesetter would keep what it set, words and all, until ten more documents were set: call sheets of
a hundred Criticals held 500 MB. Its panic ends nobody else either.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import typst


def main() -> None:
    """Set the document on standard input; ends with 1, and without a word that may quote it, where that cannot be done."""
    asked = json.load(sys.stdin.buffer)
    source = Path(asked["source"])
    try:
        made = typst.compile(
            str(source), root=str(source.parent), sys_inputs={"document": json.dumps(asked["document"])}, format="pdf",
            pdf_standards=["ua-1"], ignore_system_fonts=True, timestamp=datetime.fromtimestamp(asked["at"], UTC),
        )  # fmt: skip
    except BaseException:  # noqa: BLE001 - a panic of the typesetter is none of Exception's
        sys.exit(1)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
