"""What each entry point in scripts/ does, in order. One function per entry point."""

from __future__ import annotations

import argparse
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from scripts.support import (
    browser_assets,
    chromium,
    cluster,
    instances,
    locks,
    messages,
    papers,
    paths,
    python_environment,
    site,
    static_files,
    worker,
)
from scripts.support.instances import Choice, Database
from scripts.support.messages import SetupError, say, warn
from scripts.support.python_environment import BENCHMARKS, DEVELOPMENT, FAST, RUNTIME, WALK

TEST_KINDS = ("unit", "integration", "browser", "real", "house")
MOST_TEST_WORKERS = 4
NOTHING_COLLECTED = 5  # pytest's exit code


def main(name: str, arguments: Sequence[str]) -> int:
    """Run one entry point; its exit code. An expected failure is a message, never a traceback."""
    _end_tidily_on_signals()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old terminal may lack the letter …
    try:
        return COMMANDS[name](list(arguments))
    except SetupError as problem:
        warn(f"\n{problem}")
        return 1
    except KeyboardInterrupt:
        return 130


def setup(arguments: list[str]) -> int:
    """Make the machine ready and start nothing."""
    parser = _parser("setup", "Make this machine ready: packages, browser assets, database. Starts nothing.")
    parser.add_argument("--dev", action="store_true", help="also what the tests and scripts/check need")
    parser.add_argument("--fast", action="store_true", help="also the compiled gap maths, for national data")
    parser.add_argument("--walk", action="store_true", help="also the reader of streets and paths")
    options = parser.parse_args(arguments)
    _prepare(DEVELOPMENT if options.dev else RUNTIME)
    if options.dev:
        chromium.ensure()
    if options.fast:
        with locks.alone("setup", WAITING):
            python_environment.ensure(FAST)
    if options.walk:
        with locks.alone("setup", WAITING):
            python_environment.ensure(WALK)
    instances.open_database(instances.DEMO).close()
    say("Ready. Start with: scripts/run")
    return 0


def run(arguments: list[str]) -> int:
    """Set up, start, load the demo, serve until Ctrl-C."""
    parser = _parser("run", "Set up, start the database and the site, and load the invented demo borough.")
    parser.add_argument("--port", type=_port, default=8000, help="where to serve (default: 8000)")
    parser.add_argument("--empty", action="store_true", help="the instance for your own data, empty at first")
    parser.add_argument("--no-demo-mode", action="store_true", help="no demo log-ins, and a secret of its own")
    options = parser.parse_args(arguments)
    instance = instances.MAIN if options.empty else instances.DEMO
    is_demo_mode = not options.no_demo_mode and os.environ.get("WDW_DEMO_MODE") != "0"
    choice = Choice(instance, is_demo_mode, options.port)
    site.check_port_is_free(options.port)
    _prepare(RUNTIME)
    with _database(lambda: instances.open_database(choice.instance)) as database:
        return _serve(choice, database)


def stop(arguments: list[str]) -> int:
    """Stop the site and the private database of this checkout."""
    _parser("stop", "Stop the site and the private database of this checkout.").parse_args(arguments)
    site.stop_all()
    if not cluster.stop_if_unused():
        raise SetupError(
            "The database is still used by another script here (a test run?). It stops when that one ends."
        )
    say("Stopped.")
    return 0


def test(arguments: list[str]) -> int:
    """Set up and run tests; pytest's own exit code, and an error when some could not run or none were found."""
    kind = arguments.pop(0) if arguments and arguments[0] in TEST_KINDS else None
    named = _named_tests(arguments)
    is_everything = kind is None and not named
    _prepare(DEVELOPMENT)
    browser: dict[str, str] = {}
    problem = None
    if is_everything or kind == "browser" or any("browser" in name for name in named):
        browser, problem = _find_browser(may_go_without=is_everything)
    words = [*arguments] if named else [f"tests/{kind}" if kind else "tests", *arguments]
    words += ["--ignore=tests/browser"] if problem else []
    workers = str(min(MOST_TEST_WORKERS, os.cpu_count() or 1))
    command: list[str | Path] = [paths.venv_program("python"), "-m", "pytest", "-n", workers, "--dist", "loadfile"]
    with _database(instances.open_test_database) as database:
        # Without this machine's own settings: a test must never meet somebody's real data.
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("WDW_", "DATABASE_"))}
        environment = {**ours, **browser, "TEST_DATABASE_URL": database.url}
        code = _call([*command, *words], environment, cwd=paths.ROOT)
    if code == NOTHING_COLLECTED:
        warn(f"No test was found for: {' '.join(['scripts/test', *filter(None, [kind]), *arguments])}")
    if problem:
        warn(f"\nThe browser tests did not run, so this counts as failed.\n{problem}")
    return code or (1 if problem else 0)


def check(arguments: list[str]) -> int:
    """Run every static check, also after one has failed."""
    _parser("check", "Look for faults without running the product.").parse_args(arguments)
    with locks.alone("setup", WAITING):
        python_environment.ensure(DEVELOPMENT)
    failed = []
    for words in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"], ["lint-imports"]):
        say(f"\n{' '.join(words)}")
        if _call([paths.venv_program(words[0]), *words[1:]], dict(os.environ), cwd=paths.ROOT):
            failed.append(" ".join(words))
    say(f"\nFaults found by: {', '.join(failed)}" if failed else "\nNo faults found.")
    return 1 if failed else 0


def flask(arguments: list[str]) -> int:
    """Run a command of the app with the environment of scripts/run."""
    asked, words = _take_instance(arguments)
    choice = instances.chosen(asked)
    _prepare(RUNTIME)
    with _database(lambda: instances.open_database(choice.instance)) as database:
        environment = instances.app_environment(database.url, choice)
        return _call(_flask(*words), environment)


def database(arguments: list[str]) -> int:
    """Run a PostgreSQL program as the administrator of the database."""
    asked, words = _take_instance(arguments)
    if not words or words[0] in ("-h", "--help"):
        say("Use: scripts/database [--instance demo|main] PROGRAM …")
        say("PROGRAM is one of PostgreSQL's own: psql, pg_dump -Fc -f FILE, pg_restore …")
        return 0 if words else 2
    with _database(lambda: instances.open_database(instances.chosen(asked).instance)) as opened:
        private = opened.use.cluster if opened.use else None
        role = cluster.ADMIN if private else None
        environment = {**os.environ, **instances.libpq_environment(opened.url, role=role)}
        program: str | Path = words[0] if private is None else private.programs.path(words[0])
        return _call([program, *words[1:]], environment)


def bench(arguments: list[str]) -> int:
    """Run one benchmark by name."""
    known = sorted(path.stem for path in (paths.ROOT / "tests/benchmarks").glob("[a-z]*.py"))
    if not arguments or arguments[0] not in known:
        say(f"Use: scripts/bench NAME [options]   NAME is one of: {', '.join(known) or '(none here yet)'}")
        return 2
    with locks.alone("setup", WAITING):
        python_environment.ensure(DEVELOPMENT)
        python_environment.ensure(BENCHMARKS)
        if "--fast" in arguments:
            python_environment.ensure(FAST)
    with _database(instances.open_test_database) as opened:
        environment = {**os.environ, "TEST_DATABASE_URL": opened.url}
        command: list[str | Path] = [
            paths.venv_program("python"),
            "-m",
            f"tests.benchmarks.{arguments[0]}",
            *arguments[1:],
        ]
        return _call(command, environment, cwd=paths.ROOT)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "setup": setup,
    "run": run,
    "stop": stop,
    "test": test,
    "check": check,
    "flask": flask,
    "database": database,
    "bench": bench,
}
WAITING = "Waiting for another set-up in this checkout to finish …"


def _prepare(requirements: str) -> None:
    """Everything but the database itself; the system's packages first, since only they may need a person."""
    _check_writable()
    if not instances.is_server_given():
        cluster.ensure_programs()
    with locks.alone("setup", WAITING):
        python_environment.ensure(requirements)
        papers.ensure()
        browser_assets.ensure()
        static_files.ensure()


def _find_browser(*, may_go_without: bool) -> tuple[dict[str, str], str | None]:
    """Which browser the tests use; and why there is none, if they may go without. Raises SetupError."""
    try:
        return chromium.ensure(), None
    except SetupError as problem:
        if not may_go_without:
            raise
        return {}, str(problem)


def _check_writable() -> None:
    for folder in (paths.ROOT, paths.VAR, paths.VENV):
        if folder.exists() and not os.access(folder, os.W_OK):
            raise SetupError(
                f"You may not write in {folder}; it belongs to user {folder.owner()}.\n"
                "Run this as that user, or give the folder to yourself:\n"
                f"  sudo chown -R $(id -un) {paths.ROOT}"
            )


def _serve(choice: Choice, opened: Database) -> int:
    environment = instances.app_environment(opened.url, choice)
    instances.remember(choice)
    # It starts while its database is got ready, and answers only then: a quicker start for everybody.
    running = site.Site(choice.port, environment)
    background = worker.Worker(
        _flask("jobs", "work"), environment, paths.log_file("worker.log"), site.worker_note(choice.port)
    )
    try:
        with running.noted():
            _get_database_ready(choice, environment)
            running.wait_until_ready()
            background.start()
            say(f"\nWho's Doing What is ready: {running.address}\nStop it with Ctrl-C.")
            return running.wait()
    except KeyboardInterrupt:
        say("\nStopping …")
        return 0
    finally:
        background.stop()
        running.stop()


def _get_database_ready(choice: Choice, environment: dict[str, str]) -> None:
    words = ["db", "upgrade"]
    problem = "Getting the database ready did not work."
    if choice.instance == instances.DEMO:
        words += ["then", "demo", "load"]
        words += ["then", "demo", "logins"] if choice.is_demo_mode else []
        problem += " To start without the demo: scripts/run --empty"
    _must([paths.venv_program("python"), "-m", "scripts.support.several", *words], environment, problem)


@contextmanager
def _database(open_it: Callable[[], Database]) -> Iterator[Database]:
    opened = open_it()
    try:
        yield opened
    finally:
        opened.close()


def _flask(*words: str) -> list[str | Path]:
    # The folder, not the name: it works from any directory, and finds no other package called app.
    return [paths.venv_program("flask"), "--app", paths.ROOT / "app", *words]


def _must(command: Sequence[str | Path], environment: dict[str, str], problem: str) -> None:
    """Run a command of the app that has to succeed. Raises SetupError with what it said, told plainly."""
    words = [str(part) for part in command]
    process = subprocess.Popen(words, env=environment, cwd=paths.ROOT, stderr=subprocess.PIPE, text=True)
    try:
        complaint = process.communicate()[1]
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        paths.log_file("app.log").write_text(complaint, encoding="utf-8")
        raise SetupError(f"{problem}\n{messages.plain_ending(complaint)}\nAll of it: {paths.log_file('app.log')}")
    sys.stderr.write(complaint)


def _call(command: Sequence[str | Path], environment: dict[str, str], cwd: Path | None = None) -> int:
    """Run a command in the foreground; its exit code. Ctrl-C goes to it and to us: wait for its own ending."""
    try:
        process = subprocess.Popen([str(part) for part in command], env=environment, cwd=cwd)
    except FileNotFoundError:
        raise SetupError(f"There is no program {command[0]} here.") from None
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise


def _take_instance(arguments: list[str]) -> tuple[str | None, list[str]]:
    if arguments[:1] == ["--instance"] and len(arguments) > 1:
        return arguments[1], arguments[2:]
    if arguments and arguments[0].startswith("--instance="):
        return arguments[0].removeprefix("--instance="), arguments[1:]
    return None, arguments


def _named_tests(arguments: Sequence[str]) -> list[str]:
    """The test files and folders the person named."""
    return [word for word in arguments if not word.startswith("-") and (paths.ROOT / word.split("::")[0]).exists()]


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port; it must be a whole number from 1 to 65535")
    return int(text)


def _parser(name: str, description: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"scripts/{name}", description=description)


def _end_tidily_on_signals() -> None:
    """Ctrl-C, kill and a closed terminal all end the same way: the site first, then the database."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)  # also where a shell started us in the background, deaf to it
    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means: stay
        signal.signal(signal.SIGHUP, interrupt)
