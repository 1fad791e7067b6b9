"""Content is known again by a digest that nobody can compute who has the database alone."""

import hashlib
import hmac
import threading

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.testing.keys import MemoryKeys
from safelight.vault.content_digest import digest_content, digest_secret


def test_the_digest_is_keyed() -> None:
    sha256 = hashlib.sha256(b"media").digest()
    assert digest_content(b"k" * 32, sha256) == hmac.new(b"k" * 32, sha256, "sha256").digest()
    assert digest_content(b"k" * 32, sha256) != digest_content(b"l" * 32, sha256)


def test_the_secret_is_made_once_and_that_is_recorded(engine: Engine, clock: FixedClock) -> None:
    keys = MemoryKeys()
    secret = digest_secret(engine, keys, clock)
    assert len(secret) == 32
    assert digest_secret(engine, keys, clock) == secret
    with read(engine) as tx:
        assert [entry.verb for entry in page_entries(tx)] == ["make_secret"]


def test_all_who_make_it_at_once_get_the_same(engine: Engine, clock: FixedClock) -> None:
    keys, made, ready = MemoryKeys(), set(), threading.Barrier(4)

    def make() -> None:
        ready.wait()
        made.add(digest_secret(engine, keys, clock))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == {digest_secret(engine, keys, clock)}
