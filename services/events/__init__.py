"""Events: immutable facts in CloudEvents envelopes, one frozen class for the data of each type."""
