"""Addresses that lead to the same page, as one canonical address: for comparing, never for asking or showing.

What is left out tells nobody another page: the scheme, ``www.`` and ``m.``, a slash at the end, the fragment, and
parameters that say where a reader came from. What follows is our own table; each name is one that the makers of the
tool document, or that addresses shared from an app have.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_PLAIN = re.compile(r"https?://([a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+)((?:/[\w.-]+)*)/?", re.ASCII)
"""What most addresses are; they need no further look."""
_BEFORE_NAME = re.compile(r"^(?:www\d?|m|wap|mobile|amp)\.(?=[^.]+\.)")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
_AMP = re.compile(r"/amp$")
_ESCAPED_SLASH = re.compile("%2f", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")
_UNESCAPED = "/:@!$&'()*+,;=-._~"
_DEFAULT_PORTS = {"http": 80, "https": 443}

_PREFIXES = ("utm_", "pk_", "mtm_", "matomo_", "hsa_", "share_", "sharer_", "wt_", "spm", "scm", "stm_", "vero_")
"""Of names of parameters that measure campaigns or name who shared: Google Analytics, Matomo, HubSpot, Weixin,
Webtrekk, Alibaba, Vero."""
_NAMES = frozenset(
    str.split(
        """
        _ga _gl _hsenc _hsmi _openstat at_campaign at_link_id at_link_origin at_link_type at_medium bd_vid
        ck_subscriber_id clicktime chksm cmpid cxtdt dclid dicbo enterid epik fb_action_ids fb_action_types fb_ref
        fbclid from_source ga_campaign ga_content ga_medium ga_source gad_source gbraid gclid gclsrc gs_l hsctatracking
        icid igsh igshid isappinstalled li_fat_id mc_cid mc_eid mkt_tok msclkid ncid nsukey oly_anon_id oly_enc_id
        pass_ticket rb_clickid ref_src ref_url s_cid sharefrom sharesource shareuid srnd smid subscene tduid trk
        trkcampaign ttclid twclid vd_source wbraid weibo_id weixin_share wfr wickedid wxshare_count xhsshare yclid
        ysclid zanpid
        """
    )
)
"""Of click identifiers, newsletters, shares from apps."""
_VALUES = {
    "from": "groupmessage message qq rss feed singlemessage timeline wechat weibo weixin",
    "source": "email facebook feed rss twitter wechat weibo weixin",
    "ref": "email facebook feed home homepage rss twitter wechat weibo weixin",
    "amp": "1 true",
    "outputtype": "amp",
    "share": "1 copy true wechat weibo",
}
"""Names that other sites need, and the values that no page is told by."""


@lru_cache(maxsize=4096)
def canonical(address: str) -> str:
    """The address as it is compared; one that cannot be read, as it is."""
    if plain := _PLAIN.fullmatch(address):
        return _BEFORE_NAME.sub("", plain[1]) + (_path(plain[2]) if plain[2] else "")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    if not parts.hostname:
        return address
    host = _host(parts.hostname)
    if port not in {None, _DEFAULT_PORTS.get(parts.scheme)}:
        host = f"{host}:{port}"
    query = _query(parts.query)
    # A fragment names a page where a script reads it.
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    return f"{host}{_path(parts.path)}{'?' if query else ''}{query}{fragment}"


def is_same_address(one: str | None, other: str | None) -> bool:
    """Whether both lead to the same page, as far as they tell."""
    return one is not None and other is not None and (one == other or canonical(one) == canonical(other))


def address_key(address: str) -> int:
    """What an article with this address is found by: a signed number of 64 bits, never 0.

    It is stored, and a migration computes it: another canonical form needs another migration.
    """
    told = canonical(address).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(told, digest_size=8).digest(), signed=True) or 1


def _host(name: str) -> str:
    host = name.rstrip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return host
    return _BEFORE_NAME.sub("", host)


def _path(path: str) -> str:
    path = _SLASHES.sub("/", _SESSION.sub("", path))
    if "%" in path or not path.isascii():
        # An escaped slash is none.
        path = "%2F".join(
            quote(unquote(part, errors="surrogateescape"), safe=_UNESCAPED, errors="surrogateescape")
            for part in _ESCAPED_SLASH.split(path)
        )
    return _AMP.sub("", _INDEX.sub("", path).rstrip("/"))


def _query(query: str) -> str:
    if not query:
        return ""
    told = [
        (name, value) for name, value in parse_qsl(query, keep_blank_values=True) if not _tells_nothing(name, value)
    ]
    return urlencode(sorted(told), errors="surrogatepass")


def _tells_nothing(name: str, value: str) -> bool:
    name = name.lower()
    if name in _NAMES or name.startswith(_PREFIXES):
        return True
    return value.lower() in _VALUES.get(name, "").split()
