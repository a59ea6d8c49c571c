"""Ends with 0 where the process of this container says that it is ready: an image's health check.

It runs every few seconds beside every process, so it imports next to nothing.
"""

import socket
import sys

PORT = 8000
"""Where api and worker answer for their health, each in a container of its own."""

with socket.create_connection(("127.0.0.1", PORT), timeout=4) as connection:
    connection.sendall(b"GET /health/ready HTTP/1.0\r\n\r\n")
    status = connection.recv(64).split()[1]
sys.exit(status != b"200")
