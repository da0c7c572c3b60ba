"""``check`` and ``rules``: whether the rules hold, and what they mean."""

import argparse
import json

from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.message import Message, Value, said
from gallra.model.retention import Mode, RetentionClass, RetentionSchedule
from gallra.report.counting import counted
from gallra.report.language import in_language
from gallra.report.periods import spoken
from gallra.report.terminal import Terminal
from gallra.report.words import named
from gallra.rules.complaint import RulesError
from gallra.rules.json_schema import as_json_schema
from gallra.rules.loading import load


def check(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Say whether the rules hold; every complaint goes to standard error, with its line."""
    path: str = arguments.rules
    try:
        schedule = load(path)
    except RulesError as error:
        if terminal.is_json:
            for complaint in error.complaints:
                terminal.emit(
                    {
                        "path": error.path,
                        "line": complaint.line or None,
                        "complaint": terminal.say(complaint.message),
                    }
                )
        raise
    if terminal.is_json:
        terminal.emit(
            {
                "path": path,
                "good": True,
                "mode": str(schedule.mode),
                "shares": len(schedule.shares),
                "classes": len(schedule.classes),
                "rules": len(schedule.rules),
                "digest": schedule.digest,
            }
        )
    terminal.tell(_verdict(path, schedule))
    return ExitCode.DONE


def schema(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the JSON Schema of rules.toml."""
    del arguments
    terminal.write(json.dumps(as_json_schema(), ensure_ascii=False, indent=2))
    return ExitCode.DONE


def explain(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Tell what one class is for, how long it is kept, and which rules lead to it."""
    schedule = load(arguments.rules)
    code: str = arguments.class_code
    found = next((each for each in schedule.classes if each.code == code), None)
    if found is None:
        raise WrongUseError(
            said(
                "no class {code} in {path}; there are: {codes}",
                code=code,
                path=arguments.rules,
                codes=", ".join(each.code for each in schedule.classes),
            )
        )
    if terminal.is_json:
        terminal.emit(_as_json(found, schedule, terminal))
    else:
        terminal.pairs(_facts(found, schedule, terminal))
    return ExitCode.DONE


def _verdict(path: str, schedule: RetentionSchedule) -> Message:
    counts: dict[str, Value] = {
        "path": path,
        "share_count": len(schedule.shares),
        "class_count": len(schedule.classes),
        "rule_count": len(schedule.rules),
    }
    if schedule.mode is Mode.ENFORCE:
        return said(
            "{path}: the rules hold. Shares: {share_count}, classes: {class_count}, rules:"
            " {rule_count}. Mode enforce: what is due will be moved to quarantine and destroyed.",
            **counts,
        )
    return said(
        "{path}: the rules hold. Shares: {share_count}, classes: {class_count}, rules:"
        " {rule_count}. Mode observe: nothing is moved or destroyed.",
        **counts,
    )


def _as_json(
    found: RetentionClass, schedule: RetentionSchedule, terminal: Terminal
) -> dict[str, object]:
    language = terminal.language
    return {
        "class": found.code,
        "title": in_language(found.title, language),
        "purpose": in_language(found.purpose, language),
        "categories": list(found.categories),
        "legal_basis": list(found.legal_basis),
        "source": in_language(found.source, language),
        "authority": found.authority,
        "keep": found.keep and found.keep.as_iso8601(),
        "from": str(found.counted_from),
        "else_from": found.else_from and str(found.else_from),
        "then": str(found.then),
        "line": found.line,
        "rules": [
            {"rule": rule.number, "line": rule.line}
            for rule in schedule.rules
            if rule.class_code == found.code
        ],
    }


def _facts(
    found: RetentionClass, schedule: RetentionSchedule, terminal: Terminal
) -> list[tuple[Message, str]]:
    say, language = terminal.say, terminal.language
    lines = [str(rule.line) for rule in schedule.rules if rule.class_code == found.code]
    start = say(named(found.counted_from))
    if found.else_from is not None:
        start = say(
            said(
                "{start}; where that is not known, {otherwise}",
                start=start,
                otherwise=say(named(found.else_from)),
            )
        )
    return [
        (said("class"), f"{found.code} ({in_language(found.title, language)})"),
        (said("purpose"), in_language(found.purpose, language)),
        (said("personal data"), ", ".join(found.categories)),
        (said("legal basis"), ", ".join(found.legal_basis)),
        (said("where they come from"), in_language(found.source, language)),
        (said("clause"), found.authority),
        (
            said("kept for"),
            say(said("for ever")) if found.keep is None else spoken(found.keep, say),
        ),
        (said("counted from"), start),
        (said("then"), say(named(found.then))),
        (
            said("rules"),
            say(
                counted(
                    "{count} rule, line {lines}",
                    "{count} rules, lines {lines}",
                    count=len(lines),
                    lines=", ".join(lines) or "-",
                )
            ),
        ),
    ]
