"""The regions of Genesys Cloud, found by any of the names that people use for them."""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

_WORD = re.compile(r"[a-z]+|[0-9]+")
_BESIDE = {"americas", "apac", "asia", "aws", "emea", "eu", "europe", "pacific", "region", "the"}
"""Words that may accompany a name, as in "Americas (US East)" and "EMEA (Frankfurt)"."""

_LEAST_RATIO = 0.85
_LEAST_LEAD = 0.03
"""A host is suggested if its similarity (a difflib ratio) is at least the first of these, and
exceeds that of the second most similar host by at least the other."""
_LEAST_PLACE_RATIO = 0.75
"""A city or country is suggested if its similarity is at least this."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region: its host without `api.`, its AWS region, and the names of its places.

    A name may belong to several regions, such as Germany.
    """

    host: str
    code: str
    places: tuple[str, ...]

    @property
    def shown(self) -> str:
        """`mypurecloud.de (eu-central-1, Frankfurt)`."""
        return f"{self.host} ({self.code}, {self.places[0]})"


_US = ("US", "USA", "United States", "North America", "America")

REGIONS = (
    Region("mypurecloud.com", "us-east-1", ("N. Virginia", "Virginia", "US East", *_US)),
    Region("mypurecloud.ie", "eu-west-1", ("Ireland", "Dublin")),
    Region("mypurecloud.com.au", "ap-southeast-2", ("Sydney", "Australia")),
    Region("mypurecloud.jp", "ap-northeast-1", ("Tokyo", "Japan")),
    Region("mypurecloud.de", "eu-central-1", ("Frankfurt", "Frankfurt am Main", "Germany")),
    Region("usw2.pure.cloud", "us-west-2", ("Oregon", "US West", *_US)),
    Region("cac1.pure.cloud", "ca-central-1", ("Canada", "Montreal", "Canada Central")),
    Region("apne2.pure.cloud", "ap-northeast-2", ("Seoul", "Korea", "South Korea")),
    Region("euw2.pure.cloud", "eu-west-2", ("London", "UK", "United Kingdom", "England")),
    Region("aps1.pure.cloud", "ap-south-1", ("Mumbai", "India")),
    Region("use2.us-gov-pure.cloud", "us-east-2", ("Ohio", "US East 2", "FedRAMP", *_US)),
    Region("sae1.pure.cloud", "sa-east-1", ("São Paulo", "Brazil", "South America")),
    Region("mec1.pure.cloud", "me-central-1", ("UAE", "United Arab Emirates", "Dubai")),
    Region("apne3.pure.cloud", "ap-northeast-3", ("Osaka", "Japan")),
    Region("euc2.pure.cloud", "eu-central-2", ("Zurich", "Zürich", "Switzerland")),
    Region("mxc1.pure.cloud", "mx-central-1", ("Mexico", "Querétaro", "Mexico Central")),
    Region("apse1.pure.cloud", "ap-southeast-1", ("Singapore",)),
    Region("edee1.eusc-pure.cloud", "eusc-de-east-1", ("Brandenburg", "Germany")),
)
"""The regions of the SDK (`PureCloudRegionHosts`)."""


def regions_named(text: str) -> tuple[Region, ...]:
    """The regions with the name `text`: `us-east-1`, `EU_CENTRAL_1`, `EMEA (Frankfurt)`.

    Empty if it is not such a name; several if they share it, such as `Germany` or `eu-west`.
    """
    words = _words(text)
    if not words or re.search(r"[a-z0-9]\.[a-z0-9]|[/:@]", text.strip().lower()):
        return ()  # an address
    return _in_order(_named(words)) or _sharing(words)


def _words(text: str) -> tuple[str, ...]:
    """The runs of letters and of digits in a text; joined, `useast1` and `us-east-1` are alike."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return tuple(_WORD.findall("".join(each for each in plain if not unicodedata.combining(each))))


def _named(words: Sequence[str]) -> Set[Region]:
    """The regions that the words name; besides names, only words in `_BESIDE` may be among them."""
    spans = [
        (frozenset(range(first, end)), regions)
        for first in range(len(words))
        for end in range(first + 1, len(words) + 1)
        if (regions := _BY_NAME.get("".join(words[first:end])))
    ]
    # Of `US East 2` and `US East` the longer name is meant.
    longest = [each for each in spans if not any(each[0] < other for other, _ in spans)]
    covered = frozenset[int]().union(*(span for span, _ in longest))
    rest = {word for place, word in enumerate(words) if place not in covered}
    if not longest or not rest <= _BESIDE:
        return set()
    named = [regions for _, regions in longest]
    return named[0].intersection(*named) or named[0].union(*named)


def _in_order(regions: Set[Region]) -> tuple[Region, ...]:
    return tuple(each for each in REGIONS if each in regions)


def _sharing(words: Sequence[str]) -> tuple[Region, ...]:
    """The regions whose AWS name begins with these words, such as `eu-west`."""
    return tuple(each for each in REGIONS if _words(each.code)[: len(words)] == tuple(words))


def _names_of(region: Region) -> Set[str]:
    """All names of a region, each as its words joined: AWS, short form, host, places."""
    *words, number = region.code.split("-")
    directions = re.findall("north|south|east|west|central", words[-1])
    short = f"{''.join(words[:-1])}{''.join(each[0] for each in directions)}{number}"
    names = (region.code, short, region.host.split(".")[0], *region.places)
    return {"".join(_words(name)) for name in names if name != "mypurecloud"}


def _by_name() -> Mapping[str, Set[Region]]:
    named: defaultdict[str, set[Region]] = defaultdict(set)
    for region in REGIONS:
        for name in _names_of(region):
            named[name].add(region)
    return named


_BY_NAME = _by_name()


def nearest_place(text: str) -> str | None:
    """The city or country with the name most similar to `text`; None if there is none."""
    places = {"".join(_words(place)): place for region in REGIONS for place in region.places}
    found = difflib.get_close_matches("".join(_words(text)), places, 1, _LEAST_PLACE_RATIO)
    return places[found[0]] if found else None


def nearest_host(host: str) -> str | None:
    """The host of the region that `host` most probably means; None if no region stands out."""
    first, _, rest = host.partition(".")
    if rest in ("", "pure.cloud", "mypurecloud.com") and len(named := regions_named(first)) == 1:
        return named[0].host
    hosts = [each.host for each in REGIONS if not host.endswith(f".{each.host}")]
    if len(hosts) < len(REGIONS):
        return None  # another service of a region, such as help.mypurecloud.com
    ratios = sorted(
        ((difflib.SequenceMatcher(None, host, each).ratio(), each) for each in hosts), reverse=True
    )
    (best, nearest), (second, _) = ratios[:2]
    same_numbers = re.findall(r"\d", host) == re.findall(r"\d", nearest)
    clear = best >= _LEAST_RATIO and best - second >= _LEAST_LEAD and same_numbers
    return nearest if clear else None
