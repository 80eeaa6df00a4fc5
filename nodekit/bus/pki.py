"""A small certificate authority for the links between offices, made with `cryptography` alone.

One CA per federation, one certificate per office (its server is a server towards children and a client towards its parent).
An office with a PKI of its own puts its files in `tls/` instead; nothing here overwrites certificates it did not issue.
"""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from nodekit.bus.keys import write_private

CA_DAYS = 3650
OFFICE_DAYS = 730
RENEW_BEFORE_DAYS = 60
CA_NAME = "liandong links"


class LinkAuthority:
    """The CA in `folder` (ca.pem, ca.key)."""

    def __init__(self, folder: Path) -> None:
        self._certificate_path, self._key_path = folder / "ca.pem", folder / "ca.key"
        if not self._key_path.exists():
            self._create()
        self._key = _load_key(self._key_path)
        self._certificate = x509.load_pem_x509_certificate(self._certificate_path.read_bytes())

    def issue(self, office_id: str, hosts: Sequence[str], folder: Path) -> bool:
        """Write cert.pem, key.pem and ca.pem for one office; True when a certificate was (re)issued."""
        folder.mkdir(parents=True, exist_ok=True)
        if self._still_good(folder / "cert.pem", hosts):
            return False
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certify(office_id, hosts, key.public_key())
        write_private(folder / "key.pem", _key_text(key))
        (folder / "cert.pem").write_bytes(certificate)
        (folder / "ca.pem").write_bytes(self._certificate_path.read_bytes())
        return True

    def sign(self, office_id: str, hosts: Sequence[str], request: bytes) -> tuple[bytes, bytes]:
        """(certificate, CA certificate) for a key that its office keeps to itself. Of the request only the key is taken.

        Raises:
            ValueError: not a request signed with an elliptic-curve key of its own.
        """
        asked = x509.load_pem_x509_csr(request)
        key = asked.public_key()
        if not asked.is_signature_valid or not isinstance(key, ec.EllipticCurvePublicKey):
            raise ValueError("not a valid certificate request")
        return self._certify(office_id, hosts, key), self._certificate_path.read_bytes()

    def _certify(self, office_id: str, hosts: Sequence[str], key: ec.EllipticCurvePublicKey) -> bytes:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
        builder = _builder(office_id, self._certificate.subject, OFFICE_DAYS).public_key(key)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(usage, critical=False).add_extension(names, critical=False)
        authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = builder.add_extension(authority_id, critical=False).sign(self._key, hashes.SHA256())
        return certificate.public_bytes(serialization.Encoding.PEM)

    def _create(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, CA_NAME)])
        builder = _builder(CA_NAME, subject, CA_DAYS).public_key(key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        key_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        certificate = builder.add_extension(key_id, critical=False).sign(key, hashes.SHA256())
        write_private(self._key_path, _key_text(key))
        self._certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def _still_good(self, path: Path, hosts: Sequence[str]) -> bool:
        if not path.exists():
            return False
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        if certificate.issuer != self._certificate.subject:
            return True  # the office brought its own
        if certificate.not_valid_after_utc < datetime.now(UTC) + timedelta(days=RENEW_BEFORE_DAYS):
            return False
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return {str(_general_name(host).value) for host in hosts} == {str(name.value) for name in names}


def _builder(common_name: str, issuer: x509.Name, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key_text(key: ec.EllipticCurvePrivateKey) -> str:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode()


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path} does not hold an elliptic-curve key")
    return key


def request_certificate(office_id: str, folder: Path) -> bytes:
    """Make key.pem in `folder` unless it is there, and ask for a certificate for it; the key stays here."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "key.pem").exists():
        write_private(folder / "key.pem", _key_text(ec.generate_private_key(ec.SECP256R1())))
    key = _load_key(folder / "key.pem")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, office_id)])
    return x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
