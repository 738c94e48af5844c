"""The log on Kafka: topics, frames, what writes them and what looks after them."""
