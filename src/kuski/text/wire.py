"""The wire: the one place from which anything leaves the machine, to an address the user gave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from ipaddress import ip_address
from typing import IO, Self
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from kuski.errors import InputError

_MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class ModelAddress:
    """Where a model answers.

    Attributes
    ----------
    url : str
        Up to and without ``/chat/completions``, as ``http://localhost:8000/v1``.
    model : str
    key : str or None
        Sent with each request, and never shown or kept: a pickle leaves it out.
    timeout : float
        Seconds to wait for a reply.

    Raises
    ------
    InputError
        If the url is none, or a key would travel in the open.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout: float = 120.0

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host, parts = None, urlsplit("")
        if parts.scheme not in {"http", "https"} or not host or parts.username or parts.query:
            raise InputError("stories_model_address", url=_without_login(self.url))
        if self.key and parts.scheme == "http" and not _is_this_machine(host):
            raise InputError("stories_model_open", url=self.url)

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, None, float]]:
        return type(self), (self.url, self.model, None, self.timeout)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back.

    Attributes
    ----------
    status : int
        Of HTTP; 0 where nothing came back.
    wait : str
        What the server said on when to come again (the header ``Retry-After``), else empty.
    body : bytes
        Where nothing came back, why.
    """

    status: int
    wait: str
    body: bytes


Send = Callable[[str, bytes, Mapping[str, str], float], Reply]
"""Url, body, headers and seconds to wait in; a reply out."""


def post(url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Reply:
    """Send a body and wait for the reply; it is not sent on to another address.

    Parameters
    ----------
    url : str
        Beginning with http:// or https://.
    body : bytes
    headers : mapping of str to str
    seconds : float
        How long to wait.
    """
    request = Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310
    try:
        with build_opener(_Stay).open(request, timeout=seconds) as reply:
            return Reply(reply.status, "", reply.read(_MOST_BYTES))
    except HTTPError as error:
        with error:
            return Reply(error.code, error.headers.get("Retry-After", ""), error.read(_MOST_BYTES))
    except (URLError, HTTPException, OSError) as error:
        reason = getattr(error, "reason", None) or error
        return Reply(0, "", f"{type(error).__name__}: {reason}".encode())


class _Stay(HTTPRedirectHandler):
    """Follow no redirection: it would take the key and the texts to somebody else."""

    def redirect_request(
        self,
        req: Request,  # noqa: ARG002
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: HTTPMessage,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        return None


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _without_login(url: str) -> str:
    """Take a user and password out of an address that is shown."""
    before, at, after = url.rpartition("@")
    return f"{before.partition('//')[0]}//{after}" if at else url
