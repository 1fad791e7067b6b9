"""`safelight`: the table of commands. Each command's module is imported only when it is called."""

import sys
from importlib.metadata import version

from cyclopts import App, CycloptsError

from safelight.cli import exit_status
from safelight.errors import SafelightError

app = App(
    name="safelight",
    help="Hash what arrives and match it against hash lists. Nothing leaves this machine.",
    help_format="plaintext",
    version=lambda: version("safelight"),
    result_action="return_value",
)
app.command("safelight.cli.workspace:init", name="init", help="Make a workspace: settings and an empty database.")
app.command("safelight.cli.demo:demo", name="demo", help="Show the main job on benign pictures, then exit.")
app.command("safelight.cli.hash:hash_media", name="hash", help="Print the signals of files.")
app.command("safelight.cli.scan:scan", name="scan", help="Match files against banks.")
app.command("safelight.cli.match:match", name="match", help="Match signals, without their media, against banks.")
app.command("safelight.cli.doctor:doctor", name="doctor", help="Say what this installation can do.")

bank = App(name="bank", help="Make, fill, look at and switch hash lists.", help_format="plaintext")
bank.command("safelight.cli.bank:create", name="create", help="Make an empty bank.")
bank.command("safelight.cli.bank_import:import_list", name="import", help="Take in a hash list, wholly or not at all.")
bank.command("safelight.cli.bank_add:add", name="add", help="Add single entries, by value or from pictures.")
bank.command("safelight.cli.bank:list_banks", name="list", help="List the banks.")
bank.command("safelight.cli.bank:show", name="show", help="Show a bank and a page of its entries.")
bank.command("safelight.cli.bank_import:export", name="export", help="Write a bank's entries to a file.")
bank.command("safelight.cli.bank:enable", name="enable", help="Let a bank, or one entry of it, match again.")
bank.command("safelight.cli.bank:disable", name="disable", help="Stop a bank, or one entry of it, from matching.")
bank.command("safelight.cli.bank:rename", name="rename", help="Give a bank another name.")
bank.command("safelight.cli.bank:threshold", name="threshold", help="Set at which distance a bank's entries match.")
bank.command("safelight.cli.bank:remove", name="remove", help="Remove a bank, or one entry of it.")
app.command(bank)


def run() -> None:
    """Run the command line and exit with its status."""
    sys.exit(main(sys.argv[1:]))


def main(tokens: list[str]) -> int:
    """Run one command and return its exit status; errors are told on standard error."""
    try:
        status = app(_plain(tokens), exit_on_error=False)
    except CycloptsError:
        return exit_status.USAGE  # cyclopts has said what is wrong
    except SafelightError as error:
        print(f"safelight: {error} [{error.code}]", file=sys.stderr)  # noqa: T201 - the command line's voice
        return exit_status.of_error(error)
    except BrokenPipeError:
        sys.stderr.close()
        return exit_status.INTERRUPTED
    except KeyboardInterrupt:
        print("safelight: stopped.", file=sys.stderr)  # noqa: T201 - the command line's voice
        return exit_status.INTERRUPTED
    return status if isinstance(status, int) else exit_status.NOTHING


def _plain(tokens: list[str]) -> list[str]:
    """Let a lone `-` mean standard input as a path or a file, and standard output as the value of `--json`.

    A bare `--json`, at the end or before another option, means standard output too.
    """
    end = tokens.index("--") if "--" in tokens else len(tokens)
    options, paths = tokens[:end], tokens[end + 1 :]
    given: list[str] = []
    for before, token, after in zip(["", *options], options, [*options[1:], "-"], strict=False):
        if token == "-":  # noqa: S105 - a path, not a secret
            paths += [] if before in _STREAMS else ["-"]
        elif token in _STREAMS and (after == "-" or (after.startswith("-") and token == "--json")):  # noqa: S105
            given.append(f"{token}=-")
        else:
            given.append(token)
    return [*given, "--", *paths] if paths else given


_STREAMS = {"--json", "--file"}
