"""One question to a Kafka broker, in its own protocol: which brokers do you know?"""

import socket
import struct

_METADATA, _VERSION, _CORRELATION = 3, 1, 7
_CLIENT = b"paceline"
_ANSWER_MAX_BYTES = 2**20


def brokers_known(port: int, *, timeout_seconds: float = 1.0) -> int:
    """Return how many brokers the one on a loopback port knows to be up; 0 while it does not answer."""
    header = struct.pack(">hhih", _METADATA, _VERSION, _CORRELATION, len(_CLIENT)) + _CLIENT
    request = header + struct.pack(">i", 0)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=timeout_seconds) as opened:
            opened.sendall(struct.pack(">i", len(request)) + request)
            (length,) = struct.unpack(">i", _exactly(opened, 4))
            if not 12 <= length <= _ANSWER_MAX_BYTES:
                return 0
            answer = _exactly(opened, length)
    except OSError:
        return 0
    correlation, count = struct.unpack(">ii", answer[:8])
    return int(count) if correlation == _CORRELATION else 0


def _exactly(opened: socket.socket, length: int) -> bytes:
    """Return so many bytes; raise `ConnectionError` when the other side ends before."""
    found = b""
    while len(found) < length:
        part = opened.recv(length - len(found))
        if not part:
            raise ConnectionError
        found += part
    return found
