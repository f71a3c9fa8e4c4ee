"""The newest edition from the publisher's address, where the network allows."""

import urllib.error
import urllib.request
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.conf import settings

from vaksam.base.models import User
from vaksam.core.errors import Refused, Unreachable
from vaksam.coverage.actions.editions import Progress, import_workbook
from vaksam.coverage.actions.runs import MAX_BYTES
from vaksam.coverage.queries.editions import EditionRef

_SECONDS = 30


def fetch_latest(*, by: User | None, progress: Progress = lambda done, total: None) -> EditionRef:
    """Download and import the workbook at settings.VAKSAM_FHM_URL.

    Raises
    ------
    Unreachable
        The address cannot be reached; the message says so and what else to do.
    Refused
        The address is none, or what it gives is larger than a workbook.
    """
    url = settings.VAKSAM_FHM_URL
    if urlsplit(url).scheme not in ("http", "https"):
        raise Refused("bad-address", "VAKSAM_FHM_URL is not an http address: {url}", url=url)
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as response:  # noqa: S310
            content: bytes = response.read(MAX_BYTES + 1)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", None) or error
        raise Unreachable(
            "unreachable",
            "{url} could not be fetched ({reason}). Download the workbook in a browser and import "
            "the file instead.",
            url=url, reason=reason,
        ) from error  # fmt: skip
    if len(content) > MAX_BYTES:
        raise Refused("too-large", "{url} is larger than a workbook can be.", url=url)
    name = PurePosixPath(urlsplit(url).path).name or "latest.xlsx"
    return import_workbook(content=content, file_name=name, by=by, progress=progress)
