"""A worker of reporting that reads so many records at a time as it is told; otherwise as it is."""

import sys

from benchmarks.peers.assignment import Assignment
from chassis import command
from chassis.messaging.projections import reader
from services.reporting.app import service

if __name__ == "__main__":
    reader.BATCH_SIZE = Assignment.given().batch or reader.BATCH_SIZE
    sys.argv = [sys.argv[0], "worker"]
    command.run(service)
