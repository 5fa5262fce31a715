"""The host that GENESYS_DOMAIN stands for, decided before a secret is sent anywhere."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from batch_offboard.errors import UsageError
from batch_offboard.genesys.region_names import REGIONS, Region, nearest_host, regions_named

_PREFIXES = ("api.", "login.", "apps.")


def api_host(domain: str) -> str:
    """The URL of the API for a value of GENESYS_DOMAIN.

    `https://api.<region>` for a region in any form (`apps.mypurecloud.de/directory`, Frankfurt, …),
    or the loopback URL of a simulator. Raises UsageError for anything else, naming the region that
    was probably meant, or the regions that share the name.
    """
    named = regions_named(domain)
    if len(named) == 1:
        return _api_of(named[0].host)
    if named:
        raise UsageError(_shared(domain, named))
    parts = _split(domain)
    host = (parts.hostname or "").rstrip(".")
    if _is_loopback(host):
        return f"{parts.scheme}://{_in_url(host)}" + (f":{parts.port}" if parts.port else "")
    if parts.scheme == "http":
        raise UsageError(
            f"GENESYS_DOMAIN is {domain!r}: plain http is accepted for this computer only "
            "(http://127.0.0.1:PORT). Use https or just the region, such as mypurecloud.com."
        )
    region = _without_prefix(host)
    if region not in {each.host for each in REGIONS} or parts.port not in (None, 443):
        raise UsageError(_unknown(domain, nearest_host(region)))
    return _api_of(region)


def _api_of(region: str) -> str:
    return f"https://api.{region}"


def _shared(domain: str, regions: tuple[Region, ...]) -> str:
    """What is said of a domain that several regions share."""
    return (
        f"GENESYS_DOMAIN is {domain!r}, which several Genesys Cloud regions share. Use one of: "
        f"{', '.join(each.shown for each in regions)}."
    )


def _unknown(domain: str, nearest: str | None) -> str:
    """What is said of a domain that is no region's, with the nearest one."""
    advice = (
        f"Did you mean {nearest}?"
        if nearest
        else "Use the one in the address of Genesys Cloud in your browser, after “apps.”, such as "
        "mypurecloud.de."
    )
    return f"GENESYS_DOMAIN is {domain!r}, which is not a Genesys Cloud region. {advice}"


def region_name(host: str) -> str:
    """The region in a URL from `api_host`, such as `mypurecloud.com`."""
    return host.split("://", 1)[1].removeprefix("api.")


def is_loopback_url(url: str) -> bool:
    """True for a URL on this computer, for which no proxy is ever used."""
    return _is_loopback(urlsplit(url).hostname or "")


def _split(domain: str) -> SplitResult:
    """The parts of a domain as people paste it. Raises UsageError if it is no address."""
    text = domain.strip().lower()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        usable = bool(parts.hostname) and parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UsageError(
            f"GENESYS_DOMAIN is {domain!r}, which is not an address. "
            "Give the region of your organisation, such as mypurecloud.com."
        )
    return parts


def _without_prefix(host: str) -> str:
    for prefix in _PREFIXES:
        if host.startswith(prefix):
            return host.removeprefix(prefix)
    return host


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
