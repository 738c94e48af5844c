"""The scaled-out home as an API node sees it: deliveries go to Kafka, care goes to Postgres, changes are heard of."""
