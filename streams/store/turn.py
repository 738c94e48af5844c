"""The turn of a store in Postgres: an advisory lock that lasts as long as the transaction that writes."""

import psycopg

# The numbers of advisory locks are shared by all who use a database; these are ours.
TURN, MAKING, UNHURRIED = 7_226_001, 7_226_002, 7_226_003

# The server's own limits end a process that is silent between statements. One that stands still in the middle of
# sending rows, or of reading an answer, it would wait for as long as the connection lives.
_END_STUCK = """
SELECT pg_terminate_backend(pid) FROM pg_locks AS held JOIN pg_stat_activity AS who USING (pid)
WHERE held.locktype = 'advisory' AND held.objid = %s AND held.granted
AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND who.wait_event_type = 'Client' AND who.xact_start < clock_timestamp() - make_interval(secs => %s)
AND NOT EXISTS (SELECT FROM pg_locks AS mark WHERE mark.pid = held.pid
                AND mark.locktype = 'advisory' AND mark.objid = %s)
"""


def end_stuck(address: str, hold_max_seconds: int) -> int:
    """Take the turn from a holder that the server has waited for longer than `hold_max_seconds`.

    Who has declared itself unhurried keeps it. Return how many connections were ended; 0 also while the database is
    away.
    """
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=10) as raw:
            return len(raw.execute(_END_STUCK.encode(), (TURN, hold_max_seconds, UNHURRIED)).fetchall())
    except psycopg.Error:
        return 0
