"""The program that checks ledgers and certificates without gallra, to be handed out."""

import os
from importlib import resources


def program() -> str:
    """Return the text of ``verify-ledger``, as it was installed or lies in the checkout."""
    packaged = resources.files("gallra.report") / "verify_ledger.txt"
    if packaged.is_file():
        return packaged.read_text("utf-8")
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(__file__))))
    with open(os.path.join(root, "scripts", "verify-ledger"), encoding="utf-8") as file:
        return file.read()
