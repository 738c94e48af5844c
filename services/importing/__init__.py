"""Reading the exports of other systems: from text to rows, from rows to facts, from facts to events."""
