"""The ledger: what applies deliveries to a store of either kind, follows its rules, and keeps its dead letters."""
