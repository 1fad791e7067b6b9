"""An authority for TLS on this machine, for tests and trials. Its keys are gone when the program ends."""

import ssl
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_TIME = timedelta(days=36_500)


class TrialAuthority:
    """Signs certificates. `trust` is for who shall believe them, `server` for who shall show one."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Safelight trial authority")])
        builder = _builder(self._name, self._name, self._key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        signs = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        self._certificate = builder.add_extension(signs, critical=False).sign(self._key, hashes.SHA256())

    def trust(self) -> ssl.SSLContext:
        """Return a context that believes this authority alone."""
        return ssl.create_default_context(cadata=self._certificate.public_bytes(Encoding.PEM).decode("ascii"))

    def write_certificate(self, path: Path) -> None:
        """Write the certificate to a file, for programs that are told of an authority by `SSL_CERT_FILE`."""
        path.write_bytes(self._certificate.public_bytes(Encoding.PEM))

    def write_server(self, path: Path, names: Sequence[str]) -> None:
        """Write a certificate for these names or addresses, and its key, into one file, for servers that read such."""
        path.touch(mode=0o600)
        path.write_bytes(self._issue(names))

    def server(self, names: Sequence[str]) -> ssl.SSLContext:
        """Return a context that shows a certificate for these names or addresses."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "both.pem"
            self.write_server(file, names)
            context.load_cert_chain(file)
        return context

    def _issue(self, names: Sequence[str]) -> bytes:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "trial")])
        builder = _builder(subject, self._name, key.public_key())
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = builder.add_extension(signed_by, critical=False).sign(self._key, hashes.SHA256())
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return secret + certificate.public_bytes(Encoding.PEM)


def _builder(subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(_FROM).not_valid_after(_FROM + _TIME)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
