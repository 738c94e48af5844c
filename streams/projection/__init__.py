"""The projector: the only writer of state, journal and cells, and what it has in hand for one batch."""
