"""Which certificates are trusted, and the reason when one is refused."""

import ssl
from pathlib import Path

import truststore

from batch_offboard.errors import UsageError

_REASONS: tuple[tuple[frozenset[int], str, str], ...] = (
    (
        frozenset({10, 0x800B0101, -67818}),
        "tls_failed",
        "The certificate of {host} has expired. Check this computer's date and time. If they are "
        "right, ask IT which proxy or firewall answers in place of {host}.",
    ),
    (
        frozenset({9, -67819}),
        "tls_failed",
        "The certificate of {host} is not valid yet. Check this computer's date and time.",
    ),
    (
        frozenset({62, 64, 0x800B010F, -67602}),
        "tls_failed",
        "Another host answered in place of {host}: its certificate is for another name. If this "
        "network has a login page, log in there first. Otherwise ask IT what answers.",
    ),
    (
        frozenset({2, 18, 19, 20, 21, 0x800B0109, 0x800B010A, -67843}),
        "certificate_not_trusted",
        "The certificate of {host} comes from an issuer that this computer does not trust, often "
        "a proxy that inspects traffic. Ask IT for the issuer's certificate and name its file in "
        "`genesys.ca_file`.",
    ),
)
"""By verification code of OpenSSL, Windows (CERT_E_…) or macOS (errSec…): error code, message."""
_OTHER_REASON = (
    "certificate_not_trusted",
    "The certificate of {host} is not trusted by this computer. Ask IT which certificate this "
    "network uses and name its file in `genesys.ca_file`.",
)
"""What is said of a certificate that is not trusted for a reason without its own words."""


def trusted_certificates(ca_file: str | None) -> ssl.SSLContext:
    """A TLS context that trusts `ca_file`, or by default what the operating system trusts.

    Raises UsageError for a `ca_file` that cannot be read.
    """
    if ca_file is None:
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return without_strict_checks(ssl.create_default_context(cafile=str(Path(ca_file))))
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"genesys.ca_file: {ca_file} cannot be read as a file of certificates (PEM)."
        ) from error


def without_strict_checks(context: ssl.SSLContext) -> ssl.SSLContext:
    """`context` without VERIFY_X509_STRICT, which is on by default since Python 3.13.

    It refuses the certificates of many inspecting proxies, whose authority has no key identifier
    or whose basic constraints are not marked as critical.
    """
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def refused_certificate(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """The certificate error that `error` is or was caused by, if any."""
    cause: BaseException | None = error
    for _ in range(10):
        if cause is None or isinstance(cause, ssl.SSLCertVerificationError):
            return cause
        inner = next((each for each in cause.args if isinstance(each, Exception)), None)
        cause = inner or cause.__cause__ or cause.__context__
    return None


def certificate_trouble(error: ssl.SSLCertVerificationError, host: str) -> tuple[str, str]:
    """The error code and the message for a certificate of `host` that was refused."""
    verify_code = getattr(error, "verify_code", None)
    for verify_codes, code, sentence in _REASONS:
        if verify_code in verify_codes:
            return code, sentence.format(host=host)
    code, sentence = _OTHER_REASON
    return code, sentence.format(host=host)
