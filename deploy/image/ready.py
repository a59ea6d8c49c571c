"""The health check of an image: exits with 0 when the process of this container reports that it is ready.

It runs every few seconds next to every process, so it imports almost nothing.
"""

import socket
import sys

PORT = 8000
"""The port of the health check of `api` and `worker`, each in a container of its own."""

with socket.create_connection(("127.0.0.1", PORT), timeout=4) as connection:
    connection.sendall(b"GET /health/ready HTTP/1.0\r\n\r\n")
    status = connection.recv(64).split()[1]
sys.exit(status != b"200")
