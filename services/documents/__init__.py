"""Knowledge: documents, who may read them, whether they can be trusted, and what their use came to."""
