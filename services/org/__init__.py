"""The organisation: company, calendar, people, teams, quotas, rates and pipelines as events tell of them."""
