"""The pages: every link leads somewhere, every page can be reached, every file that is named exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:docs|examples|firmware|hardware|displays|printers|hub|sim|tests)/[\w./-]+)")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub names them in links."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[tuple[Path, str]]:
    """Where the links of a page lead: file, and place in it."""
    found = []
    for link in LINK.findall(page.read_text("utf-8")):
        if "://" not in link:
            path, _, place = link.partition("#")
            found.append(((page.parent / path).resolve() if path else page, place))
    return found


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = [
        f"{path}#{place}"
        for path, place in links(page)
        if not path.exists() or (place and path.suffix == ".md" and place not in anchors(path))
    ]
    assert lost == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name != "wiring"], ids=name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = {found.rstrip(".") for found in NAMED.findall(page.read_text("utf-8"))}
    assert [one for one in sorted(named) if not (ROOT / one).exists()] == []


def test_every_page_can_be_reached_from_the_first() -> None:
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            ahead += [path for path, _ in links(page)]
    assert sorted(map(name, set(PAGES) - reached)) == []


def test_the_list_of_pages_has_every_page_once_and_every_decision_by_its_words() -> None:
    listed = [path for path, _ in links(DOCS / "README.md")]
    own = [*sorted(DOCS.glob("*.md")), DOCS / "wiring" / "README.md", *DECISIONS]
    assert sorted(path for path in listed if path.suffix == ".md") == sorted(set(own) - {DOCS / "README.md"})
    text = (DOCS / "README.md").read_text("utf-8")
    unlike = [path for path in DECISIONS if f"[{path.read_text('utf-8').splitlines()[0][2:]}]" not in text]
    assert unlike == []


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    headings = [int(path.read_text("utf-8").split(".")[0].removeprefix("# ")) for path in DECISIONS]
    assert numbers == headings == list(range(1, len(DECISIONS) + 1))
