"""The lists of Norwegian and Swedish words, out of what Tesseract knows of the languages."""

import shutil
import subprocess
import tempfile
from pathlib import Path

LANGUAGES = ("nor", "swe")
_TESSDATA = Path("/usr/share/tesseract-ocr")
_WANTED = "install the Debian packages tesseract-ocr, tesseract-ocr-nor and tesseract-ocr-swe"


def word_lists(folder: Path | None = None) -> dict[str, list[str]]:
    """Return the words of each language, as they stand in its list.

    Args:
        folder: Holds ``nor.txt`` and ``swe.txt``; ``None`` takes the lists out of the installed
            packages.

    Raises:
        SystemExit: A list, or what it is made with, is not there; says which.
    """
    if folder is not None:
        return {each: _read(folder / f"{each}.txt") for each in LANGUAGES}
    with tempfile.TemporaryDirectory() as made:
        return {each: _read(_unpacked(each, Path(made))) for each in LANGUAGES}


def _unpacked(language: str, into: Path) -> Path:
    tools = [shutil.which(name) for name in ("combine_tessdata", "dawg2wordlist")]
    sources = sorted(_TESSDATA.glob(f"*/tessdata/{language}.traineddata"))
    if not sources or None in tools:
        raise SystemExit(f"no word list for {language}: {_WANTED}, or name a folder with --words")
    unpack, write = tools
    words = into / f"{language}.txt"
    for command in (
        [unpack, "-u", sources[-1], f"{into}/{language}."],
        [write, into / f"{language}.lstm-unicharset", into / f"{language}.lstm-word-dawg", words],
    ):
        done = subprocess.run([str(each) for each in command], capture_output=True, check=False)
        if done.returncode:
            raise SystemExit(f"no word list for {language}: {command[0]} failed")
    return words


def _read(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except OSError as fault:
        raise SystemExit(f"no word list {path}: {fault.strerror}") from fault
