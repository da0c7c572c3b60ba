"""What the journal hears of a share."""

import errno

from gallra.model.share import Share, ShareRole, ShareState
from gallra.report.language import translator
from gallra.service.shares import how_many_unreadable
from gallra.watch.reconcile import Reconciled

SHARE = Share(name="arenden", path=b"/srv/k", role=ShareRole.CASE_AREA, quarantine=b"/q", line=1)


def found(*unreadable):
    return Reconciled(
        share="arenden",
        state=ShareState.PRESENT,
        unreadable=tuple((path, errno.EACCES) for path in unreadable),
    )


def test_the_journal_hears_how_many_folders_are_closed_and_never_their_names():
    said = how_many_unreadable(SHARE, found(b"Sak Ola Nordmann", b"Sak Kari Nordmann"))

    told = [translator(language)(said) for language in ("en", "sv", "nb")]
    assert all(text.startswith("2 ") and "arenden" in text for text in told)
    assert not any("Nordmann" in text for text in told)


def test_where_every_folder_is_open_there_is_nothing_to_say():
    assert how_many_unreadable(SHARE, found()) is None
