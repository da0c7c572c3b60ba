"""The sample share: a believable club's files, and the truth about what stands in them."""

from sample_share.share import (
    DEFAULT_FILES,
    REFERENCE_DAY,
    ShareError,
    rules_path,
    truth_path,
    write_share,
)

__all__ = [
    "DEFAULT_FILES",
    "REFERENCE_DAY",
    "ShareError",
    "rules_path",
    "truth_path",
    "write_share",
]
