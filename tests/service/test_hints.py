"""Persons that are not sure are shown to who asks for findings, and are counted nowhere."""

from gallra.detect.mailing import MailReader
from gallra.detect.marks import Marker
from gallra.model.finding import Detection, Finding
from gallra.model.passage import Outcome, Part, Passage
from gallra.service.channel import Job
from gallra.service.worker import _Finder, _report


class Seen:
    """Finds the same in everything."""

    def find(self, part, *, name):
        def person(start, score, digest):
            return Finding(
                entity="PERSON", start=start, end=start + 4, score=score, recognizer="NamesModel",
                digest=digest,
            )  # fmt: skip

        assert part.text
        assert name
        return Detection(
            findings=(person(10, 0.9, "ab" * 16),),
            hints=(person(0, 0.3, None), person(20, 0.2, None)),
        )


def reported(**asked):
    body = (Passage(where="body", text="Vi spurte Kari og Ola om nøkkelen"),)
    part = Part(address="", kind="txt", outcome=Outcome.READ, passages=body)
    return _report(
        _Finder(Seen(), Marker({}), MailReader({})), part, Job(name="notat.txt", **asked)
    )


def test_hints_stand_apart_from_the_findings():
    report = reported(wants_findings=True)

    assert [(each.start, each.score) for each in report.findings] == [(10, 0.9)]
    assert [(each.start, each.score) for each in report.hints] == [(0, 0.3), (20, 0.2)]


def test_hints_are_in_no_count_and_no_digest():
    report = reported(wants_findings=True)

    assert report.entities == (("PERSON", 1),)
    assert len(report.digests) == 1
    assert report.special_categories == ()


def test_a_scan_learns_of_neither():
    assert (reported().findings, reported().hints) == (None, None)
