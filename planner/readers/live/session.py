"""What a pool answers: log in, ask for the records of each class, log out; nothing is ever changed."""

from __future__ import annotations

import json
import re
import ssl
from contextlib import suppress
from typing import Any

from planner.errors import ReadError
from planner.readers.exports.classes import KINDS
from planner.readers.live.access import Access
from planner.readers.live.address import Address, address
from planner.readers.live.snapshot import Records, kept
from planner.readers.live.transport import Transport, trust
from planner.source.limits import LimitError
from planner.source.text import SourceText

_NOT_HERE = ("MESSAGE_METHOD_UNKNOWN", "MESSAGE_REMOVED")
"""How a toolstack says that it is too old or too new for a class."""
_TOO_DEEP = "what it answers is nested too deep"
_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,79}")
_MEANINGS = {
    "SESSION_AUTHENTICATION_FAILED": "the user or the password is wrong",
    "RBAC_PERMISSION_DENIED": "the user may not read everything; the role read-only is enough",
    "HOST_IS_SLAVE": "it names another coordinator, which is none either; give the coordinator's address",
    "HOST_STILL_BOOTING": "the host is still booting; try again later",
}


class _Elsewhere(Exception):  # noqa: N818 - it is no error
    """The host is not the coordinator, and says who is."""


def text(path: str, access: Access) -> SourceText:
    """The records of the pool at an address, as one JSON object by class, without secrets.

    Raises ReadError, with one line that holds no secret, when they cannot be had.
    """
    whom = address(path)
    _package()
    context = trust(access)
    password = access.password(str(whom))
    try:
        bundle = _records(whom, password, access, context)
    except _Elsewhere as other:
        coordinator = whom.at(str(other))
        if coordinator is None:
            raise ReadError(f"{whom}: it is not the coordinator, and does not say who is") from None
        try:
            bundle = _records(coordinator, password, access, context)
        except _Elsewhere:
            raise ReadError(f"{coordinator}: {_MEANINGS['HOST_IS_SLAVE']}") from None
    try:
        return SourceText(str(whom), json.dumps(bundle, indent=1, sort_keys=True) + "\n")
    except (RecursionError, ValueError):
        raise ReadError(f"{whom}: {_TOO_DEEP}") from None


def _package() -> Any:  # noqa: ANN401 - the package has no types
    """The package that speaks with the toolstack, loaded when it is needed."""
    try:
        import XenAPI  # noqa: PLC0415 - only for those who read live pools
    except ImportError:
        raise ReadError(
            "to read a pool over the network takes the package XenAPI, which is not installed:"
            " pip install 'xen-pool-planner[live]'"
        ) from None
    return XenAPI


def _records(whom: Address, password: str, access: Access, context: ssl.SSLContext) -> dict[str, Records]:
    """The records of every class that the toolstack knows. Raises ReadError; _Elsewhere when another host knows."""
    failure = _package().Failure
    transport = Transport(context, access)
    session = _package().Session(whom.url, transport=transport)
    try:
        session.xenapi.login_with_password(whom.user, password, "1.0", "planner")
        return {kind: found for kind in KINDS if (found := _class(session, kind, failure)) is not None}
    except failure as error:
        details = [str(each) for each in error.details] if isinstance(error.details, list) else []
        if details[:1] == ["HOST_IS_SLAVE"] and details[1:]:
            raise _Elsewhere(details[1]) from None
        raise ReadError(f"{whom}: {_refusal(details)}") from None
    except ReadError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever answers may be no toolstack at all
        raise ReadError(f"{whom}: {_reason(error, access)}") from None
    finally:
        with suppress(Exception):
            transport.last_words()
            if session.handle is not None:
                session.xenapi.session.logout()
        transport.close()


def _class(session: Any, kind: str, failure: type[Exception]) -> Records | None:  # noqa: ANN401 - the package has no types
    """The records of a class; None when the toolstack does not know it."""
    try:
        return kept(getattr(session.xenapi, kind).get_all_records())
    except failure as error:
        if str(getattr(error, "details", [""])[0]) in _NOT_HERE:
            return None
        raise


def _refusal(details: list[str]) -> str:
    """Why the toolstack refuses; parameters are left out, since they might hold anything."""
    code = details[0] if details and _CODE.fullmatch(details[0]) else "no code is given"
    return f"the toolstack refuses: {_MEANINGS.get(code, code)}"


def _reason(error: Exception, access: Access) -> str:
    """Why there was no answer that could be read, in words that repeat nothing of it."""
    match error:
        case ssl.SSLCertVerificationError():
            hint = (
                "give the certificate of who signed it by --ca"
                if access.ca is None
                else f"{access.ca} does not vouch for it"
            )
            return f"its certificate is not trusted ({error.verify_message.rstrip('.')}); {hint}"
        case ssl.SSLError():
            return "it does not speak TLS as it should; see whether the port is right"
        case TimeoutError() | RecursionError():
            return "it does not answer in time" if isinstance(error, TimeoutError) else _TOO_DEEP
        case LimitError():
            return str(error)
        case OSError() if error.strerror:
            return f"it cannot be reached: {error.strerror}"
        case _:
            return f"it breaks off, or answers what is no answer of a toolstack ({type(error).__name__})"
