"""Certificates for a test: an authority of its own, and what it issues."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass
class Authority:
    """An authority as many inspecting proxies have one: valid, but not by the strict rules.

    It has no key identifier, and its basic constraints are not marked as critical.
    """

    folder: Path
    name: str = "Inspection"

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        begins, ends = self._now() - 30 * DAY, self._now() + 30 * DAY
        unsigned = self._builder(self.name, self._key, begins, ends)
        self._certificate = unsigned.add_extension(constraints, critical=False).sign(
            self._key, hashes.SHA256()
        )

    @property
    def file(self) -> str:
        """The authority's certificate as a file (PEM)."""
        path = self.folder / f"{self.name}.pem"
        path.write_bytes(_pem(self._certificate))
        return str(path)

    def server(
        self, host: str = "localhost", begins_in: int = -1, ends_in: int = 1
    ) -> ssl.SSLContext:
        """The side of a server whose certificate is for `host`, valid between two days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        begins, ends = self._now() + begins_in * DAY, self._now() + ends_in * DAY
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        unsigned = self._builder(host, key, begins, ends).add_extension(names, critical=False)
        path = self.folder / "server.pem"
        path.write_bytes(_key_pem(key) + _pem(unsigned.sign(self._key, hashes.SHA256())))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _builder(
        self, name: str, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(_name(name)).issuer_name(_name(self.name))
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        return builder.not_valid_before(begins).not_valid_after(ends)

    @staticmethod
    def _now() -> datetime:
        return datetime.now(UTC)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
