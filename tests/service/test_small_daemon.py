"""What the idle daemon has loaded: nothing that only readers need."""

import subprocess
import sys

HEAVY = {"lxml", "numpy", "presidio_analyzer", "pydantic", "regex", "rich", "spacy"}


def test_the_daemon_and_its_chores_load_nothing_that_only_readers_need():
    program = (
        "import sys, gallra.service.daemon, gallra.duties.chores, gallra.service.heralding\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert not HEAVY & set(done.stdout.split())
