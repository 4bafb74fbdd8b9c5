"""A template that is changed while the hall is open: the next ticket has it when it is sound, and never a mistake."""

from pathlib import Path

from tests.hall.staffed import StaffedHall, staffed_hall

SOUND = "\ufeff# ours\r\n[centre] {hall}\r\n[centre 4x4] {number}\r\n欢迎光临\r\n[cut]\r\n"


def written(hall: StaffedHall, text: str, name: str = "ticket") -> Path:
    folder = hall.folder / "forms"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.txt"
    path.write_bytes(text.encode())
    return path


async def said(hall: StaffedHall, words: str) -> None:
    await hall.until(lambda: words in hall.hub.output, f"the hub did not say {words!r}")


async def test_a_changed_template_is_printed_when_it_is_sound_and_only_then(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(), count=1) as hall:
        shipped = await hall.ticket()
        assert shipped.splitlines()[:2] == ["满员厅", "A001"]
        assert "欢迎光临" not in shipped

        path = written(hall, SOUND)
        await said(hall, f"{path}: taken")
        assert (await hall.ticket()).splitlines() == ["满员厅", "A002", "欢迎光临"]

        written(hall, SOUND.replace("{number}", "{nummer}"))
        await said(hall, f"{path}:3: unknown field {{nummer}}; this form has")
        assert (await hall.ticket()).splitlines() == ["满员厅", "A003", "欢迎光临"]

        other = written(hall, "[columns 30 30] {hall}|{number}\n[cut]", "result")
        await said(hall, f"{other}:1: columns of 60 cells on paper of 32")
        assert hall.hub.output.count("{nummer}") == 1

        written(hall, SOUND.replace("欢迎光临", "请坐"))
        await hall.until(lambda: hall.hub.output.count(f"{path}: taken") == 2)
        assert (await hall.ticket()).splitlines() == ["满员厅", "A004", "请坐"]

        path.unlink()
        await said(hall, f"{path}: gone; the shipped template is printed again")
        again = (await hall.ticket()).splitlines()
        assert again[1:4] == ["A005", "户籍", "您的前面还有4人在等待"]
        assert again[-2] == shipped.splitlines()[-2] == "咨询电话 027-5550110"


async def test_a_hall_opens_with_a_broken_template_and_prints_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    path = tmp_path / "forms" / "ticket.txt"
    path.write_text("[centre] {hall}\n", encoding="utf-8")
    async with staffed_hall(tmp_path, who=(), count=1) as hall:
        await said(
            hall, f"{path}:1: the slip is not cut off; end it with [cut]; what was sound before is still printed"
        )
        assert (await hall.ticket()).splitlines()[:3] == ["满员厅", "A001", "户籍"]


async def test_own_templates_are_there_from_the_first_ticket_on(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "ticket.txt").write_bytes(SOUND.encode())
    async with staffed_hall(tmp_path, who=(), count=1) as hall:
        assert (await hall.ticket()).splitlines() == ["满员厅", "A001", "欢迎光临"]


async def test_what_a_template_makes_too_long_today_is_printed_as_shipped_and_holds_up_nobody(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    codes = "[qr] " + "x" * 695 + "{service}{number}\n[cut]\n"
    (tmp_path / "forms" / "ticket.txt").write_text(codes, encoding="utf-8")
    async with staffed_hall(tmp_path, who=(), count=1) as hall:
        assert (await hall.ticket()).splitlines()[1:3] == ["A001", "户籍"]
        await said(hall, "a ticket cannot be printed with its template: a QR code of ")
        assert (await hall.ticket()).splitlines()[1] == "A002"
