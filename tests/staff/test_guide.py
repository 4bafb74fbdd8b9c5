"""The guide's pages: what a guide can do for people, and what he cannot (M7, M24, M25, M35, S10, S21)."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from hub.rules import commands, events
from hub.rules.plan import ORDINARY
from hub.staff.pages import DECLARED
from hub.staff.routing import Action
from tests.hall.staffed import device
from tests.staff.house import CHEN, LI, SUN, Pages, Visitor, open_house, staff_hall
from tests.staff.served import come_up, print_out

GUIDED = '\n[services.guide]\nbasis = "户口登记条例"\nfee = "免费"\n'
ELSEWHERE = 'elsewhere = "自助机可办，也可网上办"\nminutes = 30\n'


async def told(visitor: Visitor, path: str, **form: object) -> str:
    """Return the words of an action that is carried out."""
    answer = await visitor.ask(path, **form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["words"])


async def why_not(visitor: Visitor, path: str, **form: object) -> tuple[int, str]:
    """Return status and words of an action that is refused."""
    answer = await visitor.ask(path, **form)
    assert answer.status_code >= 400, answer.text
    return answer.status_code, answer.json()["words"]
