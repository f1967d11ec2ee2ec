"""The descriptor of a data package: what there is, where it lies, which dates an edition has.

A package is a Data Package v2 descriptor (`datapackage.json`) beside the folders it names. All paths in it are
relative to its own folder. The custom property `camket` carries what a build needs and the standard has no word for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from camket.files import sha256_file, write_if_changed
from camket.messages import ToolFailed

DEFAULT_DESCRIPTOR = "datapackage.json"
SUBMISSIONS = "progress_updates"
LEDGER = "submission_ledger"
_CAMKET_KEYS = {"package_id": str, "folder": str, "is_demonstration": bool, "T": str, "K": str}
# camket reads comma-separated UTF-8 only; the descriptor has to say so, or other tools would read something else.
_FIXED = {"type": "table", "format": "csv", "encoding": "utf-8"}


@dataclass(frozen=True)
class Resource:
    """One table: `paths` are the files as written in the descriptor, `files` the same made absolute.

    hash ("sha256:…") and bytes are None where the descriptor has none: the submission files, whose hashes are in
    the ledger, and a descriptor that was never refreshed.
    """

    name: str
    paths: tuple[str, ...]
    is_multipart: bool
    schema_path: str
    hash: str | None
    bytes: int | None
    root: Path
    descriptor: dict[str, Any]

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(self.root / path for path in self.paths)

    @property
    def file(self) -> Path:
        """The only file of a resource of one part. Raises ValueError for a multipart resource."""
        if self.is_multipart:
            raise ValueError(f"{self.name} has several files")
        return self.root / self.paths[0]

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The Table Schema, read from its file. Raises ToolFailed if it is missing or no JSON."""
        return read_json(self.root / self.schema_path)


@dataclass(frozen=True)
class Package:
    """A loaded descriptor. `root` is its folder, `folder` the package's own raw folder, both absolute."""

    path: Path
    descriptor: dict[str, Any]
    resources: dict[str, Resource]
    package_id: str
    folder: Path
    is_demonstration: bool
    T: date
    K: date

    @property
    def root(self) -> Path:
        return self.path.parent

    @property
    def title(self) -> str:
        return self.descriptor.get("title", self.package_id)

    @property
    def title_vi(self) -> str:
        return self.descriptor["camket"].get("title_vi") or self.descriptor.get("title_vi") or self.title

    @property
    def description_vi(self) -> str:
        own = self.descriptor["camket"].get("description_vi") or self.descriptor.get("description_vi")
        return own or self.descriptor.get("description", "")

    def resource(self, name: str) -> Resource:
        """The resource of that name. Raises ToolFailed, naming those that exist."""
        if name not in self.resources:
            raise ToolFailed(
                f"{self.path.name} has no resource named {name}; it has {', '.join(self.resources)}",
                "Check the name, or add the resource to the descriptor.",
            )
        return self.resources[name]

    def display(self, file: Path) -> str:
        """`file` as people know it: relative to the package's root where it lies below it, with forward slashes."""
        try:
            return file.relative_to(self.root).as_posix()
        except ValueError:
            return file.as_posix()

    def submission_files(self) -> list[Path]:
        """The submission files on disk, `<folder>/submissions/<round>/*.csv`, in a fixed order."""
        return sorted((self.folder / "submissions").glob("*/*.csv"), key=lambda file: file.as_posix())


def load(descriptor: Path | str | None = None, *, project: Path | str = ".", check_files: bool = True) -> Package:
    """Read and check a descriptor; `None` means `datapackage.json` in `project`.

    Raises ToolFailed, which says what to type, if the descriptor is unknown or ill-formed, a schema is missing or
    (unless `check_files` is False) a data file other than a submission is missing. Missing submissions are left to
    the contract step, which can say which line of the ledger expects them.
    """
    path = Path(project, descriptor or DEFAULT_DESCRIPTOR).absolute()
    if not path.is_file():
        raise ToolFailed(f"There is no package descriptor {descriptor or DEFAULT_DESCRIPTOR}", _choices(path.parent))
    document = read_json(path)
    faults = list(_faults(document))
    if faults:
        raise ToolFailed(f"{path.name} is not a descriptor that camket can use: " + "; ".join(faults), "Mend it.")
    root = path.parent
    resources = {item["name"]: _resource(item, root) for item in document["resources"]}
    for resource in resources.values():
        _require(root / resource.schema_path, path, resource.name)
        if check_files and resource.name != SUBMISSIONS:
            for file in resource.files:
                _require(file, path, resource.name)
    own = document["camket"]
    return Package(
        path=path,
        descriptor=document,
        resources=resources,
        package_id=own["package_id"],
        folder=root / own["folder"],
        is_demonstration=own["is_demonstration"],
        T=date.fromisoformat(own["T"]),
        K=date.fromisoformat(own["K"]),
    )


def refresh(descriptor: Path | str | None = None, *, project: Path | str = ".") -> list[str]:
    """Bring hash, bytes and the list of submission files up to date in the descriptor; nothing else changes.

    Returns the names of the resources that changed (empty: the file was left untouched). Raises ToolFailed as
    `load` does.
    """
    package = load(descriptor, project=project)
    changed = []
    for item in package.descriptor["resources"]:
        before = dict(item)
        if item["name"] == SUBMISSIONS:
            item["path"] = [package.display(file) for file in package.submission_files()]
        elif not package.resources[item["name"]].is_multipart:
            file = package.resources[item["name"]].file
            _put(item, "hash", "sha256:" + sha256_file(file), after="encoding")
            _put(item, "bytes", file.stat().st_size, after="hash")
        if item != before:
            changed.append(item["name"])
    if changed:
        write_if_changed(package.path, json.dumps(package.descriptor, ensure_ascii=False, indent=2) + "\n")
    return changed


def read_json(path: Path) -> Any:
    """A JSON document. Raises ToolFailed naming file, line and column if it is missing, not UTF-8 or not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ToolFailed(f"{path.name} cannot be read: {error.strerror}", "Restore the file.") from error
    except UnicodeDecodeError as error:
        raise ToolFailed(f"{path.name} is not UTF-8", "Save it as UTF-8.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ToolFailed(f"{path.name} is not JSON: {error.msg} at {place}", "Mend the file at that place.") from error


def _resource(item: dict[str, Any], root: Path) -> Resource:
    path = item["path"]
    return Resource(
        name=item["name"],
        paths=tuple([path] if isinstance(path, str) else path),
        is_multipart=not isinstance(path, str),
        schema_path=item["schema"],
        hash=item.get("hash"),
        bytes=item.get("bytes"),
        root=root,
        descriptor=item,
    )


def _faults(document: Any):
    """Yield what is wrong with the shape of a descriptor, in words."""
    if not isinstance(document, dict) or not isinstance(document.get("resources"), list) or not document["resources"]:
        yield "it needs an object with a list of resources"
        return
    own = document.get("camket")
    if not isinstance(own, dict):
        yield "it needs the property camket"
    else:
        for key, kind in _CAMKET_KEYS.items():
            if not isinstance(own.get(key), kind):
                yield f"camket.{key} is missing or not of type {kind.__name__}"
            elif key in "TK" and not _is_date(own[key]):
                yield f"camket.{key} is not a date such as 2025-12-31"
        if isinstance(own.get("folder"), str) and not _is_relative(own["folder"]):
            yield "camket.folder is not a relative path"
    names = set()
    for number, item in enumerate(document["resources"], start=1):
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield f"resource {number} needs a name in snake_case"
            continue
        if name in names:
            yield f"two resources are named {name}"
        names.add(name)
        paths = [item.get("path")] if not isinstance(item.get("path"), list) else item["path"]
        if not all(isinstance(path, str) and _is_relative(path) for path in paths):
            yield f"path of {name} is not a relative path or a list of them"
        if not isinstance(item.get("schema"), str) or not _is_relative(item["schema"]):
            yield f"schema of {name} is not a relative path"
        for key, value in _FIXED.items():
            if item.get(key, value) != value:
                yield f"{key} of {name} is not {value}"
        if "hash" in item and not re.fullmatch(r"sha256:[0-9a-f]{64}", str(item["hash"])):
            yield f"hash of {name} is not sha256: and 64 hexadecimal digits"


def _put(item: dict[str, Any], key: str, value: Any, *, after: str) -> None:
    """Set `key` in place, or insert it behind `after`, so that the order of keys in the file stays."""
    if key in item:
        item[key] = value
        return
    pairs = []
    for known, content in item.items():
        pairs.append((known, content))
        if known == after:
            pairs.append((key, value))
    item.clear()
    item.update(pairs)
    item.setdefault(key, value)


def _require(file: Path, descriptor: Path, name: str) -> None:
    if not file.is_file():
        raise ToolFailed(
            f"{descriptor.name} names a file for {name} that does not exist: {_shown(file, descriptor.parent)}",
            "Restore the file, or take the resource out of the descriptor.",
        )


def _shown(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name


def _choices(folder: Path) -> str:
    found = sorted(file.name for file in folder.glob("datapackage*.json"))
    if not found:
        return "There is no datapackage*.json here: run the command in the project's folder."
    lines = ["make" if name == DEFAULT_DESCRIPTOR else f"make PACKAGE={name}" for name in found]
    return "Type one of: " + ", ".join(f"`{line}`" for line in lines)


def _is_relative(path: str) -> bool:
    return bool(path) and "\\" not in path and ":" not in path and not PurePosixPath(path).is_absolute()


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
