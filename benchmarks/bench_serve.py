"""The service beside a peer: look-ups and scans a second over HTTP, their times, and memory under load.

    python benchmarks/bench_serve.py [--size 1M] [--seconds 6] [--rounds 3] [--minutes 0]

Client, service and peer share one machine, and take turns. The client is `wrk` (Debian's package), bounded in time and
connections. The peer is threatexchange's index behind Flask and gunicorn with 2 workers of 8 threads, which is HMA's
look-up without its database. docs/how-to/measure-serving.md says how to read what it prints.
"""

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench_match import parse_size
from match_codes import draw_balanced
from safelight.access.api_key import NewApiKey
from safelight.app import create_workspace, open_workspace
from safelight.cli.main import main as safelight
from safelight.flow import access
from safelight.testing.synthetic import paint

_PEER_PORT = 8691
_BATCH = 1000
_QUERIES = 4000
_PICTURES = 8
_REQUEST = 'wrk.headers["Authorization"] = "Bearer {key}"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One kind of request: its words, where it goes, the script that makes it, and how many signals one brings."""

    words: str
    url: str
    script: Path
    connections: int
    signals: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one round gave: a rate, and times in milliseconds."""

    per_s: float
    p50_ms: float
    p99_ms: float
    failed: int


def require_wrk() -> None:
    """See that the client is there; as root it is installed."""
    if shutil.which("wrk") is None and os.geteuid() == 0:
        subprocess.run(["apt-get", "install", "-y", "-q", "wrk"], check=False, stdout=subprocess.DEVNULL)
    if shutil.which("wrk") is None:
        sys.exit("This needs wrk. Install it: apt-get install wrk")


def fill(workspace: Path, codes: np.ndarray) -> str:
    """Make a workspace with the codes in one bank; return a service's key."""
    create_workspace(workspace)
    listed = workspace / "listed.txt"
    with listed.open("w", encoding="ascii") as file:
        file.writelines(f"{code.tobytes().hex()}\n" for code in codes)
    for words in (
        ["bank", "create", "known"],
        ["bank", "import", "known", str(listed), "--type", "pdq", "--format", "bare_lines"],
    ):
        if safelight([*words, "-w", str(workspace)]) != 0:
            sys.exit("The list was not taken in.")
    with open_workspace(workspace) as house:
        return access.create_key(house.engine, house.clock, house.actor, NewApiKey(name="load", role_name="admin"))[1]


@contextmanager
def serving(workspace: Path) -> Iterator[tuple[str, int]]:
    """Run the service; give its address and its process."""
    environment = os.environ | {"SAFELIGHT_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "safelight", "serve", "--listen", "127.0.0.1:0", "-w", str(workspace)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        began = time.perf_counter()
        address = process.stdout.readline().split()[1]
        print(f"service: ready after {time.perf_counter() - began:.1f} s")
        yield address, process.pid
        process.send_signal(signal.SIGTERM)


@contextmanager
def peer(codes: Path) -> Iterator[str]:
    """Run the peer; give its address."""
    environment = os.environ | {"CODES": str(codes), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", "8", "--preload"]
    command += ["--bind", f"127.0.0.1:{_PEER_PORT}", "--chdir", str(Path(__file__).parent), "serve_peer:app"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{_PEER_PORT}"
        _wait_for(f"{address}/m/lookup?signal={'00' * 32}")
        yield address
        process.terminate()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=60).read()  # noqa: S310 - an address of this machine
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("The peer did not start.")


def run(load: Load, seconds: int) -> Measured:
    """Put one load on, and read what wrk says."""
    command = ["wrk", "-t1", f"-c{load.connections}", f"-d{seconds}", "--timeout", "30", "--latency"]
    said = subprocess.run([*command, "-s", str(load.script), load.url], capture_output=True, text=True, check=True)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said.stdout)[1])  # type: ignore[index]
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said.stdout)
    return Measured(
        per_s=rate * load.signals,
        p50_ms=_milliseconds(said.stdout, "50%"),
        p99_ms=_milliseconds(said.stdout, "99%"),
        failed=int(failed[1]) if failed else 0,
    )


def _milliseconds(said: str, share: str) -> float:
    number, unit = re.search(rf"{share}\s+([\d.]+)(us|ms|s)\b", said).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def write_scripts(folder: Path, key: str, queries: np.ndarray) -> dict[str, Path]:
    """Write the scripts by which wrk makes each kind of request."""
    values = [code.tobytes().hex() for code in queries]
    listed = folder / "values.txt"
    listed.write_text("\n".join(values), encoding="ascii")
    read = f'local v = {{}}\nfor line in io.lines("{listed}") do v[#v + 1] = line end\nlocal n = 0\n'
    head = _REQUEST.format(key=key)
    one = (
        'request = function() n = n % #v + 1; return wrk.format("POST", "/api/v1/lookup", nil, '
        '\'{"signals":[{"type":"pdq","value":"\' .. v[n] .. \'"}]}\') end\n'
    )
    signals = ",".join(f'{{"type":"pdq","value":"{value}"}}' for value in values[:_BATCH])
    (folder / "batch.json").write_text(f'{{"signals":[{signals}]}}', encoding="ascii")
    path = '"/m/lookup?signal_type=pdq&signal=" .. v[n]'
    by_hash = f'request = function() n = n % #v + 1; return wrk.format("GET", {path}) end\n'
    scripts = {
        "one": head + read + one,
        "batch": f'{head}local b = io.open("{folder}/batch.json"):read("*a")\n'
        f'request = function() return wrk.format("POST", "/api/v1/lookup", nil, b) end\n',
        "hma": head + read + by_hash,
        "scan": head + _pictures(folder, "/api/v1/scan", is_form=False),
        "hma_scan": head + _pictures(folder, "/m/lookup", is_form=True),
    }
    return {name: _written(folder / f"{name}.lua", text) for name, text in scripts.items()}


def _pictures(folder: Path, path: str, *, is_form: bool) -> str:
    """Return a script that posts pictures of 2 megapixels, one after the other."""
    for seed in range(_PICTURES):
        file = folder / f"{seed}.jpg"
        if not file.exists():
            paint(9000 + seed, width=1600, height=1200).save(file, quality=90)
        head = '--xyz\r\nContent-Disposition: form-data; name="photo"; filename="x.jpg"\r\n'
        head += "Content-Type: image/jpeg\r\n\r\n"
        (folder / f"{seed}.form").write_bytes(head.encode() + file.read_bytes() + b"\r\n--xyz--\r\n")
    ending = "form" if is_form else "jpg"
    kind = 'wrk.headers["Content-Type"] = "multipart/form-data; boundary=xyz"\n' if is_form else ""
    read = f'io.open("{folder}/" .. i .. ".{ending}", "rb"):read("*a")'
    post = f'return wrk.format("POST", "{path}", nil, b[n])'
    return (
        f"{kind}local b = {{}}\nfor i = 0, {_PICTURES - 1} do b[#b + 1] = {read} end\nlocal n = 0\n"
        f"request = function() n = n % #b + 1; {post} end\n"
    )


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def tell(words: str, rounds: list[Measured]) -> float:
    """Print the median of some rounds and return the rate."""
    rate = statistics.median(each.per_s for each in rounds)
    p50, p99 = (statistics.median(getattr(each, name) for each in rounds) for name in ("p50_ms", "p99_ms"))
    failed = sum(each.failed for each in rounds)
    print(
        f"  {words:<58} {rate:>10,.0f} /s   p50 {p50:8.2f} ms   p99 {p99:8.2f} ms"
        + (f"   {failed} FAILED" if failed else "")
    )
    return rate


def resident_mib(pid: int) -> float:
    """Return the memory of a process and of its children, in MiB."""
    found = 0.0
    for each in [pid, *_children(pid)]:
        for line in Path(f"/proc/{each}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                found += int(line.split()[1]) / 1024
    return found


def _children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(each) for each in told]


def watch_memory(pid: int, load: Callable[[], object], minutes: float) -> None:
    """Print the memory before, during and after a load of some minutes."""
    load()
    figures = [resident_mib(pid)]
    until = time.monotonic() + minutes * 60
    while time.monotonic() < until:
        load()
        figures.append(resident_mib(pid))
    grown = (figures[-1] / figures[0] - 1) * 100
    told = f"{figures[0]:.0f} to {figures[-1]:.0f} MiB ({grown:+.1f} %), {max(figures):.0f} at most"
    print(f"memory over {minutes:.0f} minutes of load: {told}")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=parse_size, default="1M")
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--without-peer", action="store_true")
    asked = parser.parse_args()
    require_wrk()
    with tempfile.TemporaryDirectory(prefix="bench-serve-") as name, ExitStack() as stack:
        folder = Path(name)
        generator = np.random.default_rng(20261128)
        codes = draw_balanced(asked.size, generator)
        np.save(folder / "codes.npy", codes)
        key = fill(folder / "workspace", codes)
        scripts = write_scripts(folder, key, draw_balanced(_QUERIES, generator))
        address, pid = stack.enter_context(serving(folder / "workspace"))
        other = None if asked.without_peer else stack.enter_context(peer(folder / "codes.npy"))
        ours = [
            Load(words="POST /api/v1/lookup, one signal", url=address, script=scripts["one"], connections=4),
            Load(
                words=f"POST /api/v1/lookup, {_BATCH} signals (signals/s)",
                url=address,
                script=scripts["batch"],
                connections=2,
                signals=_BATCH,
            ),
            Load(words="GET /m/lookup, HMA's surface", url=address, script=scripts["hma"], connections=4),
            Load(words="POST /api/v1/scan, JPEG of 2 megapixels", url=address, script=scripts["scan"], connections=4),
        ]
        theirs = [] if other is None else [
            Load(words="peer: GET /m/lookup", url=other, script=scripts["hma"], connections=4),
            Load(words="peer: POST /m/lookup, the same JPEGs", url=other, script=scripts["hma_scan"], connections=4),
        ]  # fmt: skip
        rounds: dict[str, list[Measured]] = {}
        for _ in range(asked.rounds):
            for load in (*ours, *theirs):
                rounds.setdefault(load.words, []).append(run(load, asked.seconds))
        print(f"{asked.size:,} PDQ values, {asked.rounds} rounds of {asked.seconds} s, medians")
        rates = {words: tell(words, each) for words, each in rounds.items()}
        if any(each.failed for measured in rounds.values() for each in measured):
            sys.exit("Requests failed: these figures say nothing.")
        if theirs:
            print(f"  look-ups: {rates[ours[0].words] / rates[theirs[0].words]:.1f} times the peer's")
            print(f"  scans:    {rates[ours[3].words] / rates[theirs[1].words]:.1f} times the peer's")
        if asked.minutes:
            watch_memory(pid, lambda: [run(load, asked.seconds) for load in ours], asked.minutes)


if __name__ == "__main__":
    main()
