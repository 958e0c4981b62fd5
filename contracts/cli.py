"""The `contracts` command: reads options, calls one stage, and turns what comes back into words and an exit status.

Stages are imported where they are called, so that `contracts --help` answers at once.
"""

from __future__ import annotations

import atexit
import gc
import io
import logging
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Literal, NoReturn

import click

from contracts import configuration
from contracts.configuration import Configuration
from contracts.contract import Contract
from contracts.errors import TRACEBACK_VARIABLE, ConfigurationError, ContractsError, DefectError, Location
from contracts.finding import Verdict
from contracts.interruption import Interruption

_INTERRUPTED = 128 + signal.SIGINT  # as shells have it
_LOG = logging.getLogger(__name__)
_FILE = click.Path(path_type=Path)
_LOOK_SECONDS = 0.1  # how often a server looks whether it is to stop


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """
    Run the command line and leave the process.

    The exit status is 0 when every promise is kept, 1 when one is broken (or a file is not current),
    2 when something that was asked for could not run or the command line is wrong,
    130 or 143 when SIGINT (Ctrl-C) or SIGTERM ended it and nothing was broken by then.
    """
    if os.environ.get(TRACEBACK_VARIABLE):
        _show_tracebacks()
    # The process ends with this command: to look through all that a run leaves behind would take it seconds.
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    with Interruption((signal.SIGINT, signal.SIGTERM), leave=os._exit) as interruption:
        try:
            status = commands.main(arguments, prog_name="contracts", standalone_mode=False, obj=interruption)
        except ContractsError as error:
            _complain(error)
            status = 2
        except click.ClickException as error:
            error.show()
            status = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            status = _INTERRUPTED
        except BrokenPipeError:
            _nobody_reads()
            status = 2
        except Exception as error:  # noqa: BLE001 - it is named, with the place where to report it
            _LOG.debug("while the command line was obeyed", exc_info=error)
            _complain(DefectError.of(error, "the command line was obeyed"))
            status = 2
        if interruption.requested() or status == _INTERRUPTED:
            click.echo("contracts: interrupted", err=True)
        sys.exit(interruption.exit_status(status))


def _log(text: str) -> None:
    """A line of a server's log; where nobody reads it any more, the server goes on."""
    with suppress(BrokenPipeError):
        click.echo(text, err=True)


def _complain(error: ContractsError) -> None:
    """Say it, with what a terminal would obey (it may be a handler's own words) as escapes."""
    from contracts.reports.printable import printable

    click.echo("\n".join(printable(line) for line in f"contracts: error: {error}".split("\n")), err=True)


def _nobody_reads() -> None:
    """Whoever read our output went away; what is still buffered has nowhere to go."""
    with suppress(io.UnsupportedOperation):  # a stream in memory holds nothing back
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_tracebacks() -> None:
    """Have the tracebacks of defects, which are logged, written to standard error."""
    ours = logging.getLogger("contracts")
    ours.addHandler(logging.StreamHandler())
    ours.setLevel(logging.DEBUG)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="lambda-contracts", message="%(prog)s %(version)s")
def commands() -> None:
    """Hold a serverless service to its promise: one OpenAPI document, the real handlers, a verdict."""


@commands.command("run")
@click.option("--contract", type=_FILE, metavar="FILE", help="The OpenAPI document. [default: openapi.yaml]")
@click.option(
    "--template", type=_FILE, metavar="FILE", help="The SAM or CloudFormation template. [default: template.yaml]"
)
@click.option("--only", multiple=True, metavar="PROMISE", help="Ask for this promise alone; may be repeated.")
@click.option("--operation", multiple=True, metavar="ID", help="Ask this operation alone; may be repeated.")
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", help="The same seed makes the same requests. [default: 0]"
)
@click.option("--report", multiple=True, type=_FILE, metavar="FILE", help="Also write a report; the ending says which.")
@click.pass_obj
def run_command(
    interruption: Interruption,
    *,
    contract: Path | None,
    template: Path | None,
    only: tuple[str, ...],
    operation: tuple[str, ...],
    seed: int | None,
    report: tuple[Path, ...],
) -> int:
    """
    Say which promises the real handlers keep.

    Exit status: 1 if anything is broken; else 130 or 143 if Ctrl-C or SIGTERM ended it; else 2 if something that
    was asked for could not run; else 0.
    """
    from contracts import reports

    reports.ready(report)
    settings = configuration.find().overridden(
        contract=contract, template=template, promises=only, operations=operation, seed=seed
    )
    named = [
        word for name, path in (("--contract", contract), ("--template", template)) if path for word in (name, path)
    ]
    return _run(settings, report, named, interruption)


@commands.command("serve")
@click.option("--contract", type=_FILE, metavar="FILE", help="The OpenAPI document. [default: openapi.yaml]")
@click.option(
    "--template", type=_FILE, metavar="FILE", help="The SAM or CloudFormation template. [default: template.yaml]"
)
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8000, metavar="N", help="0 takes a free one. [default: 8000]"
)
@click.pass_obj
def serve_command(interruption: Interruption, *, contract: Path | None, template: Path | None, port: int) -> int:
    """
    Serve the real handlers behind their API Gateway on 127.0.0.1, on mocked AWS services, until Ctrl-C.

    State lasts as long; handlers are loaded anew when their files change; /_docs shows and tries the contract.
    """
    from contracts.reports import served as words
    from contracts.run import Settings
    from contracts.run.serving import served

    settings = configuration.find().overridden(contract=contract, template=template)
    with interruption.deferred():
        with served(
            Settings.of(settings),
            port=port,
            told=lambda exchange, seconds: _log(words.answered(exchange, seconds)),
            reloaded=lambda: _log("the handlers' files changed: loaded anew"),
            failed=lambda defect: _log(f"contracts: error: {defect}"),
            ended=interruption.requested,
        ) as service:
            click.echo(
                words.greeting(
                    service.title,
                    url=service.url,
                    docs=service.docs,
                    region=service.region,
                    operations=service.operations,
                    identities=service.identities,
                    unavailable=service.unavailable,
                    omitted=service.omitted,
                )
            )
            while not interruption.requested():
                sleep(_LOOK_SECONDS)
        # Not before everything is closed: what a handler holds up ends because it was asked for.
        interruption.fulfilled()
    return 0


@commands.command("export")
@click.option("--contract", type=_FILE, metavar="FILE", help="The OpenAPI document. [default: openapi.yaml]")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when a file is not current.")
def export_command(*, contract: Path | None, check: bool) -> int:
    """
    Write what is derived from the contract.

    [tool.contracts.export] names the files: `api-gateway` is the document that API Gateway can import as a REST API,
    `http-api` as an HTTP API, `compiled` is what handlers validate from. What of the contract API Gateway will not
    enforce is told, operation by operation.
    """
    from contracts import openapi

    configured = configuration.find()
    settings = configured.overridden(contract=contract)
    if settings.export == configuration.Export():
        raise ConfigurationError(
            "there is nothing to export",
            location=Location(str(settings.file)) if settings.file else None,
            cure="Name `api-gateway`, `http-api` or `compiled` under [tool.contracts.export] in pyproject.toml.",
        )
    source = settings.contract_file()
    if contract is not None:
        _is_exported(source, configured)
    for path in (settings.export.api_gateway, settings.export.http_api, settings.export.compiled):
        if path is not None and (path.is_dir() or path.resolve() == source.resolve()):
            raise ConfigurationError(
                f"{path} is {'a folder' if path.is_dir() else 'the contract itself'}: nothing is written there",
                location=settings.places.get("export"),
                cure="Name another file.",
            )
    promised = openapi.load(source)
    written = _exports(promised, settings)
    return _stale(written) if check else _written(written) or _left(promised, settings)


def _run(
    settings: Configuration, paths: tuple[Path, ...], named: Sequence[str | Path], interruption: Interruption
) -> int:
    from contracts import reports
    from contracts.reports.progress import Progress
    from contracts.run import Settings, run

    progress = Progress(
        sys.stderr, monotonic, terminal=reports.terminal(sys.stderr, os.environ), width=reports.columns()
    )
    asked = Settings.of(settings)
    reports.ready(paths, inputs=(asked.contract, asked.template, *([settings.file] if settings.file else [])))
    # From here on a signal ends the run, and not what is to be told of it.
    with interruption.deferred():
        try:
            verdict = run(asked, watch=progress, interruption=interruption)
        finally:
            progress.done()
        verdict = configuration.pardoned(verdict, settings.ignore)
        return _told(verdict, settings, paths, repeat=shlex.join(["contracts", "run", *map(str, named)]))


def _told(verdict: Verdict, settings: Configuration, paths: tuple[Path, ...], *, repeat: str) -> int:
    """Write every report, and say what exit status it comes to."""
    from contracts import reports

    unwritten = list(reports.write_all(verdict, paths))
    try:
        reports.show(verdict, sys.stdout, environment=os.environ, command=repeat)
    except BrokenPipeError:
        _nobody_reads()
    except ContractsError as error:
        unwritten.append(error)
        _nobody_reads()
    for each in unwritten:
        _complain(each)
    if settings.fail_on_gaps and verdict.gaps and not verdict.failures:
        click.echo("contracts: fail-on-gaps is configured, and there are gaps", err=True)
    # A report that was asked for and could not be written is something that could not run.
    return verdict.exit_status(fail_on_gaps=settings.fail_on_gaps) or (2 if unwritten else 0)


def _is_exported(contract: Path, configured: Configuration) -> None:
    """
    Whether the configured files are those of a contract; another one's would be lost under it.

    Raises:
        ConfigurationError: They are derived from another contract.
    """
    try:
        own = configured.contract_file()
    except ConfigurationError:  # none is there: whatever is named is the only one
        return
    if own.resolve() != contract.resolve():
        raise ConfigurationError(
            f"the files under `export` are derived from {own}, and {contract} is another contract",
            location=configured.places.get("export"),
            cure="Give it a contracts.toml of its own with an [export], in a folder of its own.",
        )


def _exports(contract: Contract, settings: Configuration) -> dict[Path, str]:
    """The text that each configured file must have."""
    from contracts import export

    derived = (
        (settings.export.api_gateway, export.for_api_gateway),
        (settings.export.http_api, export.for_http_api),
        (settings.export.compiled, export.compiled),
    )
    return {path: export.to_json(derive(contract)) for path, derive in derived if path is not None}


def _left(contract: Contract, settings: Configuration) -> int:
    """Say what API Gateway will not enforce, for each kind of API that there is a document for."""
    from contracts import export

    kinds: tuple[tuple[Path | None, Literal["REST", "HTTP"]], ...] = (
        (settings.export.api_gateway, "REST"),
        (settings.export.http_api, "HTTP"),
    )
    for path, kind in kinds:
        lost = export.losses(contract, kind) if path is not None else ()
        if lost:
            click.echo(f"as {'a REST' if kind == 'REST' else 'an HTTP'} API, API Gateway leaves to the handlers:")
            for each in lost:
                click.echo(f"  {each}")
    return 0


def _stale(written: dict[Path, str]) -> int:
    stale = [path for path, text in written.items() if not path.is_file() or path.read_bytes() != text.encode()]
    for path in stale:
        click.echo(f"{path} is not current: run `contracts export`", err=True)
    return 1 if stale else 0


def _written(written: dict[Path, str]) -> int:
    for path, text in written.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise ConfigurationError(
                f"the file cannot be written: {error.strerror or type(error).__name__}",
                location=Location(str(path)),
                cure="Name a file in a folder that you may write to.",
            ) from error
        click.echo(f"wrote {path}")
    return 0
