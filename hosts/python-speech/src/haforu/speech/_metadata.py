"""What a file says of its audio besides the samples: title and language, to and from the three containers' own records."""

from __future__ import annotations

import struct
from typing import NamedTuple


class AudioMetadata(NamedTuple):
    """An empty string is not written."""

    title: str = ""
    #: A BCP 47 tag such as "en-US".
    language: str = ""


#: Code points of each: what a container's field of 64 KiB holds with room to spare.
MOST_METADATA = 4096
_UTF8 = b"\x03"


def riff_info(metadata: AudioMetadata) -> bytes:
    """A RIFF LIST chunk "INFO" with INAM and ILNG, or nothing. UTF-8, as programs of today read it."""
    fields = b"".join(_riff_field(name, value) for name, value in ((b"INAM", metadata.title), (b"ILNG", metadata.language)) if value)
    return b"LIST" + struct.pack("<I", len(fields) + 4) + b"INFO" + fields if fields else b""


def _riff_field(name: bytes, value: str) -> bytes:
    text = value.encode("utf-8", "replace") + b"\0"
    # Chunks begin at even places; the size does not count the padding.
    return name + struct.pack("<I", len(text)) + text + b"\0" * (len(text) % 2)


def read_riff_info(body: bytes) -> AudioMetadata:
    """`body`: of a LIST chunk, after its size."""
    found: dict[bytes, str] = {}
    at = 4 if body[:4] == b"INFO" else len(body)
    while at + 8 <= len(body):
        (size,) = struct.unpack_from("<I", body, at + 4)
        found[body[at : at + 4]] = body[at + 8 : at + 8 + size].decode("utf-8", "replace").rstrip("\0")
        at += 8 + size + size % 2
    return AudioMetadata(found.get(b"INAM", ""), found.get(b"ILNG", ""))


def vorbis_comment(metadata: AudioMetadata) -> bytes:
    """A FLAC VORBIS_COMMENT block (RFC 9639, section 8.6) without its header."""
    comments = [f"{name}={value}" for name, value in (("TITLE", metadata.title), ("LANGUAGE", metadata.language)) if value]
    vendor = b"haforu"
    parts = [struct.pack("<I", len(vendor)), vendor, struct.pack("<I", len(comments))]
    for comment in comments:
        data = comment.encode("utf-8", "replace")
        parts += [struct.pack("<I", len(data)), data]
    return b"".join(parts)


def read_vorbis_comment(body: bytes) -> AudioMetadata:
    """A block that is cut short gives what stands before the cut."""
    found: dict[str, str] = {}

    def size(at: int) -> int:
        return int(struct.unpack_from("<I", body, at)[0]) if at + 4 <= len(body) else len(body)

    at = 4 + size(0)
    count = size(at)
    at += 4
    while count > 0 and at + 4 <= len(body):
        length = size(at)
        name, _, value = body[at + 4 : at + 4 + length].decode("utf-8", "replace").partition("=")
        found.setdefault(name.upper(), value)
        at += 4 + length
        count -= 1
    return AudioMetadata(found.get("TITLE", ""), found.get("LANGUAGE", ""))


def id3_tag(metadata: AudioMetadata) -> bytes:
    """An ID3v2.4 tag: TIT2, and the language as it was given in a TXXX frame (TLAN holds three-letter codes of ISO 639-2 alone, which is
    written where the tag has one).
    """
    frames = b""
    if metadata.title:
        frames += _id3_frame(b"TIT2", metadata.title)
    if metadata.language:
        primary = metadata.language.split("-")[0].lower()
        three_letters = "eng" if primary == "en" else primary if len(primary) == 3 else ""
        if three_letters:
            frames += _id3_frame(b"TLAN", three_letters)
        frames += _id3_frame(b"TXXX", f"LANGUAGE\0{metadata.language}")
    return b"ID3\x04\0\0" + _sync_safe(len(frames)) + frames if frames else b""


def _id3_frame(name: bytes, text: str) -> bytes:
    body = _UTF8 + text.encode("utf-8", "replace")
    return name + _sync_safe(len(body)) + b"\0\0" + body


def read_id3(file: bytes) -> tuple[AudioMetadata, int]:
    """The metadata, and the bytes that the tag takes at the file's start."""
    if len(file) < 10 or file[:3] != b"ID3":
        return AudioMetadata(), 0

    def length(at: int) -> int:
        return sum((byte & 0x7F) << shift for byte, shift in zip(file[at : at + 4], (21, 14, 7, 0)))

    end = min(len(file), 10 + length(6))
    title = language = ""
    at = 10
    while at + 11 <= end:
        name, after = file[at : at + 4], at + 10 + length(at + 4)
        text = file[at + 11 : min(end, after)].decode("utf-8", "replace")
        if name == b"TIT2":
            title = text
        elif name == b"TXXX" and text.startswith("LANGUAGE\0"):
            language = text.removeprefix("LANGUAGE\0")
        at = after
    return AudioMetadata(title, language), end


def _sync_safe(value: int) -> bytes:
    """Seven bits a byte (ID3v2.4, section 6.2)."""
    return bytes((value >> shift) & 0x7F for shift in (21, 14, 7, 0))
