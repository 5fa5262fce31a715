"""Which host a GENESYS_DOMAIN means."""

import pytest

from batch_offboard.errors import UsageError
from batch_offboard.genesys import api_host
from batch_offboard.genesys.region_names import REGIONS
from batch_offboard.genesys.regions import region_name
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
NAMED = {
    "mypurecloud.com": ["us-east-1", "us_east_1", "US East", "Americas (US East)", "N. Virginia"],
    "mypurecloud.ie": ["eu-west-1", "EMEA (Ireland)", "Dublin"],
    "mypurecloud.com.au": ["ap-southeast-2", "apse2", "Asia Pacific (Sydney)", "Sydney, Australia"],
    "mypurecloud.jp": ["AP_NORTHEAST_1", "Tokyo", "Tokyo, Japan"],
    "mypurecloud.de": ["eu_central_1", "euc1", "Frankfurt", "Frankfurt (Germany)", "EU-CENTRAL-1 "],
    "usw2.pure.cloud": ["us-west-2", "uswest2", "US West", "US West (Oregon)", "usw2"],
    "cac1.pure.cloud": ["ca-central-1", "Canada", "Americas (Canada)"],
    "euw2.pure.cloud": ["eu-west-2", "London", "UK", "Europe (London)"],
    "use2.us-gov-pure.cloud": ["us-east-2", "US East 2", "FedRAMP"],
    "sae1.pure.cloud": ["sa-east-1", "São Paulo", "sao paulo"],
    "euc2.pure.cloud": ["eu-central-2", "Zürich", "Zurich", "Switzerland"],
    "mec1.pure.cloud": ["me-central-1", "UAE", "AWS me-central-1"],
    "edee1.eusc-pure.cloud": ["eusc-de-east-1", "edee1"],
}
SHARED = {
    "Germany": ["mypurecloud.de", "edee1.eusc-pure.cloud"],
    "Japan": ["mypurecloud.jp", "apne3.pure.cloud"],
    "USA": ["mypurecloud.com", "usw2.pure.cloud", "use2.us-gov-pure.cloud"],
    "eu-west": ["mypurecloud.ie", "euw2.pure.cloud"],
    "Frankfurt, London": ["mypurecloud.de", "euw2.pure.cloud"],
}
MISTYPED = {
    "mypurcloud.de": "mypurecloud.de",
    "mypurecloud.con": "mypurecloud.com",
    "https://apps.mypureclod.ie/": "mypurecloud.ie",
    "euc1.pure.cloud": "mypurecloud.de",
    "us-east-1.mypurecloud.com": "mypurecloud.com",
    "https://eu-west-2": "euw2.pure.cloud",
    "euw2.pure.clod": "euw2.pure.cloud",
}
UNCLEAR = [
    "mypurecloud.fr",
    "mypurecloud.eu",
    "usw1.pure.cloud",
    "euw3.pure.cloud",
    "us-west-1",
    "eu-west-3",
    "us-gov-east-1",
    "Europe",
    "not Frankfurt",
    "frankfurt.evil.example",
    "help.mypurecloud.com",
    "genesys.com",
    "example.com",
    "Paris",
]
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
    "http://us-east-1",
    "us-east-1@evil.example",
    *SHARED,
    *MISTYPED,
    *UNCLEAR,
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


@pytest.mark.parametrize(("region", "names"), NAMED.items(), ids=NAMED.keys())
def test_a_region_has_other_names(region: str, names: list[str]) -> None:
    """AWS' own, its short form, the city, the country where it has one region, and both."""
    assert {api_host(name) for name in names} == {f"https://api.{region}"}


def complaint(domain: str) -> str:
    """What is said of a domain that is not accepted."""
    with pytest.raises(UsageError) as told:
        api_host(domain)
    return str(told.value)


@pytest.mark.parametrize(("name", "regions"), SHARED.items(), ids=SHARED.keys())
def test_a_name_of_several_regions_is_no_choice(name: str, regions: list[str]) -> None:
    """All of them are named, and no other."""
    said = complaint(name)
    assert [each.host for each in REGIONS if f"{each.host} (" in said] == regions


@pytest.mark.parametrize(("domain", "region"), MISTYPED.items(), ids=MISTYPED.keys())
def test_the_region_that_was_meant_is_named(domain: str, region: str) -> None:
    """A typing error is answered with it."""
    assert complaint(domain).endswith(f"Did you mean {region}?")


@pytest.mark.parametrize("domain", UNCLEAR)
def test_what_may_mean_several_regions_or_none_is_no_guess(domain: str) -> None:
    """A wrong suggestion would send the secret to another region; where to look is said."""
    said = complaint(domain)
    assert ("Did you mean" in said, "in your browser" in said) == (False, True)


def test_the_regions_are_those_of_the_sdk() -> None:
    """The table that is checked without the SDK says the same as the SDK."""
    with quiet_import(), lean_import():
        from PureCloudPlatformClientV2.purecloud_region_hosts import PureCloudRegionHosts
    hosts = {each.name: each.get_api_host() for each in PureCloudRegionHosts}
    assert hosts == {each.code.replace("-", "_"): api_host(each.host) for each in REGIONS}
    assert hosts == {name: api_host(name) for name in hosts}


def test_the_region_has_the_name_that_people_know() -> None:
    """Neither scheme nor prefix is shown."""
    assert [
        region_name(api_host(each)) for each in ("api.mypurecloud.de", "http://127.0.0.1:1")
    ] == [
        "mypurecloud.de",
        "127.0.0.1:1",
    ]
