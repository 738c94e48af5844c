"""Migrations: the steps between the schemas of a store, in SQLite and in Postgres."""
