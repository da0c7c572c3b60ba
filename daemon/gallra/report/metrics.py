"""Figures as Prometheus and its kin read them: OpenMetrics, and the older text format.

node_exporter's textfile collector understands the older one alone (no ``info``, counters named
by their whole name), so a file gets that, and whoever asks at the socket gets what it asks for.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.exposition import generate_latest as as_plain
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import generate_latest as as_openmetrics
from prometheus_client.registry import Collector

from gallra.model.figures import Figures, RoundFigures, ShareFigures

BRAKES = ("count", "share", "bytes", "clock", "ledger", "catalogue")
"""Each is there with 0 while it does not hold: what is absent raises no alarm."""
TROUBLES = ("ledger", "rules", "catalogue", "share", "round", "overdue", "review")

_BY_SHARE: tuple[tuple[str, str, Callable[[ShareFigures], float | None]], ...] = (
    ("files", "Files in the share", lambda share: share.file_count),
    ("backlog_files", "Files that wait to be read", lambda share: share.backlog_count),
    ("directories", "Directories that are known", lambda share: share.directory_count),
    (
        "watched_directories",
        "Directories in which changes are heard of at once",
        lambda share: share.watched_directory_count,
    ),
    ("share_present", "1 while the share is in its place", lambda share: share.is_present),
    (
        "events_lost_timestamp_seconds",
        "When news of changes were last lost; a scan caught up since",
        lambda share: _seconds(share.events_lost_at),
    ),
    (
        "last_pass_timestamp_seconds",
        "When a pass last went through the whole share",
        lambda share: _seconds(share.reconciled_at),
    ),
)


def as_textfile(figures: Figures) -> bytes:
    """Return what node_exporter's textfile collector reads."""
    return as_plain(_Collected(figures))


def as_scrape(figures: Figures) -> bytes:
    """Return OpenMetrics 1.0."""
    return as_openmetrics(_Collected(figures))  # type: ignore[no-any-return,no-untyped-call] # it has no types


@dataclass(frozen=True, slots=True)
class _Collected(Collector):
    figures: Figures

    def collect(self) -> Iterable[Metric]:
        return _metrics(self.figures)


def _metrics(figures: Figures) -> Iterator[Metric]:
    yield InfoMetricFamily("gallra_build", "The program", value={"version": figures.version})
    yield InfoMetricFamily(
        "gallra_rules",
        "The rules that are in force",
        value={"digest": figures.rules_digest, "mode": figures.mode},
    )
    yield from _of_shares(figures.shares)
    if figures.round is not None:
        yield from _of_round(figures.round)
    brakes = GaugeMetricFamily("gallra_brake", "1 while this safety brake holds", labels=["code"])
    for code in dict.fromkeys((*BRAKES, *figures.brakes)):
        brakes.add_metric([code], code in figures.brakes)
    yield brakes
    troubles = GaugeMetricFamily("gallra_trouble", "1 while this needs a person", labels=["what"])
    for what in TROUBLES:
        troubles.add_metric([what], what in figures.troubles)
    yield troubles
    acts = CounterMetricFamily("gallra_acts", "Acts on records, by kind", labels=["kind"])
    for kind, count in figures.acts:
        acts.add_metric([kind], count)
    yield acts
    yield CounterMetricFamily(
        "gallra_ledger_entries", "Entries in the log", value=figures.ledger_entry_count
    )
    yield CounterMetricFamily(
        "gallra_processor_seconds",
        "Processor time of the main process, without its readers",
        value=figures.processor_seconds,
    )
    for name, told, value in (
        ("quarantine_items", "What lies in quarantine", figures.quarantine_count),
        ("holds", "Holds that stand", figures.hold_count),
        ("ledger_sound", "1 while nothing speaks against the log", figures.is_ledger_good),
        ("workers", "Processes that read files now", figures.worker_count),
        ("resident_memory_bytes", "Memory of the main process", figures.memory_bytes),
        (
            "last_full_pass_timestamp_seconds",
            "When every file of every share was last looked at",
            _seconds(figures.full_pass_at),
        ),
        ("figures_timestamp_seconds", "When this was gathered", _seconds(figures.at)),
    ):
        if value is not None:
            yield GaugeMetricFamily(f"gallra_{name}", told, value=value)


def _of_shares(shares: tuple[ShareFigures, ...]) -> Iterator[Metric]:
    for name, told, value_of in _BY_SHARE:
        family = GaugeMetricFamily(f"gallra_{name}", told, labels=["share"])
        for share in shares:
            value = value_of(share)
            if value is not None:
                family.add_metric([share.name], value)
        yield family
    read = GaugeMetricFamily(
        "gallra_read_files", "Files by how far they were read", labels=["share", "outcome"]
    )
    for share in shares:
        for outcome, count in share.read:
            read.add_metric([share.name, outcome], count)
    yield read


def _of_round(last: RoundFigures) -> Iterator[Metric]:
    for name, told, value in (
        ("due_records", "Records that are due to be moved or destroyed", last.due_count),
        ("review_records", "Records that wait for a person to decide", last.review_count),
        ("alerts", "What is there for longer than it may be, and the like", last.alert_count),
        ("last_round_failed", "1 if the last look at what is due failed", last.has_failed),
        ("last_round_timestamp_seconds", "When what is due was last looked at", _seconds(last.at)),
    ):
        yield GaugeMetricFamily(f"gallra_{name}", told, value=value)


def _seconds(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()
