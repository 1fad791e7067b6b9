"""The README of a package: how to open and check it. It names neither people nor media: anybody may come to see it."""

from datetime import UTC, datetime


def readme_text(name: str, made_at: datetime, *, is_test: bool) -> bytes:
    """Return the README of the package of this name."""
    made = f"{made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return _README.format(name=name, made=made, test=_TEST if is_test else "").encode()


_TEST = """
THIS IS A TEST. It counts as nothing, and nobody is to act on it.
"""

_README = """\
REPORT TO AN AUTHORITY, package {name}, made {made}
{test}
Whatever ends in .age is encrypted; only the recipient's secret key opens it. It holds a report and may hold material
that is unlawful to possess. Open it only where you may, on a machine that you trust. The report can be read without
opening any of the files that go with it.

How to open it (age: https://age-encryption.org, in most systems' packages; YOUR_KEY is the file of your secret key)
    tar -xf {name}.safelight-report.tar
    cd safelight-report-{name}
    age -d -i YOUR_KEY -o sheet.pdf sheet.pdf.age          the report, to be read or printed; no picture is on it
    age -d -i YOUR_KEY -o sheet.txt sheet.txt.age          the same as plain text, in every script
    age -d -i YOUR_KEY -o report.json report.json.age      the same for programs
    age -d -i YOUR_KEY -o files/0001 files/0001.age        a file that goes with it; the sheet says what it is

How to check that nothing was changed
    sha256sum --strict -c hashes.txt
    openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in hashes.txt -sigfile hashes.txt.sig

How to check what was opened, also years later
    age -d -i YOUR_KEY -o contents.txt contents.txt.age
    age -d -i YOUR_KEY -o contents.txt.sig contents.txt.sig.age
    sha256sum --strict --ignore-missing -c contents.txt
    openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in contents.txt -sigfile contents.txt.sig

What that shows, and what it does not
    The key came with the package. Ask whoever sent it, by another way, for this digest of their key:
    openssl pkey -pubin -in public-key.pem -outform DER | sha256sum
"""
