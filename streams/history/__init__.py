"""The archive applied again: replay, rules versions, proof, and the past as it had happened."""
