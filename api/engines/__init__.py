"""What runs behind the door: the store of this process alone, or a node of the scaled-out home."""
