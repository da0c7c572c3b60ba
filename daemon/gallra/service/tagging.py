"""The class and the day of each file, written onto the file itself for people to see."""

import os
from typing import TYPE_CHECKING

from gallra.dispose.disk import signature_from
from gallra.dispose.tags import set_tags
from gallra.kernel.opening import open_directory_beneath, open_file_in
from gallra.model.arrival import FileSignature
from gallra.model.record import CataloguedRecord, Classification, Due, RecordState
from gallra.model.retention import Mode
from gallra.service.house import House

if TYPE_CHECKING:
    from gallra.model.message import Message


class Tagging:
    """Tags files once the rules are enforced; while gallra observes it touches nothing."""

    def __init__(self, house: House) -> None:
        """Tag the files of ``house``."""
        self._house = house
        self.complaints: dict[str, Message] = {}
        """Why files of a share could not be tagged, by share."""

    @property
    def is_wanted(self) -> bool:
        """Whether anything may be written onto files at all."""
        return self._house.schedule.mode is Mode.ENFORCE

    def tag(
        self, descriptor: int, share: str, classification: Classification, due: Due
    ) -> FileSignature:
        """Tag an open file; return its signature as it is now, which the catalogue must know."""
        tagged = set_tags(descriptor, classification, due)
        if tagged.complaint is not None:
            self.complaints[share] = tagged.complaint
        return tagged.signature

    def tag_again(self, item: CataloguedRecord, classification: Classification, due: Due) -> None:
        """Tag a file that other rules have judged anew, if it is still the file that was read."""
        if not self.is_wanted or item.record.part or item.state is not RecordState.PRESENT:
            return
        share = self._house.share(item.record.share)
        folder, _, name = item.record.path.rpartition(b"/")
        try:
            root = os.open(share.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                directory = open_directory_beneath(root, folder)
            finally:
                os.close(root)
            try:
                descriptor = open_file_in(directory, name)
            finally:
                os.close(directory)
        except OSError:
            return  # it is not where it was: the next scan finds out, and then it is tagged
        try:
            if signature_from(os.fstat(descriptor)) == item.signature:
                signature = self.tag(descriptor, share.name, classification, due)
                self._house.catalogue.refresh_signature(item.file_id, signature)
        finally:
            os.close(descriptor)
