"""Questions that search could not answer: who is asked, who may see them, and what became of them."""
