"""The voice part of a board file: where a device's sound goes."""

from typing import Annotated

from msgspec import Meta, Struct


class AlsaVoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="alsa"):
    """A loudspeaker on a sound card of a Raspberry Pi. device: a name that ``aplay -L`` shows."""

    device: Annotated[str, Meta(min_length=1, max_length=128)] = "default"


class FileVoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="file"):
    """No loudspeaker: every utterance becomes a WAV file in a folder and takes its time all the same."""

    folder: Annotated[str, Meta(min_length=1, max_length=1024)]
