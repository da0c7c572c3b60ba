"""Which Python the scripts of the names model run in: the one whose packages are locked."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def use_locked() -> None:
    """Go on in ``.venv``, where ``scripts/setup`` put numpy: another numpy, other roundings.

    Raises:
        SystemExit: There is no ``.venv``.
    """
    folder = ROOT / ".venv"
    if Path(sys.prefix).resolve() == folder.resolve():
        return
    python = folder / "bin" / "python"
    if not python.exists():
        raise SystemExit(f"{Path(sys.argv[0]).name}: run scripts/setup first")
    os.execv(python, [str(python), *sys.argv])  # noqa: S606 - the same script, no shell
