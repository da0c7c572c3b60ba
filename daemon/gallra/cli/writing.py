"""Files that a command writes for whoever asked: new ones, that nobody else can read."""

import os

from gallra.model.errors import WrongUseError
from gallra.model.message import said
from gallra.report.problems import problem_of
from gallra.report.terminal import Terminal


def write_new(path: str, text: str, terminal: Terminal) -> None:
    """Write a new file, mode 0600, for the eyes of whoever asked; nothing is ever replaced.

    Raises:
        WrongUseError: If something is there already, or it cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        problem = terminal.say(problem_of(error))
        raise WrongUseError(said("{path}: {problem}", path=path, problem=problem)) from error
