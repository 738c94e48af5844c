"""The edges: settings, wiring, HTTP, pages, imports and the command line."""
