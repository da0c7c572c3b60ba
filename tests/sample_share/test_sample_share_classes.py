"""The whole road, from files on a disk to classes in the catalogue, against the truth."""

import base64
import json
from collections import Counter

import pytest

from gallra.cli.main import main
from sample_share import rules_path, truth_path, write_share

LEAST = 0.95
"""Of the records of each seed, so many have the class that a person would say."""
LEAST_OF_A_CLASS = 0.75


def path_of(listed):
    if "path_b64" in listed:
        return base64.b64decode(listed["path_b64"])
    return listed["path"].encode()


@pytest.mark.parametrize("seed", [1, 2])
def test_nearly_every_record_has_the_class_that_a_person_would_say(
    seed, tmp_path, capfdbinary, monkeypatch
):
    monkeypatch.setattr("gallra.service.cycle.PAGES_AT_ONCE", 1000)
    root = tmp_path / "klubben"
    write_share(root, seed=seed)
    where = ["--rules", str(rules_path(root)), "--state", str(tmp_path / "state")]
    assert main([*where, "scan"]) == 0
    capfdbinary.readouterr()
    assert main([*where, "list", "--json"]) == 0
    given = {
        (path_of(each), each["part"]): each["class"]
        for each in map(json.loads, capfdbinary.readouterr().out.splitlines())
    }
    truth = {
        (str(root / each["path"]).encode("utf-8", "surrogateescape"), each["part"]): each["class"]
        for each in map(json.loads, truth_path(root).read_text("utf-8").splitlines())
        if each["record"]
    }

    assert given.keys() == truth.keys()
    right = {place for place, code in truth.items() if given[place] == code}
    wrong = Counter((code, given[place]) for place, code in truth.items() if place not in right)
    assert len(right) / len(truth) >= LEAST, wrong
    whole, found = Counter(truth.values()), Counter(truth[place] for place in right)
    assert {code for code in whole if found[code] < LEAST_OF_A_CLASS * whole[code]} == set(), wrong
