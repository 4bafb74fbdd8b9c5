"""Speech that nobody waits for any more: who is cancelled comes back, however much has been said by then."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from displays.voice.espeak import speech

LIMIT_S = 20.0
MOMENTS = 12
MOMENT_S = 0.003
BUSY_S = 0.01
"""How long the event loop does something else, as a hub or a simulator does, while the program goes on writing."""


async def test_speech_that_is_cancelled_ends_however_much_waits_in_its_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = tmp_path / "espeak-ng"
    endless.write_text("#!/bin/sh\nexec cat /dev/zero\n")
    endless.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for moment in range(MOMENTS):
        task = asyncio.create_task(speech("请A零零一号", "cmn-latn-pinyin"))
        await asyncio.sleep(moment * MOMENT_S)
        task.cancel()
        time.sleep(BUSY_S)  # noqa: ASYNC251  (the loop is busy)
        done, _ = await asyncio.wait({task}, timeout=LIMIT_S)
        assert done, f"cancelled at moment {moment}, it waits for ever"
        assert task.cancelled()
