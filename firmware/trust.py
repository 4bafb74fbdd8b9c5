"""TLS towards the broker: only one whose certificate the hall's own authority has signed, for the right name."""

# ruff: noqa: B904  (there is no exception chaining in MicroPython)

import binascii

from limits import ConfigError


def tls(settings):
    """Return the function that turns a connected socket into one that speaks TLS; None where settings have no ca.

    ca is a file on the flash with the authority's certificate, PEM or DER; server_name, or else host, is what the
    broker's certificate must be for. Raises ConfigError where the file cannot be read or is no certificate.
    """
    name = settings.get("ca")
    if not name:
        return None
    context = _context(name)
    server_name = settings.get("server_name") or settings["host"]

    def wrap(sock):
        secured = context.wrap_socket(sock, server_hostname=server_name, do_handshake_on_connect=False)
        secured.setblocking(False)
        return secured

    return wrap


def _context(name):
    # Not ssl, which is this with CPython's names, and 1.5 KB more.
    from tls import CERT_REQUIRED, PROTOCOL_TLS_CLIENT, SSLContext

    try:
        with open(name, "rb") as file:
            authority = _der(file.read())
        context = SSLContext(PROTOCOL_TLS_CLIENT)
        context.verify_mode = CERT_REQUIRED
        context.load_verify_locations(authority)
    except OSError:
        raise ConfigError("settings.json: the file %s that ca names is missing; copy it to the node's flash" % name)
    except (ValueError, IndexError):
        raise ConfigError("%s is not a certificate; copy it to the node's flash again" % name)
    return context


def _der(data):
    """Return a certificate as DER, since not every board's MicroPython reads PEM."""
    if not data.startswith(b"-----BEGIN"):
        return data
    return binascii.a2b_base64(b"".join(data.split(b"-----")[2].split()))
