"""The sealed file that a supervisory authority is given: a ZIP whose manifest names every file in it, and is signed.

Whoever has the installation's public key needs nothing else to see that no file in it was changed, added or taken out.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app import canonical
from app.clock import LOCAL
from app.errors import DomainError
from app.journal import signing

FORMAT = "forloeb-export/1"
"""What a manifest says that it is."""

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"

_MOST_BYTES = 1_000_000_000
_MOST_FILES = 20_000


@dataclass(frozen=True)
class SealedFile:
    """An opened file.

    Attributes:
        manifest: what it says of itself and of the files.
        signature: over the manifest's bytes, base64.
        files: contents by name, without the manifest and its signature.
        written: the manifest's bytes.
    """

    manifest: Mapping[str, Any]
    signature: str
    files: Mapping[str, bytes]
    written: bytes

    @property
    def public_key(self) -> str:
        """Whose signature it carries (base64)."""
        return str(self.manifest.get("public_key", ""))

    @property
    def is_signed(self) -> bool:
        """Tell whether the manifest is what that key signed. Whose key it is, the reader must know."""
        return signing.is_signed(self.written, self.signature, self.public_key)


def seal(
    facts: Mapping[str, Any], files: Mapping[str, bytes], key: Ed25519PrivateKey, at: datetime
) -> bytes:
    """Return the ZIP with its manifest and signature; the same files give the same bytes.

    Args:
        facts: what the manifest says besides, as JSON.
        files: contents by name.
        key: the installation's.
        at: the instant that the files are dated with.
    """
    digests = {name: digest(content) for name, content in files.items()}
    manifest = {
        "format": FORMAT,
        **facts,
        "public_key": signing.public_key(key),
        "files": digests,
    }
    written = canonical.dumps(manifest).encode()
    signature = b64encode(key.sign(written))
    local = at.astimezone(LOCAL)
    moment = (local.year, local.month, local.day, local.hour, local.minute, local.second)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, moment), content, zipfile.ZIP_DEFLATED)
        for name, content in ((MANIFEST, written), (SIGNATURE, signature)):
            archive.writestr(zipfile.ZipInfo(name, moment), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read(content: bytes) -> SealedFile:
    """Open a file; nothing is unpacked to disk.

    Raises:
        DomainError: it is no sealed file of ours, or too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_FILES or sum(one.file_size for one in members) > _MOST_BYTES:
                raise DomainError("export:too-large", "Filen er for stor til at blive efterprøvet.")
            names = [one.filename for one in members]
            files = {name: archive.read(name) for name in names}
        written = files.pop(MANIFEST)
        signature = files.pop(SIGNATURE).decode()
        manifest = canonical.loads(written.decode())
        known = isinstance(manifest, dict) and manifest.get("format") == FORMAT
        if not known or not isinstance(manifest.get("files"), dict) or len(set(names)) < len(names):
            raise ValueError("another format")
    except (ValueError, KeyError, RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
        text = "Filen er ikke en udlevering fra Forløb, eller den er beskadiget."
        raise DomainError("export:no-export", text) from error
    return SealedFile(manifest, signature, files, written)


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file, in hex."""
    return hashlib.sha256(content).hexdigest()
