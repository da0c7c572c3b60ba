"""What the doctor found, for people and for scripts."""

from gallra.model.diagnosis import Diagnosis, Gravity
from gallra.model.message import Message, said
from gallra.report.language import Say

_MARKS: dict[Gravity, Message] = {
    Gravity.GOOD: said("good"),
    Gravity.UNKNOWN: said("unknown"),
    Gravity.WARNING: said("warning"),
    Gravity.FAULT: said("fault"),
}


def as_json(diagnosis: Diagnosis, say: Say) -> dict[str, object]:
    """Return the object that ``doctor --json`` prints."""
    return {
        "check": diagnosis.check,
        "gravity": diagnosis.gravity.value,
        "share": diagnosis.share,
        "found": say(diagnosis.found),
        "remedy": say(diagnosis.remedy) if diagnosis.remedy is not None else None,
    }


def as_lines(diagnosis: Diagnosis, say: Say) -> tuple[str, ...]:
    """Return what a person reads: what was found, and below it what to do."""
    about = f" {diagnosis.share}" if diagnosis.share is not None else ""
    first = f"{say(_MARKS[diagnosis.gravity])}: {diagnosis.check}{about}: {say(diagnosis.found)}"
    if diagnosis.remedy is None:
        return (first,)
    return (first, f"    {say(diagnosis.remedy)}")
