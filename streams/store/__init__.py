"""What is kept: the tables, the statements, an event as it is archived, and the SQLite file that holds them."""
