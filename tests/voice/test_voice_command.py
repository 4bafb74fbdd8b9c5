"""``lintel voice``: what a folder of clips lacks, and making it."""

import asyncio
import sys
from pathlib import Path

from displays.voice.phrases import TONGUES

COUNT = len(TONGUES["zh"].clips)


async def lintel(*words: str) -> tuple[int | None, list[str], str]:
    """Run the command and return its exit code, the lines it printed, and its complaint."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hub.cli", "voice", *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode().splitlines(), err.decode()


async def test_what_is_missing_is_listed_made_and_then_not_missing(tmp_path: Path) -> None:
    folder = str(tmp_path / "clips")
    code, lines, _ = await lintel("clips", folder)
    assert (code, len(lines)) == (1, 2 * COUNT + 2)
    assert lines[0] == "missing zh/0.wav  零"
    assert lines[-2:] == [f"zh: {COUNT} of {COUNT} missing", f"yue: {COUNT} of {COUNT} missing"]
    code, lines, _ = await lintel("make", folder, "--language", "yue")
    assert (code, lines[-1]) == (0, f"{COUNT} clips made")
    assert await lintel("clips", folder, "--language", "yue") == (0, [f"yue: 0 of {COUNT} missing"], "")
    (tmp_path / "clips" / "yue" / "qing.wav").write_bytes(b"noise")
    code, lines, _ = await lintel("clips", folder, "--language", "yue")
    assert code == 1
    assert "wrong" in lines[0]
    assert "qing.wav: no WAV file" in lines[0]


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, err = await lintel("make", str(tmp_path / "file"), "--language", "zh")
    assert code == 1
    assert "file" in err
    assert "Traceback" not in err
