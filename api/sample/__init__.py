"""The sample company: believable people, accounts and deals, made from a seed."""
