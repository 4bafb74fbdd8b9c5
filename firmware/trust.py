"""TLS towards the broker: only one whose certificate the hall's own authority has signed, for the right name."""

# ruff: noqa: B904  (there is no exception chaining in MicroPython)

import gc

from limits import ConfigError


def tls(settings, memory):
    """Return the function that turns a connected socket into one that speaks TLS; raise ConfigError.

    ca in settings is a file on the flash with the authority's certificate, DER; server_name, or else host, is
    what the broker's certificate must be for. memory: a list that is emptied, since a context takes 3 KB in one piece.
    """
    context = _context(settings["ca"], memory)
    server_name = settings.get("server_name") or settings["host"]

    def wrap(sock):
        secured = context.wrap_socket(sock, server_hostname=server_name, do_handshake_on_connect=False)
        secured.setblocking(False)
        return secured

    return wrap


def _context(name, memory):
    # Not ssl, which is this with CPython's names, and 1.5 KB more.
    from tls import CERT_REQUIRED, PROTOCOL_TLS_CLIENT, SSLContext

    memory.clear()
    gc.collect()
    context = SSLContext(PROTOCOL_TLS_CLIENT)
    context.verify_mode = CERT_REQUIRED
    try:
        with open(name, "rb") as file:
            context.load_verify_locations(file.read())
    except OSError:
        raise ConfigError("settings.json: the file %s that ca names is missing; copy it to the node's flash" % name)
    except ValueError:
        raise ConfigError("%s is no certificate in DER; copy it to the node's flash again" % name)
    return context
