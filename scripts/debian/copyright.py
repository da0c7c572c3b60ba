"""Prints the package's copyright file: gallra's own licence and those of the wheels beside it."""

import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

OWN = """\
gallra is licensed under the Apache License, version 2.0. On Debian systems its text is
/usr/share/common-licenses/Apache-2.0.

Copyright: the authors of gallra

The folder /usr/lib/gallra/venv also holds the wheels listed here, unchanged, as their authors
published them. Each lies there with its copyright notices and licence texts, and those of the
libraries that are compiled into it, in the files named below. The whole texts of the Apache,
LGPL, GPL and MPL licences are in /usr/share/common-licenses as well.
"""
MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
INSTALLED = "/usr/lib/gallra/venv"
LICENCE_WORDS = ("licen", "copying", "notice", "authors")


def licence_of(wheel: Distribution) -> str:
    """Return the licence's name, from whichever of the three fields gives one."""
    named = wheel.metadata.get("License-Expression") or wheel.metadata.get("License") or ""
    first = named.strip().partition("\n")[0]
    if first:
        return first
    said = [
        each.rpartition(" :: ")[2]
        for each in wheel.metadata.get_all("Classifier") or ()
        if each.startswith("License ::")
    ]
    return ", ".join(said) or "see the files"


def licence_files(wheel: Distribution, venv: Path) -> list[str]:
    """Return the paths, once installed, of the wheel's licence texts, sorted."""
    found = []
    for file in wheel.files or ():
        if file.suffix in {".py", ".pyc"} or ".." in file.parts:
            continue
        if any(word in str(file).lower() for word in LICENCE_WORDS):
            path = Path(str(file.locate()))
            if path.is_file():
                found.append(f"{INSTALLED}/{path.relative_to(venv)}")
    return sorted(found)


def main() -> int:
    """Print it for the environment in the folder that is given."""
    venv = Path(sys.argv[1]).absolute()
    (site,) = venv.glob("lib/python3*/site-packages")
    print(OWN)
    lacking = []
    for wheel in sorted(distributions(path=[str(site)]), key=lambda each: each.name.lower()):
        files = licence_files(wheel, venv)
        print(f"{wheel.name} {wheel.version}\n  Licence: {licence_of(wheel)}")
        for path in files:
            print(f"  {path}")
        if not files:
            lacking.append(wheel.name)
            author = (
                wheel.metadata.get("Author") or wheel.metadata.get("Author-email") or "its authors"
            )
            print(f"  Copyright: {author}")
        print()
    if lacking:
        print(f"Without a licence text of its own, under the MIT licence: {', '.join(lacking)}.\n")
        print(MIT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
