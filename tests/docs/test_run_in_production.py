"""The proxies that the page shows can be run as they are shown, and pass an upload on without keeping it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from safelight.testing.certificates import TrialAuthority

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "run-in-production.md").read_text()


def _block(language: str) -> str:
    (block,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(block)


def test_every_file_of_the_page_is_there() -> None:
    named = set(re.findall(r"deploy/[\w@./-]+\w", PAGE))
    assert len(named) >= 3
    for path in named:
        assert (ROOT / path).exists(), path


def test_the_proxies_keep_no_upload_and_no_address() -> None:
    nginx = _block("nginx")
    for line in ("proxy_request_buffering off;", "access_log off;", "emerg;"):
        assert line in nginx
    assert "exclude http.log.error" in _block("caddy")


def test_the_figures_are_asked_for_in_a_form_that_can_be_read() -> None:
    (job,) = yaml.safe_load(_block("yaml"))["scrape_configs"]
    assert job["static_configs"] == [{"targets": ["127.0.0.1:8680"]}]


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not here")
def test_nginx_takes_what_the_page_shows(tmp_path: Path) -> None:
    pem = tmp_path / "both.pem"
    TrialAuthority().write_server(pem, ["safelight.example.com"])
    block = re.sub(r"/etc/ssl/safelight/\w+\.pem", str(pem), _block("nginx")).replace("/var/log/nginx", str(tmp_path))
    config = tmp_path / "nginx.conf"
    config.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{block}}}\n")
    tested = subprocess.run(["nginx", "-t", "-c", config], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not here")
def test_caddy_takes_what_the_page_shows(tmp_path: Path) -> None:
    (tmp_path / "Caddyfile").write_text(_block("caddy"))
    tested = subprocess.run(
        ["caddy", "adapt", "--validate", "--config", tmp_path / "Caddyfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert tested.returncode == 0, tested.stderr
