"""Output: files that are written whole or not at all."""

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kuski.errors import OutputError


def write_texts(folder: Path, texts: Mapping[str, str]) -> tuple[Path, ...]:
    """Write texts to a folder under temporary names first, then rename: all or none.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    texts : mapping of file name to text

    Raises
    ------
    OutputError
        If the folder cannot be written to; files that stood there before are left as they were.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in texts:
            if (folder / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.TemporaryDirectory(dir=folder, prefix=".kuski-") as scratch:
            for name, text in texts.items():
                (Path(scratch) / name).write_text(text, encoding="utf-8")
            for name in texts:
                (Path(scratch) / name).replace(folder / name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError("cannot_write", path=folder, reason=reason) from error
    return tuple(folder / name for name in texts)


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Give a temporary name to write a file under; it takes the file's place when all went well.

    Parameters
    ----------
    path : Path
        Its folder is made if it is not there.

    Raises
    ------
    OutputError
        If the file cannot be written; what stood there before is left as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".kuski-") as scratch:
            draft = Path(scratch) / path.name
            yield draft
            draft.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError("cannot_write", path=path, reason=reason) from error
