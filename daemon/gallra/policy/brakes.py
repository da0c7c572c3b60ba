"""What stops a plan from being carried out, and how a person releases it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from gallra.model.message import Message, said
from gallra.model.record import Act, Brake, Circumstances, Plan
from gallra.model.retention import RetentionSchedule, Safety

LONGEST_JUMP = timedelta(hours=1)
"""How far the wall clock may move against the boot clock between two cycles."""
CLOCK_TOLERANCE = timedelta(minutes=1)
"""How far behind the last ledger entry a clock that is being adjusted may lie."""
RELEASED_FOR = timedelta(days=1)
"""So long a release is good for: who looked yesterday has not seen today."""

CAPS: Final = ("count", "share", "bytes")
"""The limits of a day: released by confirming the plan, where nothing else is said."""
RELEASABLE: Final = (*CAPS, "clock", "vault")
"""Each can be released by itself; what is broken is mended instead."""
_TAKES: Final = frozenset({Act.QUARANTINE, Act.MOVE})
"""What makes a share smaller."""


def brakes(
    plan: Plan, circumstances: Circumstances, schedule: RetentionSchedule
) -> tuple[Brake, ...]:
    """Return every brake that holds ``plan`` back; none where it may be carried out.

    The caps count what was already done today with what the plan would do; the part of a share
    counts what is taken out of it. Each brake is
    released by itself, for this very plan. A ledger that does not verify and a catalogue that
    was rolled back are mended, never waved through.
    """
    found = [*_broken(circumstances)]
    if any(disposition.act.is_destructive for disposition in plan.dispositions):
        found += _over_the_clock(plan, circumstances)
        found += _without_texts(plan, circumstances)
        found += _over_the_caps(plan, circumstances, schedule.safety)
    return tuple(
        brake
        for brake in found
        if not (
            brake.is_released_by_confirmation
            and (plan.digest, brake.code) in circumstances.released
        )
    )


def release_of(plan: Plan, code: str) -> str:
    """Return the command that releases the brake ``code`` for this very plan."""
    return f"gallra plan --confirm {plan.digest} --release {code}"


def _broken(circumstances: Circumstances) -> Iterator[Brake]:
    if not circumstances.is_ledger_good:
        ledger = said(
            "the ledger does not verify, and without it nothing can be proved; see what "
            "`gallra log verify` says, and restore the ledger from its backup"
        )
        yield Brake(code="ledger", message=ledger, is_released_by_confirmation=False)
    if not circumstances.is_catalogue_good:
        catalogue = said(
            "the catalogue is being built anew, and not all of it has come back: put every share "
            "in its place, and let `gallra scan` look through them to the end"
        )
        yield Brake(code="catalogue", message=catalogue, is_released_by_confirmation=False)


def _over_the_clock(plan: Plan, circumstances: Circumstances) -> Iterator[Brake]:
    jump = timedelta(seconds=circumstances.clock_jump_seconds)
    command = release_of(plan, "clock")
    if abs(jump) > LONGEST_JUMP:
        jumped = said(
            "the clock was moved by {minutes} minutes. With a wrong clock everything looks due. "
            "See with `date` that day and time are right. If they are: `{command}`. If not, put "
            "the clock right, and this ends by itself",
            minutes=round(jump.total_seconds() / 60),
            command=command,
        )
        yield _releasable("clock", jumped, command)
    last = circumstances.last_ledger_at
    if last is not None and circumstances.now + CLOCK_TOLERANCE < last:
        behind = said(
            "the clock says {now}, but the ledger was already written to at {last}. See with "
            "`date` that day and time are right. If they are: `{command}`. If not, put the clock "
            "right, and this ends by itself",
            now=circumstances.now.isoformat(timespec="seconds"),
            last=last.isoformat(timespec="seconds"),
            command=command,
        )
        yield _releasable("clock", behind, command)


def _without_texts(plan: Plan, circumstances: Circumstances) -> Iterator[Brake]:
    if circumstances.has_texts:
        return
    command = release_of(plan, "vault")
    lost = said(
        "the texts of the log are lost: vault.db in its directory was gone or emptied, and "
        "without it nobody can show what was destroyed, only that something was. Put it back "
        "from its backup. If there is none, and this is to go all the same: `{command}`",
        command=command,
    )
    yield _releasable("vault", lost, command)


def _over_the_caps(plan: Plan, circumstances: Circumstances, safety: Safety) -> Iterator[Brake]:
    destructive = [each for each in plan.dispositions if each.act.is_destructive]
    count = circumstances.acted_today_count + len(destructive)
    if count > safety.most_per_day:
        command = release_of(plan, "count")
        many = said(
            "{count} records would be taken or destroyed today, and most_per_day allows {most}. "
            "Look at `gallra plan`: is each of them really to go? If so: `{command}`. If one is "
            "not, `gallra hold place` keeps it, or see `gallra explain`",
            count=count,
            most=safety.most_per_day,
            command=command,
        )
        yield _releasable("count", many, command)
    yield from _over_a_share(plan, circumstances, safety)
    size_bytes = circumstances.acted_today_bytes + sum(
        each.item.record.size_bytes if each.item.record.part else each.item.signature.size_bytes
        for each in destructive
    )
    if size_bytes > safety.most_bytes_per_day:
        command = release_of(plan, "bytes")
        large = said(
            "{size} bytes would be taken or destroyed today, and most_bytes_per_day allows "
            "{most}. Look at `gallra plan` for the large ones. If it is right: `{command}`. If "
            "not, `gallra hold place` keeps what is to stay",
            size=size_bytes,
            most=safety.most_bytes_per_day,
            command=command,
        )
        yield _releasable("bytes", large, command)


def _over_a_share(plan: Plan, circumstances: Circumstances, safety: Safety) -> Iterator[Brake]:
    """Look at how large a part of a share would be gone by tonight that was there this morning.

    Files are a part of its files, messages that are cut out a part of those in its mailboxes. What
    is destroyed out of quarantine was measured when it was taken, and no longer is in the share.
    """
    taken = [each.item.record for each in plan.dispositions if each.act in _TAKES]
    command = release_of(plan, "share")
    files = Counter(record.share for record in taken if not record.part)
    before, there = dict(circumstances.files_taken_today), dict(circumstances.files_of_share)
    for share in sorted(files):
        count, base = before.get(share, 0) + files[share], there.get(share, 0)
        if count > (most := largest_of_share(base, safety)):
            part = said(
                "{count} of the {files} files of the share {share} would be taken today, and "
                "most_of_a_share allows {most}. Look at `gallra plan`, and whether the share is "
                "all there. If it is right: `{command}`. If not, `gallra hold place` keeps what "
                "is to stay",
                count=count,
                files=base,
                share=share,
                most=most,
                command=command,
            )
            yield _releasable("share", part, command)
    messages = Counter(record.share for record in taken if record.part)
    before, there = dict(circumstances.messages_taken_today), dict(circumstances.messages_of_share)
    for share in sorted(messages):
        count, base = before.get(share, 0) + messages[share], there.get(share, 0)
        if count > (most := largest_of_share(base, safety)):
            part = said(
                "{count} of the {messages} messages in mailboxes of the share {share} would be "
                "taken today, and most_of_a_share allows {most}. Look at `gallra plan`, and "
                "whether the mailboxes are all there. If it is right: `{command}`. If not, "
                "`gallra hold place` keeps what is to stay",
                count=count,
                messages=base,
                share=share,
                most=most,
                command=command,
            )
            yield _releasable("share", part, command)


def _releasable(code: str, message: Message, command: str) -> Brake:
    return Brake(code=code, message=message, is_released_by_confirmation=True, command=command)


def largest_of_share(count: int, safety: Safety) -> int:
    """Return how many of so many may be taken in a day; one always may, however few there are."""
    return max(1, int(count * safety.most_of_a_share))
