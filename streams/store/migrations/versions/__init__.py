"""One file for each schema; a file that was released is not changed any more."""
