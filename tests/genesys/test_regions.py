"""Which host a GENESYS_DOMAIN means."""

import pytest

from batch_offboard.errors import UsageError
from batch_offboard.genesys import api_host
from batch_offboard.genesys.regions import REGIONS, region_name
from batch_offboard.genesys.sdk_import import lean_import, quiet_import

PASTED = {
    "mypurecloud.com": "https://api.mypurecloud.com",
    "  MyPureCloud.DE ": "https://api.mypurecloud.de",
    "api.mypurecloud.ie": "https://api.mypurecloud.ie",
    "login.usw2.pure.cloud": "https://api.usw2.pure.cloud",
    "https://apps.mypurecloud.de/directory/#/": "https://api.mypurecloud.de",
    "https://apps.use2.us-gov-pure.cloud:443/": "https://api.use2.us-gov-pure.cloud",
    "mypurecloud.com.au.": "https://api.mypurecloud.com.au",
    "http://127.0.0.1:8080": "http://127.0.0.1:8080",
    "http://127.0.0.1:8080/": "http://127.0.0.1:8080",
    "http://localhost:1": "http://localhost:1",
    "http://[::1]:8080": "http://[::1]:8080",
    "https://localhost:8443": "https://localhost:8443",
}
NOT_ACCEPTED = [
    "http://mypurecloud.com",
    "http://api.mypurecloud.com",
    "http://127.0.0.1@evil.example",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example:8080",
    "https://mypurecloud.com@evil.example",
    "https://evil.example/mypurecloud.com",
    "mypurecloud.com.evil.example",
    "evilmypurecloud.com",
    "https://mypurecloud.com:8443",
    "ftp://mypurecloud.com",
    "http://[::1",
    "https://mypurecloud.com:notaport",
    "",
    "   ",
    "https://",
    "us-east-1",
]


@pytest.mark.parametrize("pasted", PASTED)
def test_every_pasted_form_means_its_region(pasted: str) -> None:
    """Scheme, prefix, path, case and blanks do not matter."""
    assert PASTED[pasted] == api_host(pasted)


@pytest.mark.parametrize("domain", NOT_ACCEPTED)
def test_anything_else_is_refused(domain: str) -> None:
    """No secret may go to a host that is no region, nor in the clear."""
    with pytest.raises(UsageError, match="GENESYS_DOMAIN"):
        api_host(domain)


def test_the_nearest_region_is_named() -> None:
    """A typing error is answered with the region that was meant."""
    with pytest.raises(UsageError, match=r"Did you mean mypurecloud\.de\?"):
        api_host("mypurcloud.de")


def test_the_regions_are_those_of_the_sdk() -> None:
    """The table that is checked without the SDK says the same as the SDK."""
    with quiet_import(), lean_import():
        from PureCloudPlatformClientV2.purecloud_region_hosts import PureCloudRegionHosts
    hosts = {each.get_api_host() for each in PureCloudRegionHosts}
    assert hosts == {api_host(region) for region in REGIONS}


def test_the_region_has_the_name_that_people_know() -> None:
    """Neither scheme nor prefix is shown."""
    assert [
        region_name(api_host(each)) for each in ("api.mypurecloud.de", "http://127.0.0.1:1")
    ] == [
        "mypurecloud.de",
        "127.0.0.1:1",
    ]
