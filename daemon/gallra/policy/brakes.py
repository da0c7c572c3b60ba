"""What stops a plan from being carried out, and how a person releases it."""

from collections import Counter
from datetime import timedelta

from gallra.model.message import said
from gallra.model.record import Brake, Circumstances, Plan
from gallra.model.retention import RetentionSchedule, Safety

LONGEST_JUMP = timedelta(hours=1)
"""How far the wall clock may move against the boot clock between two cycles."""
CLOCK_TOLERANCE = timedelta(minutes=1)
"""How far behind the last ledger entry a clock that is being adjusted may lie."""


def brakes(
    plan: Plan, circumstances: Circumstances, schedule: RetentionSchedule
) -> tuple[Brake, ...]:
    """Return every brake that holds ``plan`` back; none where it may be carried out.

    The caps count what was already done today with what the plan would do. Confirming the
    plan by its digest releases the caps and the clock: a person has looked. A ledger that does
    not verify and a catalogue that was rolled back are mended, never waved through.
    """
    found = [*_broken(circumstances)]
    if any(disposition.act.is_destructive for disposition in plan.dispositions):
        found += _over_the_clock(plan, circumstances)
        found += _over_the_caps(plan, circumstances, schedule.safety)
    return tuple(
        brake
        for brake in found
        if not (brake.is_released_by_confirmation and plan.digest in circumstances.confirmed)
    )


def _broken(circumstances: Circumstances) -> list[Brake]:
    found: list[Brake] = []
    if not circumstances.is_ledger_good:
        ledger = said(
            "the ledger does not verify, and without it nothing can be proved; see what "
            "`gallra log verify` says, and restore the ledger from its backup"
        )
        found.append(Brake(code="ledger", message=ledger, is_released_by_confirmation=False))
    if not circumstances.is_catalogue_good:
        catalogue = said(
            "the ledger knows of acts that the catalogue does not: the catalogue is an old copy; "
            "restore the present one, or move it away and run `gallra scan`"
        )
        found.append(Brake(code="catalogue", message=catalogue, is_released_by_confirmation=False))
    return found


def _over_the_clock(plan: Plan, circumstances: Circumstances) -> list[Brake]:
    jump = timedelta(seconds=circumstances.clock_jump_seconds)
    found: list[Brake] = []
    if abs(jump) > LONGEST_JUMP:
        jumped = said(
            "the clock was moved by {minutes} minutes; see that date and time are right, then "
            "run `gallra plan --confirm {digest}`",
            minutes=round(jump.total_seconds() / 60),
            digest=plan.digest,
        )
        found.append(Brake(code="clock", message=jumped, is_released_by_confirmation=True))
    last = circumstances.last_ledger_at
    if last is not None and circumstances.now + CLOCK_TOLERANCE < last:
        behind = said(
            "the clock says {now}, but the ledger was already written to at {last}; see that "
            "date and time are right, then run `gallra plan --confirm {digest}`",
            now=circumstances.now.isoformat(timespec="seconds"),
            last=last.isoformat(timespec="seconds"),
            digest=plan.digest,
        )
        found.append(Brake(code="clock", message=behind, is_released_by_confirmation=True))
    return found


def _over_the_caps(plan: Plan, circumstances: Circumstances, safety: Safety) -> list[Brake]:
    destructive = [each for each in plan.dispositions if each.act.is_destructive]
    found: list[Brake] = []
    count = circumstances.acted_today_count + len(destructive)
    if count > safety.most_per_day:
        many = said(
            "{count} records would be taken or destroyed today, and most_per_day allows {most}; "
            "look at `gallra plan`, and if it is right run `gallra plan --confirm {digest}`",
            count=count,
            most=safety.most_per_day,
            digest=plan.digest,
        )
        found.append(Brake(code="count", message=many, is_released_by_confirmation=True))
    of_share = Counter(dict(circumstances.acted_today_of_share))
    of_share.update(each.item.record.share for each in destructive)
    planned = {each.item.record.share for each in destructive}
    files = dict(circumstances.files_of_share)
    for share in sorted(planned):
        most = largest_of_share(files.get(share, 0), safety)
        if of_share[share] > most:
            part = said(
                "{count} of the {files} files of the share {share} would be taken or destroyed "
                "today, and most_of_a_share allows {most}; look at `gallra plan`, and if it is "
                "right run `gallra plan --confirm {digest}`",
                count=of_share[share],
                files=files.get(share, 0),
                share=share,
                most=most,
                digest=plan.digest,
            )
            found.append(Brake(code="share", message=part, is_released_by_confirmation=True))
    size_bytes = circumstances.acted_today_bytes + sum(
        each.item.record.size_bytes if each.item.record.part else each.item.signature.size_bytes
        for each in destructive
    )
    if size_bytes > safety.most_bytes_per_day:
        large = said(
            "{size} bytes would be taken or destroyed today, and most_bytes_per_day allows "
            "{most}; look at `gallra plan`, and if it is right run "
            "`gallra plan --confirm {digest}`",
            size=size_bytes,
            most=safety.most_bytes_per_day,
            digest=plan.digest,
        )
        found.append(Brake(code="bytes", message=large, is_released_by_confirmation=True))
    return found


def largest_of_share(file_count: int, safety: Safety) -> int:
    """Return how many files of a share may go in a day; one always may, however small it is."""
    return max(1, int(file_count * safety.most_of_a_share))
