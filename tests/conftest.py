"""What holds for every test: the same examples on every machine, unless others are asked for."""

import os

from hypothesis import settings

# A machine at work may take its time over one example, and a change is judged by the examples
# that the change before it was judged by; the full run looks for new ones.
settings.register_profile("same", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("new", deadline=None, print_blob=True)
settings.load_profile("new" if os.environ.get("GALLRA_TEST_FULL") else "same")
