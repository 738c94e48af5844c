"""The workers of the scaled-out home: what reads the log and lets the ledger apply it, each event once."""
