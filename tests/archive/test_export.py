"""An archive proves itself: the same rows give the same bytes, and no byte of it can be changed unseen."""

import gzip
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from hub.archive.checking import verify_archive
from hub.archive.manifest import MANIFEST, SUM, ArchiveError, file_of, read_manifest, sum_line, written
from hub.archive.span import month
from hub.journal import read_rows
from hub.journal_rows import chain
from tests.archive.conftest import MADE_AT, Place


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def made_again(folder: Path) -> None:
    """Do what a forger would: have manifest and sum fit the files as they are."""
    made = read_manifest(folder)
    content = written(replace(made, files=tuple(file_of(folder / file.name) for file in made.files)))
    (folder / MANIFEST).write_bytes(content)
    (folder / SUM).write_bytes(sum_line(content))


@pytest.mark.req("M26")
def test_the_same_rows_give_the_same_bytes_apart_from_the_moment(place: Place) -> None:
    place.export("one")
    place.export("two")
    place.export("later", at=MADE_AT + 1000)
    one, later = bytes_of(place.folder / "one"), bytes_of(place.folder / "later")
    assert one == bytes_of(place.folder / "two")
    assert {name for name in one if one[name] != later[name]} == {"README.txt", MANIFEST, SUM}


@pytest.mark.req("M26")
def test_the_manifest_says_what_it_was_made_from(place: Place) -> None:
    made = place.export("out")
    rows = {row.row: row for row in read_rows(place.journal)}
    assert (made.days, made.records, made.unnamed) == (("20261121", "20261122", "20261123"), 10, 0)
    assert (made.first_row, made.before, made.first_hash) == (1, "00" * 32, rows[1].hash.hex())
    assert rows[made.last_row].opens == "20261124", "the row that ends the last day opens the next"
    assert made.last_hash == rows[made.last_row].hash.hex()
    assert "制作人：周查看(027008)" in (place.folder / "out" / "README.txt").read_text(encoding="utf-8")
    assert list(verify_archive(place.folder / "out", place.journal)) == []


@pytest.mark.req("M26")
def test_a_flipped_byte_anywhere_is_found(place: Place) -> None:
    place.export("out")
    folder = place.folder / "out"
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        for at in {0, len(whole) - 1, *range(7, len(whole), max(1, len(whole) // 12))}:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert list(verify_archive(folder)), f"{path.name} at {at}"
        path.write_bytes(whole)
    assert list(verify_archive(folder)) == []


def test_a_file_more_or_less_is_found(place: Place) -> None:
    place.export("out")
    folder = place.folder / "out"
    (folder / "more.txt").write_text("x")
    (folder / "records.csv").unlink()
    assert list(verify_archive(folder)) == ["more.txt does not belong to the archive", "records.csv is missing"]
    (folder / SUM).unlink()
    assert "no archive is there" in next(verify_archive(folder))


@pytest.mark.req("M26")
def test_records_that_do_not_follow_from_the_rows_are_found_though_every_hash_fits(place: Place) -> None:
    place.export("out")
    folder = place.folder / "out"
    records = folder / "records.jsonl"
    records.write_bytes(records.read_bytes().replace(b'"rating":"2"', b'"rating":"5"'))
    made_again(folder)
    assert list(verify_archive(folder)) == ["records.jsonl: line 4 is not what the rows of 20261122 A001 tell"]


@pytest.mark.req("M26")
def test_rows_that_were_changed_and_chained_anew_are_found_by_the_journal(place: Place) -> None:
    place.export("out")
    folder = place.folder / "out"
    last, lines = bytes(32), []
    for line in gzip.decompress((folder / "rows.jsonl.gz").read_bytes()).splitlines():
        *cells, _hash = msgspec.json.decode(line)
        cells[-1] = cells[-1].replace('"level":2', '"level":5')
        last = chain(last, tuple(cells))
        lines.append(msgspec.json.encode([*cells, last.hex()]) + b"\n")
    (folder / "rows.jsonl.gz").write_bytes(gzip.compress(b"".join(lines), mtime=0))
    records = folder / "records.jsonl"
    rated = b'"what":"rated","by":"027002","counter":2,"detail":"%d"'
    forged = records.read_bytes().replace(b'"rating":"2"', b'"rating":"5"')
    records.write_bytes(forged.replace(rated % 2, rated % 5))
    manifest = replace(read_manifest(folder), last_hash=last.hex())
    (folder / MANIFEST).write_bytes(written(manifest))
    (folder / SUM).write_bytes(sum_line(written(manifest)))
    made_again(folder)
    assert list(verify_archive(folder)) == [], "in itself it is sound"
    said = list(verify_archive(folder, place.journal))
    assert said
    assert all("is not the one that was archived" in one for one in said)


def test_records_may_be_handed_on_without_the_rows(place: Place) -> None:
    made = place.export("out", has_rows=False)
    assert not made.has_rows
    assert not (place.folder / "out" / "rows.jsonl.gz").exists()
    assert "rows.jsonl" not in (place.folder / "out" / "README.txt").read_text(encoding="utf-8")
    assert list(verify_archive(place.folder / "out", place.journal)) == []


def test_a_day_that_is_not_over_and_one_that_never_was_are_refused(place: Place) -> None:
    with pytest.raises(ArchiveError, match="business day 20261125 is not over"):
        place.export("out", last="20261130")
    with pytest.raises(ArchiveError, match="no business day from 20250101 to 20250131"):
        place.export("out", *month("2025-01"))
    assert [path.name for path in place.folder.iterdir()] == ["state"]
    place.export("out")
    with pytest.raises(ArchiveError, match="is there already"):
        place.export("out")


@pytest.mark.parametrize(("typed", "last"), [("2026-02", "20260228"), ("2028-02", "20280229"), ("2026-12", "20261231")])
def test_a_month_has_its_days(typed: str, last: str) -> None:
    assert month(typed) == (f"{last[:6]}01", last)
    with pytest.raises(ArchiveError, match="no such month"):
        month("2026-13")
