"""Unreadable records, each kind for another reason."""

from random import Random

from tests.faults.foreign import Written

KINDS = (
    "null header",
    "header not UTF-8",
    "header of 1 MB",
    "no id",
    "unknown version",
    "bad JSON",
    "empty value",
    "no value",
)


def spoilt(good: Written, kind: str, random: Random) -> Written:
    """The record, made unreadable."""
    value, headers = good.value, dict(good.headers)
    match kind:
        case "null header":
            headers["ce_id"] = None
        case "header not UTF-8":
            headers["ce_subject"] = b"\xff" + random.randbytes(8)
        case "header of 1 MB":
            headers["ce_source"] = b"x" * 1_000_000
        case "no id":
            del headers["ce_id"]
        case "unknown version":
            headers["ce_type"] = b"minka.sessions.AttendanceRecorded.v9"
        case "bad JSON":
            value = b"{" + random.randbytes(20)
        case "empty value":
            value = b""
        case "no value":
            value = None
    return Written(good.key, value, list(headers.items()))
