"""The version of the tables of a store, and where a store writes it down."""

SCHEMA_VERSION = 2
FIRST = 1

# Where a store writes down its schema, for the library that moves it to another (streams/store/migrations).
STAMPED = (
    "CREATE TABLE IF NOT EXISTS alembic_version "
    "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def stamp(version: int) -> str:
    """Return the statement that writes down the schema of a store that has none written down yet."""
    return f"INSERT INTO alembic_version VALUES ('{version:04}')"
