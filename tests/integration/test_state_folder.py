"""Several programs write into a hall's state folder at once, such as two `lintel flash`: nobody loses what he made."""

import threading
from collections.abc import Callable
from pathlib import Path

from hub.authority import load_authority
from hub.firmware_serial import last_serial, next_serial
from hub.flashing.record import Made, keep_made, made_boards
from hub.secrets import load_secrets, update_keys

WRITERS = 8
TIMES = 5


def at_once(work: Callable[[int, int], None]) -> None:
    """Have everybody do his work as many times, all at the same moment; raise what any of them raised."""
    gate, raised = threading.Barrier(WRITERS), list[BaseException]()

    def write(who: int) -> None:
        try:
            for time in range(TIMES):
                gate.wait()
                work(who, time)
        except (OSError, ValueError, threading.BrokenBarrierError) as error:
            gate.abort()
            raised.append(error)

    threads = [threading.Thread(target=write, args=(who,)) for who in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not raised, raised


def test_passwords_and_keys_that_are_made_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    path, made = tmp_path / "state" / "secrets.json", dict[str, tuple[str, str]]()

    def work(who: int, time: int) -> None:
        name = f"pad-{who}-{time}"
        password = load_secrets(path, [name]).passwords[name]
        made[name] = password, update_keys(path, [name])[name]

    at_once(work)
    kept = load_secrets(path, [])
    assert made == {name: (kept.passwords[name], kept.keys[name]) for name in made}
    assert len(made) == len(kept.passwords) == WRITERS * TIMES
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_no_number_of_a_firmware_is_given_twice(tmp_path: Path) -> None:
    numbers: list[int] = []
    at_once(lambda _who, _time: numbers.append(next_serial(tmp_path)))
    assert sorted(numbers) == list(range(1, WRITERS * TIMES + 1))
    assert last_serial(tmp_path) == WRITERS * TIMES


def test_no_board_is_missing_in_the_record(tmp_path: Path) -> None:
    made = Made(uid="", chip="pico-w", version="1", serial=1, at=1)
    at_once(lambda who, time: keep_made(tmp_path, f"pad-{who}-{time}", made))
    assert len(made_boards(tmp_path)) == WRITERS * TIMES


def test_there_is_one_authority_whoever_needs_it_first(tmp_path: Path) -> None:
    made: list[bytes] = []
    at_once(lambda _who, time: made.append(load_authority(tmp_path / str(time), "small").ca_der))
    assert len(set(made)) == TIMES
