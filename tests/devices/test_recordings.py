"""Every recording in tests/captures decodes to what stands beside it; and what no recording may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.recording import Chunk, Header, Reader, RecordingFault
from monitor.cli import main
from tests.devices.support import CAPTURES

HEADER = Header("dinamap", "9600 8N1", "chairside", "demo", "asked", "2026-02-03T14:30:00+00:00")
CHUNKS = [Chunk(0.0, ">", b"\r NA!2\r"), Chunk(0.25, "<", bytes(range(256))), Chunk(0.25, "<", b"\r")]


@pytest.mark.parametrize("path", sorted(CAPTURES.glob("*.rec")), ids=lambda path: path.stem)
def test_a_recording_decodes_to_what_stands_beside_it(path: Path, capfdbinary) -> None:
    assert main(["decode", str(path)]) == 0
    assert capfdbinary.readouterr().out == path.with_suffix(".expected.jsonl").read_bytes()


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_what_is_written_is_read_however_it_is_cut(size: int) -> None:
    text = (HEADER.text() + "".join(chunk.text() for chunk in CHUNKS)).encode()
    reader, read = Reader(), []
    for at in range(0, len(text), size):
        read += reader.feed(text[at : at + size])
    reader.finish()
    assert read == CHUNKS
    assert reader.keys["kind"] == "dinamap"
    assert reader.keys["began"] == "2026-02-03T14:30:00+00:00"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"0.1 < 4\n", "line 8: expected seconds, < or >, and hexadecimal, got '0.1 < 4'"),
        (b"0.1 ? 41\n", "line 8: expected seconds"),
        (b"2.0 < 41\n1.0 < 42\n", "line 9: expected 2 s or later, got 1 s"),
        (b"0.1 < 41", "line 8: expected an end of the line, got the end of the recording"),
    ],
)
def test_a_recording_with_a_fault_names_its_line(tmp_path: Path, body: bytes, words: str, capfd) -> None:
    path = tmp_path / "bad.rec"
    path.write_bytes(HEADER.text().encode() + body)
    assert main(["decode", str(path)]) == 2
    assert words in capfd.readouterr().err


def test_a_recording_of_another_version_is_refused() -> None:
    with pytest.raises(RecordingFault, match="line 1: expected # chairside recording 1, got"):
        list(Reader().feed(b"# chairside recording 2\n"))
