import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from sample_share import rules_path, truth_path, write_share


@dataclass(frozen=True)
class Made:
    """A share that was written, and what is said to be true about it."""

    root: Path
    truth: list[dict]

    @property
    def rules(self):
        return rules_path(self.root)

    def path(self, entry):
        return os.path.join(os.fsencode(self.root), os.fsencode(entry["path"]))

    def records(self):
        return [entry for entry in self.truth if entry["record"]]


def read_truth(root):
    lines = truth_path(root).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("share") / "klubben"
    write_share(root, seed=7, files=260)
    return Made(root, read_truth(root))
