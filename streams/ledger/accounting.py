"""The accounting of deliveries: every one that was received is applied, a duplicate, rejected or a dead letter."""

from dataclasses import dataclass

from streams.store.connection import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Accounting:
    """Counts of deliveries since the store began; `repeated` requests were answered again and count for nothing."""

    received: int
    applied: int
    duplicate: int
    rejected: int
    dead_letters: int
    repeated: int

    @property
    def gap(self) -> int:
        """Return how many deliveries are unaccounted for; anything but 0 is a defect."""
        return self.received - self.applied - self.duplicate - self.rejected - self.dead_letters


def by_reason(connection: Connection) -> dict[str, int]:
    """Return how many dead letters there are of each reason, as `accounting` counts them."""
    rows = connection.execute("SELECT reason, COUNT(*) FROM dead_letters WHERE status <> 'replayed' GROUP BY reason")
    return dict(rows.fetchall())


def accounting(connection: Connection) -> Accounting:
    """Return the accounting of a store."""
    rows = connection.execute("SELECT name, SUM(value) FROM counters GROUP BY name")
    counts: dict[str, int] = dict(rows.fetchall())
    (applied,) = connection.execute("SELECT COUNT(*) FROM events").fetchone()
    (dead,) = connection.execute("SELECT COUNT(*) FROM dead_letters WHERE status <> 'replayed'").fetchone()
    return Accounting(
        received=counts.get("received", 0),
        applied=applied,
        duplicate=counts.get("duplicate", 0),
        rejected=counts.get("rejected", 0),
        dead_letters=dead,
        repeated=counts.get("repeated", 0),
    )
