"""A rules.toml that holds, to be broken in one way at a time."""

import pytest

from gallra.model.retention import RetentionSchedule
from gallra.rules.loading import parse

GOOD = """\
version = 1

[organisation]
name = "Klubben"

[share.gemensam]
path = "/srv/klubb/gemensam"
role = "common-area"

[class.salary-list]
title = "Lönelistor"
purpose = "Löneförhandling"
legal_basis = "GDPR 6(1)(b)"
authority = "F15.5"
keep = "4 years"
from = "negotiation-ended"
else_from = "document-date"
then = "destroy"

[[rule]]
class = "salary-list"
when = { kind = "salary-list" }
"""


@pytest.fixture
def good():
    return GOOD


@pytest.fixture
def complaints_of():
    """Return what is wrong with a text, as ``LINE: sentence``."""

    def complaints(text):
        content = text.encode("utf-8") if isinstance(text, str) else text
        parsed = parse(content, path="rules.toml")
        if isinstance(parsed, RetentionSchedule):
            return []
        return [f"{each.line}: {each.message.in_english()}" for each in parsed]

    return complaints


@pytest.fixture
def schedule_of():
    def schedule(text):
        parsed = parse(text.encode("utf-8"), path="rules.toml")
        assert isinstance(parsed, RetentionSchedule), parsed
        return parsed

    return schedule
