"""Text as search reads it, whatever the model."""
