"""Tools for assistants over MCP, which read and change nothing."""
