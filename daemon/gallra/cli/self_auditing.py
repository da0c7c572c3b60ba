"""``self-audit``: a year in figures, what people answer, and who signs it."""

import argparse

from gallra.cli.deciding import decider
from gallra.cli.houses import opened, zone
from gallra.cli.writing import write_new
from gallra.duties import self_audits
from gallra.duties.audit_figures import figures_of
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.message import said
from gallra.model.self_audit import Answer, Question, SelfAudit
from gallra.policy.decide import day_of
from gallra.report import jsonlines
from gallra.report import self_audits as shown_audits
from gallra.report.language import translator
from gallra.report.self_audits import Paper
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.house import House
from gallra.service.scoping import LONGEST_REASON, require_line, require_reason

_EARLIEST = 2000


def self_audit(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the audit of a year; take answers and the signature first, where they are given."""
    year: int = arguments.year
    why = require_reason(arguments.reason) if arguments.sign else ""
    with opened(arguments) as house:
        if not _EARLIEST <= year <= day_of(clock.now(), house.schedule).year:
            raise WrongUseError(said("{year} is still to come, or too long ago", year=year))
        language = arguments.paper_language or house.schedule.organisation.language
        answers = [_answer(text, decider(arguments)) for text in arguments.answer or ()]
        if answers:
            self_audits.answer(house, year, answers)
        paper = _paper(house, year, language)
        if arguments.sign:
            kept = self_audits.sign(
                house,
                year,
                shown_audits.as_json(paper),
                by=decider(arguments),
                why=why,
                now=paper.now,
            )
            paper = _paper(house, year, language, audit=kept.body)
    value = shown_audits.as_json(paper) | {"signed": shown_audits.signature_as_json(paper.audit)}
    if arguments.out is not None:
        lines = [jsonlines.line(value)] if terminal.is_json else shown_audits.as_text(paper)
        write_new(arguments.out, "".join(f"{line}\n" for line in lines), terminal)
        terminal.tell(said("written to {path}", path=arguments.out))
    elif terminal.is_json:
        terminal.emit(value)
    else:
        for line in shown_audits.as_text(paper):
            terminal.write(line)
    return ExitCode.DONE


def _paper(house: House, year: int, language: str, audit: SelfAudit | None = None) -> Paper:
    if audit is None:
        kept = self_audits.audit_of(house, year)
        audit = kept.body if kept is not None else SelfAudit(year=year)
    return Paper(
        audit=audit,
        figures=figures_of(house, year),
        schedule=house.schedule,
        now=clock.now(),
        zone=zone(house),
        say=translator(language),
        language=language,
    )


def _answer(text: str, by: str) -> Answer:
    """Return what was answered.

    Raises:
        WrongUseError: If it is no answer to any question, or a no without a text.
    """
    key, _, rest = text.partition("=")
    word, _, said_besides = rest.partition(":")
    if key not in set(Question) or word not in {"yes", "no"}:
        raise WrongUseError(
            said(
                "{text}: write QUESTION=yes or QUESTION=no:TEXT; the questions are {questions}",
                text=text[:60],
                questions=", ".join(Question),
            )
        )
    if word == "no" and not said_besides.strip():
        raise WrongUseError(
            said("{question}: where the answer is no, say what is done about it", question=key)
        )
    return Answer(
        question=Question(key),
        is_yes=word == "yes",
        text=require_line(said_besides, LONGEST_REASON) if said_besides.strip() else "",
        by=by,
        at=clock.now(),
    )
