"""Small photographs of nothing: valid PNG and JPEG, without any metadata."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from random import Random

_WIDTH, _HEIGHT = 320, 240


def _pixels(rng: Random) -> bytes:
    """Return a few bands of colour under the grain of a dark room."""
    row = bytes(rng.randrange(60, 180) for _ in range(3)) * _WIDTH
    grain = rng.randbytes(len(row))
    lines = (
        bytes(
            level + (noise >> 3)
            for level, noise in zip(row, grain[turn:] + grain[:turn], strict=True)
        )
        for turn in (rng.randrange(len(row)) for _ in range(12))
    )
    return b"".join(line * (_HEIGHT // 12) for line in lines)


def png(rng: Random) -> bytes:
    """Return a PNG picture of 320 by 240 points."""
    pixels, stride = _pixels(rng), 3 * _WIDTH
    lines = b"".join(
        b"\0" + pixels[start : start + stride] for start in range(0, len(pixels), stride)
    )
    chunks = (
        (b"IHDR", struct.pack(">LLBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines, 1)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(content))
        + kind
        + content
        + struct.pack(">L", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def jpeg(rng: Random) -> bytes:
    """Return a JPEG picture of 320 by 240 points."""
    target = io.BytesIO()
    Image.frombytes("RGB", (_WIDTH, _HEIGHT), _pixels(rng)).save(target, "JPEG", quality=80)
    return target.getvalue()
