"""The names model's file: read, and for training written. No code is in it, and no pickle.

Layout, little-endian: the magic ``gallranm``; a 32-bit length and as many bytes of JSON, ``notes``
(where it comes from) and ``sections``; then the sections, each zlib-compressed. A section is text
(UTF-8, a line each) or an array whose bytes stand in planes, all first bytes before all second
ones; ascending arrays hold differences.
"""

import json
import zlib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallra.detect.context import BUCKETS, OFFSETS
from gallra.detect.words import Lexicon, Looks

MAGIC = b"gallranm"
LABEL_COUNT = 8
"""O, the begin and inside of persons, organisations, places, and all other names."""
WIDTH = 8
_FILE = "names-model.bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What was learned, and the word lists that it was learned with."""

    features: dict[str, int]
    rows: NDArray[np.int8]
    """Shape (features + 1, offsets, 8): the last row, of unknown features, is zero."""
    buckets: NDArray[np.int8]
    """Shape (buckets, 8): weights of the hashed columns."""
    transitions: NDArray[np.float32]
    """Shape (8, 8): from, to."""
    scale: float
    """What a step of the 8-bit weights is worth."""
    lexicon: Lexicon
    looks: Looks
    notes: dict[str, Any] = field(default_factory=dict)


def load(packed: bytes | None = None) -> Weights:
    """Read the shipped model, or ``packed``. To be done before the sandbox closes.

    Raises:
        ValueError: It is no such file.
    """
    content = packed or (files("gallra.detect.data") / _FILE).read_bytes()
    if content[:8] != MAGIC:
        raise ValueError("not a names model")
    length = int.from_bytes(content[8:12], "little")
    header = json.loads(content[12 : 12 + length])
    position = 12 + length
    found: dict[str, Any] = {}
    for section in header["sections"]:
        end = position + section["length"]
        raw = zlib.decompress(content[position:end])
        found[section["name"]] = (
            raw.decode("utf-8").split("\n") if section["dtype"] == "text" else _array(raw, section)
        )
        position = end
    count = len(found["features"])
    rows = np.zeros((count + 1, len(OFFSETS), WIDTH), np.int8)
    rows[:count, :, :LABEL_COUNT] = found["rows"]
    buckets = np.zeros((BUCKETS, WIDTH), np.int8)
    buckets[np.cumsum(found["bucket_gaps"], dtype=np.int64), :LABEL_COUNT] = found["buckets"]
    counts = found["piece_counts"].astype(np.float32)
    return Weights(
        features={name: number for number, name in enumerate(found["features"])},
        rows=rows,
        buckets=buckets,
        transitions=found["transitions"],
        scale=header["scale"],
        lexicon=Lexicon(
            hashes=np.cumsum(found["lexicon_gaps"], dtype=np.uint32), bits=found["lexicon_bits"]
        ),
        looks=Looks(
            pieces={piece: number for number, piece in enumerate(found["pieces"])},
            counts=counts,
            totals=np.array(header["totals"], np.float64),
        ),
        notes=header["notes"],
    )


def _array(raw: bytes, section: dict[str, Any]) -> NDArray[Any]:
    dtype = np.dtype(section["dtype"])
    planes = np.frombuffer(raw, np.uint8).reshape(dtype.itemsize, -1)
    values: NDArray[Any] = np.ascontiguousarray(planes.T).view(dtype)
    return values.reshape(section["shape"])


def packed(weights: Weights) -> bytes:
    """Return ``weights`` as the file's bytes: the same weights, the same bytes."""
    used = np.nonzero(weights.buckets.any(1))[0]
    sections: list[tuple[str, list[str] | NDArray[Any]]] = [
        ("features", list(weights.features)),
        ("rows", weights.rows[:-1, :, :LABEL_COUNT]),
        ("bucket_gaps", np.diff(used, prepend=0).astype("<u4")),
        ("buckets", weights.buckets[used, :LABEL_COUNT]),
        ("transitions", weights.transitions.astype("<f4")),
        ("lexicon_gaps", np.diff(weights.lexicon.hashes, prepend=np.uint32(0)).astype("<u4")),
        ("lexicon_bits", weights.lexicon.bits),
        ("pieces", list(weights.looks.pieces)),
        ("piece_counts", weights.looks.counts.astype("<u2")),
    ]
    header: dict[str, Any] = {
        "notes": weights.notes,
        "scale": weights.scale,
        "totals": weights.looks.totals.tolist(),
        "sections": [],
    }
    body = b""
    for name, content in sections:
        if isinstance(content, list):
            raw, dtype, shape = "\n".join(content).encode("utf-8"), "text", [len(content)]
        else:
            dtype, shape = content.dtype.str, list(content.shape)
            planes = np.ascontiguousarray(content).view(np.uint8).reshape(-1, content.itemsize)
            raw = np.ascontiguousarray(planes.T).tobytes()
        section = zlib.compress(raw, 9)
        header["sections"].append(
            {"name": name, "dtype": dtype, "shape": shape, "length": len(section)}
        )
        body += section
    described = json.dumps(header, sort_keys=True, ensure_ascii=True).encode()
    return MAGIC + len(described).to_bytes(4, "little") + described + body
