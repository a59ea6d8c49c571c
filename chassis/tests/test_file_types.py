"""A file is what its first bytes say, and a part of it is what was asked for."""

import pytest

from chassis.web.file_types import DOWNLOADED, EXTENSIONS, FileType, byte_range, file_type_of

PHONE_FILM = b"\x00\x00\x00\x18ftypmp42" + b"".join(b"hdlr" + bytes(8) + kind for kind in (b"vide", b"soun"))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00", FileType.MP4),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm", FileType.WEBM),
        (b"\x1a\x45\xdf\xa3\x9fB\x82\x88matroska", None),
        (b"\x89PNG\r\n\x1a\n\x00", FileType.PNG),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", FileType.JPEG),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", FileType.WEBP),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
        (b"%PDF-1.7", FileType.PDF),
        (b"ID3\x04\x00\x00", FileType.MP3),
        (b"\xff\xfb\x90\x64", FileType.MP3),
        (b"OggS\x00\x02" + bytes(22) + b"\x01\x13OpusHead", FileType.OGG),
        (b"OggS\x00\x02" + bytes(22) + b"\x01\x2a\x80theora", None),
        (b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00", FileType.M4A),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(90) + b"hdlr" + bytes(8) + b"soun", FileType.M4A),
        (PHONE_FILM, FileType.MP4),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml ppt/presentation.xml", FileType.PPTX),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml ppt/presentation.xml ppt/vbaProject.bin", None),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml xl/workbook.xml", None),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.presentation", FileType.ODP),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", None),
        (b"<!doctype html><script>", None),
        (b"MZ\x90\x00", None),
        (b"", None),
    ],
)
def test_the_first_bytes_decide(content: bytes, found: FileType | None) -> None:
    assert file_type_of(content) is found


def test_every_type_has_an_extension() -> None:
    assert set(EXTENSIONS) == set(FileType)


def test_only_pictures_sounds_and_films_are_shown_on_our_pages() -> None:
    shown = {file_type.split("/")[0] for file_type in set(FileType) - DOWNLOADED}
    assert shown == {"image", "audio", "video"}


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("", (0, 100)),
        ("bytes=0-", (0, 100)),
        ("bytes=0-1", (0, 2)),
        ("bytes=90-200", (90, 100)),
        ("bytes=100-", (0, 100)),
        ("bytes=5-2", (0, 100)),
        ("bytes=-5", (0, 100)),
        ("bytes=0-1,4-5", (0, 100)),
        ("nonsense", (0, 100)),
    ],
)
def test_what_cannot_be_served_in_part_is_served_whole(asked: str, part: tuple[int, int]) -> None:
    assert byte_range(asked, 100) == part
