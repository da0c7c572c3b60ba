"""JSON for scripts: one object a line, valid UTF-8 whatever a file is called."""

import json
import os
import re
from collections.abc import Mapping

from gallra.model.names import as_base64, as_text, is_text

_UNSAFE = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
"""What is no UTF-8 (lone surrogates), ends a line in some readers, or deceives an eye."""


def line(value: Mapping[str, object]) -> str:
    r"""Return ``value`` as one line of JSON, letters as they are, the rest escaped.

    A file name's bytes that are no UTF-8 are surrogate-escaped, as Python does it, and stand
    as ``\udcXX``: every JSON reader gives back the same text, and no line holds a raw one.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def path_keys(path: bytes) -> dict[str, str]:
    """Return ``path`` as text, and byte-exact in ``path_b64`` where it is not UTF-8."""
    keys = {"path": as_text(path)}
    if not is_text(path):
        keys["path_b64"] = as_base64(path)
    return keys


def absolute(root: bytes, path: bytes) -> bytes:
    """Return where the file ``path`` of a share at ``root`` stands."""
    return os.path.join(root, path)
