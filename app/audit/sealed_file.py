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
from app.clock import LOCAL, from_text
from app.errors import DomainError
from app.journal import signing

FORMAT = "forloeb-export/1"
"""What a manifest says that it is."""

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"

_UNIX = 3
"""As what system a ZIP says that it was made on."""
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
        as_made: the file is byte for byte what `seal` made of them: nothing stands between or after them.
    """

    manifest: Mapping[str, Any]
    signature: str
    files: Mapping[str, bytes]
    written: bytes
    as_made: bool

    @property
    def public_key(self) -> str:
        """Whose signature it carries (base64)."""
        return str(self.manifest.get("public_key", ""))

    @property
    def is_signed(self) -> bool:
        """Tell whether the manifest is what that key signed. Whose key it is, the reader must know."""
        return signing.is_signed(self.written, self.signature, self.public_key)


def seal(facts: Mapping[str, Any], files: Mapping[str, bytes], key: Ed25519PrivateKey) -> bytes:
    """Return the ZIP with its manifest and signature; the same files give the same bytes.

    Args:
        facts: what the manifest says besides, as JSON; the files are dated with its `exported_at`.
        files: contents by name.
        key: the installation's.
    """
    digests = {name: digest(content) for name, content in files.items()}
    manifest = {
        "format": FORMAT,
        **facts,
        "public_key": signing.public_key(key),
        "files": digests,
    }
    written = canonical.dumps(manifest).encode()
    return _packed(files, written, b64encode(key.sign(written)), from_text(facts["exported_at"]))


def _packed(files: Mapping[str, bytes], manifest: bytes, signature: bytes, at: datetime) -> bytes:
    """Return the ZIP: nothing is compressed, so that it is the same bytes wherever it is made."""
    local = at.astimezone(LOCAL)
    moment = (local.year, local.month, local.day, local.hour, local.minute, local.second)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in (*sorted(files.items()), (MANIFEST, manifest), (SIGNATURE, signature)):
            info = zipfile.ZipInfo(name, moment)
            info.create_system = _UNIX
            archive.writestr(info, content)
    return out.getvalue()


def read(content: bytes) -> SealedFile:
    """Open a file; nothing is unpacked to disk.

    Raises:
        DomainError: it is no sealed file of ours, or too large.
    """
    try:
        return _read(content)
    except DomainError:
        raise
    except (
        Exception
    ) as error:  # a ZIP, and JSON in it, can be broken in many ways; none of them is ours
        text = "Filen er ikke en udlevering fra Forløb, eller den er beskadiget."
        raise DomainError("export:no-export", text) from error


def _read(content: bytes) -> SealedFile:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > _MOST_FILES or sum(one.file_size for one in members) > _MOST_BYTES:
            raise DomainError("export:too-large", "Filen er for stor til at blive efterprøvet.")
        names = [one.filename for one in members]
        if len(set(names)) < len(names):
            raise ValueError("a name occurs twice")
        files = {name: archive.read(name) for name in names}
    written = files.pop(MANIFEST)
    signature = files.pop(SIGNATURE)
    manifest = canonical.loads(written.decode())
    known = isinstance(manifest, dict) and manifest.get("format") == FORMAT
    if not known or not isinstance(manifest.get("files"), dict):
        raise ValueError("another format")
    at = from_text(str(manifest["exported_at"]))
    as_made = content == _packed(files, written, signature, at)
    return SealedFile(manifest, signature.decode(), files, written, as_made)


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file, in hex."""
    return hashlib.sha256(content).hexdigest()
