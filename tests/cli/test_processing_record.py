"""The record of processing is made from the rules, in each language, and says what lacks."""

import html.parser
import re
from pathlib import Path

import pytest

SHIPPED = Path(__file__).parents[2] / "rules.toml"


@pytest.fixture
def shipped(club):
    """A club with the shipped rules as they are."""
    club.rules.write_text(SHIPPED.read_text("utf-8"), "utf-8")
    return club


def test_the_shipped_rules_say_all_that_article_30_asks_for(shipped):
    code, (record,) = shipped.objects("rules", "record")

    assert code == 0
    assert record["controller"] == "Exempelförbundet"
    assert "dataskydd@example.org" in record["data_protection_officer"]
    by_class = {each["class"]: each for each in record["activities"]}
    assert {"member-register", "salary-list", "individual-case", "hiring-committee"} <= set(
        by_class
    )
    for each in by_class.values():
        assert each["purpose"]
        assert each["recipients"]
        assert each["kept_for"]
        assert each["categories"]
    assert by_class["salary-list"]["authority"] == "F15.5"
    assert record["measures"]


def test_five_categories_of_the_routine_are_there(shipped):
    """F4: members, salaries, conflict preparedness, assistance, lists of new employees."""
    _, (record,) = shipped.objects("rules", "record")
    found = {each["class"]: each["legal_basis"] for each in record["activities"]}
    for code in (
        "member-register", "salary-list", "conflict-preparedness", "individual-case",
        "new-employees",
    ):  # fmt: skip
        assert found[code]


@pytest.mark.parametrize(
    ("language", "title", "word"),
    [("sv", "Registerförteckning", "kontaktuppgifter"), ("nb", "Protokoll", "kontaktopplysninger")],
)
def test_it_is_written_in_the_languages_of_the_club(shipped, language, title, word):
    _, out, _ = shipped.run("--lang", language, "rules", "record")
    assert title in out
    assert word in out
    assert "contact details" not in out


def test_what_the_rules_do_not_say_is_told(shipped):
    text = re.sub(r"^persons = .*\n", "", shipped.rules.read_text("utf-8"), flags=re.MULTILINE)
    shipped.rules.write_text(text, "utf-8")

    code, _, err = shipped.run("--lang", "en", "rules", "record")

    assert code == 1
    assert "class salary-list: persons" in err


def test_the_page_is_whole_and_what_stands_in_rules_is_escaped(shipped):
    text = shipped.rules.read_text("utf-8")
    shipped.rules.write_text(text.replace("Klubben vid", "<script>x</script> & vid"), "utf-8")

    _, out, _ = shipped.run("--lang", "sv", "rules", "record", "--html")

    open_tags = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            assert not {"src", "href"} & {name for name, _ in attributes}
            if tag != "meta":
                open_tags.append(tag)

        def handle_endtag(self, tag):
            assert open_tags.pop() == tag

    Reader().feed(out)
    assert open_tags == []
    assert "<script>" not in out
    assert "&lt;script&gt;" in out
