"""Tokens of other systems: who has one, what for, how often it was used; made, shown once, revoked (interface.md)."""

import asyncio
from typing import Any

from msgspec import Struct
from starlette.responses import Response

from hub.outside.tokens import (
    SCOPES,
    TOKENS_MAX,
    NoRoomForTokenError,
    NoSuchTokenError,
    Scope,
    TokenError,
    TokenTakenError,
    Use,
    is_token_name,
    make_token,
    read_tokens,
    read_uses,
    revoke_token,
)
from hub.staff.house import Told, refused
from hub.staff.routing import Action, Declared, Page
from hub.staff.typed import plain
from hub.staff.visit import Visit

PATH = "/staff/tokens"
UNREADABLE = "令牌文件无法读取或写入，请联系设备维护人员"
SCOPE_WORDS: dict[Scope, str] = {
    "hall": "大厅与业务目录",
    "queues": "窗口与排队情况",
    "tickets": "当日号码",
    "devices": "设备状态",
    "figures": "当日统计",
    "metrics": "运行指标（监控）",
}


class Making(Struct, frozen=True, kw_only=True):
    """What a token is to be called, and what it is for."""

    name: str = ""
    scopes: tuple[str, ...] = ()


class Revoking(Struct, frozen=True, kw_only=True):
    """Whose token is to hold no longer."""

    name: str = ""


async def show(visit: Visit) -> Response:
    """Return the page."""
    try:
        tokens, uses = await asyncio.to_thread(_read, visit)
    except (OSError, TokenError):
        raise refused(UNREADABLE, 503) from None
    lines = [(one, [SCOPE_WORDS[scope] for scope in one.scopes], uses.get(one.sha256, Use())) for one in tokens]
    lines.sort(key=lambda line: (line[0].revoked_at is not None, line[0].name))
    return visit.page("tokens.html", lines=lines, scopes=SCOPE_WORDS, zone=visit.house.hall.zone)


def _read(visit: Visit) -> Any:
    folder = visit.house.folder
    return read_tokens(folder), read_uses(folder)


async def make(visit: Visit) -> Told:
    """Make a token, which is shown this once; that it was wanted is kept before."""
    wanted = await visit.form(Making)
    name = _name(wanted.name)
    if not wanted.scopes or not set(wanted.scopes) <= set(SCOPES):
        raise refused("请至少选择一项可读取的内容", 400)
    visit.note("tokens", f"make {name} {','.join(wanted.scopes)}")
    house = visit.house
    try:
        written = await asyncio.to_thread(make_token, house.folder, name, wanted.scopes, house.clock.now())
    except TokenTakenError:
        raise refused(f"{name} 已有令牌，请先停用或换一个名称") from None
    except NoRoomForTokenError:
        raise refused(f"最多{TOKENS_MAX}个令牌，请先停用不再使用的") from None
    except (OSError, TokenError):
        raise refused(UNREADABLE, 503) from None
    return Told(f"{name} 的令牌（只显示这一次，请立即抄录或复制）：{written}", is_secret=True)


async def revoke(visit: Visit) -> Told:
    """Have a token hold no longer, at once."""
    name = _name((await visit.form(Revoking)).name)
    visit.note("tokens", f"revoke {name}")
    try:
        await asyncio.to_thread(revoke_token, visit.house.folder, name, visit.house.clock.now())
    except NoSuchTokenError:
        raise refused(f"{name} 没有有效的令牌") from None
    except (OSError, TokenError):
        raise refused(UNREADABLE, 503) from None
    return Told(f"{name} 的令牌已停用", to=PATH)


def _name(typed: str) -> str:
    """Return it as it may stand in the journal; raise Told where it is none."""
    name = plain(typed).lower()
    if not is_token_name(name):
        raise refused("名称有误，请用小写字母、数字和短横线，如 wall-display", 400)
    return name


DECLARED: tuple[Declared, ...] = (
    Page(path=PATH, permission="tokens", show=show, menu="接口令牌"),
    Action(path=f"{PATH}/make", permission="tokens", do=make),
    Action(path=f"{PATH}/revoke", permission="tokens", do=revoke),
)
