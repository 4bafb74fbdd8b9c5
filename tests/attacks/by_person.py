"""What somebody tries who works here without the role, or who has found a cookie, a PIN's place, an account."""

from urllib.parse import urlencode

from hub.config import MAINTAINER
from hub.rules.events import AccessNoted
from tests.attacks.declared import attack
from tests.attacks.site import Site
from tests.staff.house import LI, MANAGERS, PIN, SUN

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@attack(
    who="person",
    tried="A clerk asks for every page and every action that is not his, by their addresses",
    happens="403 each, with nothing of the page",
    counted="journal",
)
def without_the_role(site: Site) -> None:
    cookie, proof = sign_in(site, LI)
    before = len(site.facts())
    pages = ("/staff/people", "/staff/log", "/staff/devices", "/staff/screen", "/staff/reports")
    asked = {path: status_of(get(site, path, cookie)) for path in pages}
    assert set(asked.values()) <= {403, 404}, asked
    for path in ("/staff/people/save", "/staff/services/save", "/staff/devices/remove"):
        assert status_of(post(site, path, {"name": "x"}, cookie, proof)) in (403, 404, 405), path
    noted = [fact for fact in site.facts()[before:] if isinstance(fact, AccessNoted)]
    assert {(one.person, one.refused) for one in noted} == {(LI, "not-authorised")}
    assert len(noted) >= 1


@attack(
    who="person",
    tried="A form of his own session without its proof, and with that of another's session",
    happens="403; nothing is done",
    counted="journal",
)
def without_the_proof(site: Site) -> None:
    cookie, _proof = sign_in(site, SUN)
    _other, stolen = sign_in(site, MANAGERS["system"])
    before = len(site.facts())
    for proof in ("", stolen, "A" * 32):
        assert status_of(post(site, "/staff/guide/take", {"service": "A"}, cookie, proof)) == 403
    new = site.facts()[before:]
    assert {fact.refused for fact in new if isinstance(fact, AccessNoted)} == {"forged"}
    assert not [fact for fact in new if type(fact).__name__ == "TicketTaken"]


@attack(
    who="person",
    tried="Brings a cookie of his own choice to the sign-in, and keeps one after the other has signed out",
    happens="Every sign-in makes a new cookie; a session that is over lets nobody in",
    counted="",
)
def fixed_and_kept_cookies(site: Site) -> None:
    chosen = "lintel_staff=" + "A" * 43
    cookie, proof = sign_in(site, SUN, cookie=chosen)
    assert cookie != chosen
    assert status_of(get(site, "/staff/guide", chosen)) == 303
    assert status_of(get(site, "/staff/guide", cookie)) == 200
    post(site, "/staff/out", {}, cookie, proof)
    assert status_of(get(site, "/staff/guide", cookie)) == 303


@attack(
    who="person",
    tried="Guesses a colleague's PIN: five times, and whoever comes from the same desk meanwhile",
    happens="After three wrong ones that number waits a minute; others at that desk sign in",
    counted="request",
)
def guessed_pins(site: Site) -> None:
    victim = MANAGERS["viewer"]
    answers = [_try(site, victim, "9999") for _ in range(4)]
    assert {status_of(one) for one in answers} == {403}
    assert "请一分钟后再试" in answers[-1].decode()
    assert "请一分钟后再试" in _try(site, victim, PIN).decode(), "the right one too"
    assert sign_in(site, MANAGERS["announcer"])


@attack(
    who="person",
    tried="The maintainer's account at the broker, which may read all of the hall, writes",
    happens="The broker passes nothing on",
    counted="topic",
)
def the_maintainer_writes(site: Site) -> None:
    spy = site.maintainer()
    spy.subscribe(site.topics.everything)
    spy.heard()
    poison = b'{"poison":1}'
    for topic in (
        site.topics.event("pad-1"),
        site.topics.view("pad-1"),
        site.topics.hub_status,
        site.topics.want("pad-1"),
        site.topics.status(MAINTAINER),
        site.topics.event(MAINTAINER),
    ):
        for qos in (0, 1, 2):
            spy.publish(topic, poison, qos=qos, retain=True)
    assert [topic for topic, payload in spy.heard() if payload == poison] == []


def sign_in(site: Site, person: str, *, cookie: str = "") -> tuple[str, str]:
    """Return the cookie and the proof of somebody's session."""
    answer = _try(site, person, PIN, cookie)
    assert status_of(answer) == 303, answer[:400]
    found = next(line for line in answer.decode().splitlines() if line.lower().startswith("set-cookie: lintel_staff"))
    assert "Secure" in found
    assert "HttpOnly" in found
    assert "samesite=strict" in found.lower()
    cookie = found.partition(": ")[2].partition(";")[0]
    page = get(site, "/staff", cookie)
    while status_of(page) == 303:
        path = next(line for line in page.decode().splitlines() if line.lower().startswith("location")).split()[1]
        page = get(site, path, cookie)
    return cookie, page.decode().partition('name="proof" content="')[2].partition('"')[0]


def get(site: Site, path: str, cookie: str) -> bytes:
    """Return what a page answers."""
    return site.http(f"GET {path} HTTP/1.1\r\nHost: hub\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode())


def post(site: Site, path: str, form: dict[str, str], cookie: str, proof: str) -> bytes:
    """Return what an action answers."""
    body = urlencode(form).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: hub\r\nCookie: {cookie}\r\nX-Proof: {proof}\r\nConnection: close\r\n"
    return site.http(head.encode() + FORM + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def status_of(answer: bytes) -> int:
    """Return the status of an answer; 0: there was none."""
    return int(answer.split(b" ", 2)[1]) if answer else 0


def _try(site: Site, person: str, pin: str, cookie: str = "") -> bytes:
    return post(site, "/staff/in", {"number": person, "pin": pin}, cookie, "")
