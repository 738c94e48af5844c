"""Ports of this machine that nobody listens on."""

import secrets
import socket

HOST = "127.0.0.1"
# Below the ports that systems give to outgoing connections, so that a port is still free after a restart.
_LOWEST, _HIGHEST = 20_000, 32_000


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    while not is_free(port := _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)):
        pass
    return port


def is_free(port: int) -> bool:
    """Return whether a server can listen on a loopback port."""
    with socket.socket() as tried:
        # As servers do: connections that end only slowly do not keep a port.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
            tried.listen()
        except OSError:
            return False
    return True
