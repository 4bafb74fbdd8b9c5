"""Templates to HTML: everything is escaped, a name that nobody gave is an error, what was compiled is kept."""

import functools
import tempfile
from pathlib import Path
from typing import Any

import jinja2

from hardware.logs import Log

log = Log(__name__)
FOLDER = Path(__file__).parent / "templates"


def render(template: str, **values: Any) -> str:
    """Return a template filled in; raise jinja2.TemplateError where it cannot be."""
    return _environment().get_template(template).render(**values)


@functools.cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_kept(),
        auto_reload=False,
    )
    made.filters["clock"] = clock
    return made


def _kept() -> jinja2.BytecodeCache | None:
    """Beside the templates, as Python keeps what it compiles: translating them costs a hub 0.2 s of every start."""
    folder = FOLDER / "__pycache__"
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        log.debug("templates-not-kept", "templates are not kept compiled", why=error)
        return None
    return jinja2.FileSystemBytecodeCache(str(folder), "%s.cache")


def clock(ms: int | None, zone: Any, form: str = "%H:%M") -> str:
    """Return a moment, ms since 1970, as people of the hall read it; a dash for none."""
    from hub.clock import local

    return "–" if ms is None else format(local(ms, zone), form)
