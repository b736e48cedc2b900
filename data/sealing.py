"""Backups that only who holds a key can read: one file in the age format (https://age-encryption.org/v1).

``RINGVIRK_BACKUP_RECIPIENTS`` holds public keys, ``age1…``, with spaces between. A private key is needed to restore
only, and has no place on the server. The file is a tar of the backup's folder, so ``age -d -i KEY FILE | tar x`` opens
it without this program.

What always holds: nothing readable is ever written into ``backups`` while keys are set; what lies readable while work
is under way is in a folder of its own, for this user only, and goes when the work ends, or when the next begins.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pyrage

from data.connection import StoreFault, reached
from data.copying import check_room, pieces, private, sync_folder

RECIPIENTS = "RINGVIRK_BACKUP_RECIPIENTS"
ENDING = ".age"
Work = Literal["backup", "restore"]
_WORKS: tuple[Work, ...] = ("backup", "restore")
_BLOCK = tarfile.BLOCKSIZE


def is_sealed(path: Path) -> bool:
    """Whether a backup is one that needs a key."""
    return path.suffix == ENDING


def recipients() -> list[pyrage.x25519.Recipient]:
    """The public keys that backups are sealed for; none where they stay readable.

    Raises :class:`StoreFault` where one is faulty. What stands there is not repeated: it could be a private key.
    """
    found = []
    for number, word in enumerate(os.environ.get(RECIPIENTS, "").replace(",", " ").split(), 1):
        try:
            found.append(pyrage.x25519.Recipient.from_str(word))
        except pyrage.RecipientError as error:
            raise StoreFault.of("recipient_faulty", RECIPIENTS, number=number) from error
    return found


def seal(source: Path, target: Path, keys: Sequence[pyrage.x25519.Recipient]) -> None:
    """Write the folder ``source`` onto the disk as one file that only the holders of ``keys`` can read."""
    with reached(target), open(target, "wb", opener=private) as stream:  # told while what fills the disk is there
        try:
            pyrage.encrypt_io(io.BufferedReader(_Tar(source)), stream, list(keys))
        except pyrage.EncryptError as error:  # what the disk said
            raise OSError(str(error)) from error
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(target.parent)


def unseal(path: Path, target: Path, identity: Path) -> None:
    """Open a sealed backup with the private keys in the file ``identity``, and put its files into ``target``.

    Raises :class:`StoreFault`: a file without a key, none that fits, or a backup that was cut off or changed.
    """
    keys = _identities(identity)
    with reached(path):
        check_room(target.parent, 2 * path.stat().st_size)
        tar = target.with_suffix(".tar")
        with path.open("rb") as sealed, open(tar, "wb", opener=private) as plain:
            _decrypt(path, sealed, plain, keys)
        with tarfile.open(tar) as archive:
            for member in archive:
                _put(path, archive, member, target)
        tar.unlink()


def _decrypt(
    path: Path, sealed: io.BufferedIOBase, plain: io.BufferedIOBase, keys: list[pyrage.x25519.Identity]
) -> None:
    try:
        pyrage.decrypt_io(sealed, plain, keys)
    except pyrage.DecryptError as error:
        code = "wrong_key" if "No matching keys" in str(error) else "sealed_damaged"
        raise StoreFault.of(code, path, reason=str(error)) from error
    except OSError as error:
        if str(error) == "decryption error":  # a later part than the beginning; anything else is the disk's
            raise StoreFault.of("sealed_damaged", path, reason=str(error)) from error
        raise


def _put(path: Path, archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """One file out of the tar: anyone can seal with a public key, so its name is not trusted."""
    content = archive.extractfile(member) if member.isfile() else None
    if content is None or os.path.isabs(member.name) or ".." in Path(member.name).parts:
        raise StoreFault.of("sealed_damaged", path, reason=member.name)
    place = target / member.name
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with content, open(place, "wb", opener=private) as stream:
        shutil.copyfileobj(content, stream, 1 << 20)


def _identities(path: Path) -> list[pyrage.x25519.Identity]:
    """The private keys of a file as ``age-keygen`` writes it: a line each, and remarks after #."""
    with reached(path):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    words = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        found = [pyrage.x25519.Identity.from_str(word) for word in words]
    except pyrage.IdentityError as error:
        raise StoreFault.of("identity_faulty", path) from error
    if not found:
        raise StoreFault.of("identity_faulty", path)
    return found


class _Tar(io.RawIOBase):
    """The files below a folder as a tar that is made while it is read, so that it takes no memory and no disk."""

    def __init__(self, source: Path) -> None:
        self._left, self._pieces = b"", _tar_pieces(source)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._left = self._left or next(self._pieces, b"")
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count


def _tar_pieces(source: Path) -> Iterator[bytes]:
    for path in sorted(one for one in source.rglob("*") if one.is_file()):
        info = tarfile.TarInfo(path.relative_to(source).as_posix())
        info.size, info.mode = path.stat().st_size, 0o600
        yield info.tobuf(tarfile.PAX_FORMAT)
        yield from pieces(path)
        yield bytes(-info.size % _BLOCK)
    yield bytes(2 * _BLOCK)


# -- where readable copies lie while work is under way


@contextmanager
def workplace(folder: Path, work: Work) -> Iterator[Path]:
    """A folder for this user only, that is gone afterwards; one at a time of each kind, others wait."""
    with _lock(folder, work, wait=True):
        place = folder / f".{work}.open"
        shutil.rmtree(place, ignore_errors=True)  # of one that was killed
        place.mkdir(mode=0o700)
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove readable copies that a killed backup or restore left; those of one under way stay."""
    for work in _WORKS:
        if (folder / f".{work}.open").exists():
            try:
                with _lock(folder, work, wait=False):
                    shutil.rmtree(folder / f".{work}.open", ignore_errors=True)
            except OSError:
                continue


@contextmanager
def _lock(folder: Path, work: Work, *, wait: bool) -> Iterator[None]:
    """Hold the lock of a kind of work; it goes with the process. OSError where it is held and ``wait`` is not."""
    with open(folder / f".{work}.lock", "ab", opener=private) as stream:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
