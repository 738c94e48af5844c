"""How the journal's measures are summed: which have cells, and which are stocks."""

# Read from the journal row by row: distinct counts need the subjects, money received needs the deal of each row.
WITHOUT_CELLS = frozenset(
    {"touched", "deal_touched", "due", "collected", "unallocated", "contract", "contract_paid", "received"}
    | {"assist", "document_used"}
)
# Stocks are running sums over all days.
STOCKS = frozenset({"open"})
