"""All changes of a run, or none: at every instant the package's folder is as before or as after.

The new state is built beside, of hard links to what stays and new files for what changes, and then exchanged with the
folder by one call of the kernel (renameat2 with RENAME_EXCHANGE). A process that is killed before that call leaves the
old state, one that is killed after it the new one; there is nothing between. What lies outside the folder, the
descriptor with its hashes, follows; if that is cut off, the next run does it first, from a note left for it.

Where the file system or the system knows no exchange, a write-ahead journal is used instead: changes are staged, the
journal is written, the files are renamed one by one, and a run that finds a journal finishes it before anything else.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from camket.files import write_atomic
from camket.messages import ToolFailed
from camket.package import Package, refresh

_EXCHANGE = 2
_AT_FDCWD = -100
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.ENOTSUP, errno.EPERM, errno.EMLINK}
Stamp = dict[str, tuple[int, int, int]]


class _Unsupported(Exception):
    """This place has no exchange, or no hard links."""


def state_folder(package: Package) -> Path:
    """Where a run keeps what it builds beside: in the project, so that it lies on the same file system as raw/."""
    return package.root / ".intake" / package.package_id


@contextlib.contextmanager
def exclusive(package: Package) -> Iterator[None]:
    """One run at a time; finishes what a killed run left. Raises ToolFailed if another run is under way."""
    folder = state_folder(package)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "a+b") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows: one steward, one machine
            pass
        except OSError as error:
            raise ToolFailed("Another intake is under way on this package", "Wait until it has finished.") from error
        recover(package)
        yield


def recover(package: Package) -> bool:
    """Finish or clear away what a killed run left; True if there was something to finish."""
    folder = state_folder(package)
    finished = False
    if (folder / "journal.json").is_file():
        _replay(package, folder)
        finished = True
    if (folder / "pending").exists():
        refresh(package.path)
        (folder / "pending").unlink()
        finished = True
    for left in ("next", "staged"):
        shutil.rmtree(folder / left, ignore_errors=True)
    return finished


def commit(package: Package, changes: Mapping[str, bytes], *, exchange: bool = True) -> None:
    """Write files (path relative to the package's folder → content) into the package, all or none.

    Call it within `exclusive`. Raises ToolFailed if others changed the folder meanwhile; nothing is changed then.
    """
    folder = state_folder(package)
    for name in changes:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise ValueError(f"{name} leads out of the package")
    if exchange:
        try:
            _exchange(package, folder, changes)
            return
        except _Unsupported:
            shutil.rmtree(folder / "next", ignore_errors=True)
    _journal(package, folder, changes)


def _exchange(package: Package, folder: Path, changes: Mapping[str, bytes]) -> None:
    target, beside = package.folder.resolve(), folder / "next"
    before = _mirror(target, beside)
    for name, content in changes.items():
        write_atomic(beside / name, content, fsync=True)
    write_atomic(folder / "pending", "the descriptor has to be refreshed\n", fsync=True)
    _swap(beside, target)
    if _stamps(beside) != before:
        # Somebody wrote into the old folder while the new one was made: give it back rather than lose that.
        _swap(beside, target)
        (folder / "pending").unlink()
        shutil.rmtree(beside)
        raise ToolFailed(f"{target.name} was changed by another program during the intake", "Run it again.")
    refresh(package.path)
    shutil.rmtree(beside)
    (folder / "pending").unlink()


def _mirror(source: Path, target: Path) -> Stamp:
    """The same tree out of hard links; returns what it was made of."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    stamps = _stamps(source)
    for directory, folders, files in os.walk(source):
        here = target / os.path.relpath(directory, source)
        for name in folders:
            path = Path(directory, name)
            if path.is_symlink():
                os.symlink(os.readlink(path), here / name)
            else:
                (here / name).mkdir()
                os.chmod(here / name, stat.S_IMODE(path.stat().st_mode))
        for name in files:
            try:
                os.link(Path(directory, name), here / name, follow_symlinks=False)
            except OSError as error:
                if error.errno in _UNSUPPORTED:
                    raise _Unsupported from error
                raise
    os.chmod(target, stat.S_IMODE(source.stat().st_mode))
    return stamps


def _stamps(folder: Path) -> Stamp:
    """Every file below a folder, with what changes when somebody replaces or rewrites it."""
    found: Stamp = {}
    for directory, _, files in os.walk(folder):
        for name in files:
            info = os.lstat(os.path.join(directory, name))
            found[os.path.relpath(os.path.join(directory, name), folder)] = (
                info.st_ino,
                info.st_mtime_ns,
                info.st_size,
            )
    return found


def _swap(one: Path, other: Path) -> None:
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError) as error:
        raise _Unsupported from error
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) != 0:
        code = ctypes.get_errno()
        if code in _UNSUPPORTED:
            raise _Unsupported
        raise OSError(code, os.strerror(code), str(other))
    for folder in {one.parent, other.parent}:
        _sync(folder)


def _sync(folder: Path) -> None:
    """Make renames in a folder survive a power cut, where the system lets a folder be synced."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _journal(package: Package, folder: Path, changes: Mapping[str, bytes]) -> None:
    staged = folder / "staged"
    shutil.rmtree(staged, ignore_errors=True)
    steps = []
    for number, (name, content) in enumerate(changes.items()):
        write_atomic(staged / str(number), content, fsync=True)
        steps.append([str(number), name])
    write_atomic(folder / "journal.json", json.dumps(steps), fsync=True)
    _replay(package, folder)


def _replay(package: Package, folder: Path) -> None:
    """Do what the journal says; what was done before it was cut off is recognised by its missing staged file."""
    for number, name in json.loads((folder / "journal.json").read_text(encoding="utf-8")):
        source, target = folder / "staged" / number, package.folder / name
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(source, target)
            _sync(target.parent)
    refresh(package.path)
    (folder / "journal.json").unlink()
    shutil.rmtree(folder / "staged", ignore_errors=True)
