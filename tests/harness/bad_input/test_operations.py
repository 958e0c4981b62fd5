"""Operations that cannot run: each is one row with its reason, place and cure, and the others run.

All of them are in one app, which is run once: so each is also one of the others.
"""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from contracts.cli import main
from tests.harness.bad_input.apps import CONTRACT, TEMPLATE, Printed, written

URI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:"
IMPORTABLE = "Make the module importable"
CORRECT = "Correct the function in the template, or leave its operations out."
PATH = "Write the path of the file below CodeUri without `.py`, a dot, and the function's name: `app.handler`."


@dataclass(frozen=True)
class Row:
    """
    One operation that cannot run.

    Attributes:
        operation: Its operationId; with a capital letter its function.
        reason: What the report says of it; `{folder}` is the app's folder, `{python}` this Python's version.
        place: A file with its line, or `template.yaml` or `openapi.yaml`: the line of the function or operation there.
        function: Properties of the function that differ from a right one; None where the template has no function.
        code: The text of the function's module, whose name is the operation's.
        integration: What the contract says of the operation's integration.
    """

    what: str
    operation: str
    reason: str
    place: str
    cure: str
    function: str | None = "Timeout: 3"
    code: str = ""
    integration: str | None = None

    def __str__(self) -> str:
        return self.what

    @property
    def logical_id(self) -> str:
        """The function's name in the template."""
        return self.operation[0].upper() + self.operation[1:]


HANDLERS = [
    Row(
        "a handler without a dot",
        "noDot",
        "NoDot: the handler `app` is not of the form `module.function`",
        "template.yaml",
        PATH,
        "Handler: app",
    ),
    Row(
        "a handler with an empty part",
        "twoDots",
        "TwoDots: the handler `app..handler` has an empty part in its path",
        "template.yaml",
        PATH,
        "Handler: app..handler",
    ),
    Row(
        "a handler in a module of Python's own",
        "builtIn",
        "BuiltIn: the handler's module `sys` has the name of a module that is built into Python",
        "template.yaml",
        PATH,
        "Handler: sys.handler",
    ),
    Row(
        "a handler with its file's ending",
        "ending",
        "Ending: there is no module `app.py` in {folder}/src",
        "template.yaml",
        "Did you mean `app`?",
        "Handler: app.py.handler",
    ),
    Row(
        "a handler that is a list",
        "aList",
        "AList cannot run here: it has no Handler",
        "template.yaml",
        CORRECT,
        "Handler: [app, handler]",
    ),
    Row(
        "a module that is missing",
        "noModule",
        "NoModule: there is no module `application` in {folder}/src",
        "template.yaml",
        "There are: ",
        "Handler: application.handler",
    ),
    Row(
        "a function that is missing",
        "noFunction",
        "NoFunction: `noFunction` has no function `handler`",
        "{folder}/src/noFunction.py",
        "Did you mean `handle`?",
        code="def handle(event, context): ...\n",
    ),
    Row(
        "a handler that is no function",
        "noCallable",
        "NoCallable: `handler` in `noCallable` is int, not a function",
        "{folder}/src/noCallable.py",
        "Correct Handler in the template.",
        code="handler = 3\n",
    ),
    Row(
        "wrong syntax",
        "syntax",
        "Syntax: expected ':'",
        "{folder}/src/syntax.py:2",
        "Correct the syntax; this is Python {python}.",
        code="\ndef handler(event, context)\n    return 1\n",
    ),
    Row(
        "a module that is no text",
        "noText",
        "NoText: source code string cannot contain null bytes",
        "{folder}/src/noText.py",
        "Correct the syntax",
        code="\0",
    ),
]

IMPORTS = [
    Row(
        "a module that raises",
        "raises",
        "Raises: importing `raises` raised ZeroDivisionError: division by zero",
        "{folder}/src/raises.py:2",
        IMPORTABLE,
        code="\nratio = 1 / 0\n",
    ),
    Row(
        "a module that leaves Python",
        "leaves",
        "Leaves: importing `leaves` raised SystemExit: 3",
        "{folder}/src/leaves.py:2",
        IMPORTABLE,
        code="import sys\nsys.exit(3)\n",
    ),
    Row(
        "a module that ends the process",
        "ends",
        "Ends: importing `ends` raised ProcessExitError: 3",
        "{folder}/src/ends.py:2",
        IMPORTABLE,
        code="import os\nos._exit(3)\n",
    ),
    Row(
        "a package that is not installed",
        "package",
        "Package: importing `package` raised ModuleNotFoundError: No module named 'nobody_wrote_this'",
        "{folder}/src/package.py:1",
        "Install `nobody_wrote_this` where this runs, or put it into the code folder or a layer.",
        code="import nobody_wrote_this\n",
    ),
    Row(
        "a variable that the template does not set",
        "variable",
        "Variable: importing `variable` raised KeyError: 'TABLE'",
        "{folder}/src/variable.py:2",
        "Set 'TABLE' in the function's Environment in the template.",
        code="import os\nTABLE = os.environ['TABLE']\n",
    ),
    Row(
        "a call of the network at import",
        "network",
        "Network: importing `network` raised URLError: <urlopen error [Errno 101] tried to reach example.com:80",
        "{folder}/src/network.py:2",
        "Nothing may be reached during a run: move the call into the handler",
        code="import urllib.request\nurllib.request.urlopen('http://example.com')\n",
    ),
    Row(
        "a call of AWS at import, for what the template does not deploy",
        "awsItem",
        "AwsItem: importing `awsItem` raised ResourceNotFoundException: An error occurred",
        "{folder}/src/awsItem.py:2",
        IMPORTABLE,
        code="import boto3\nboto3.client('dynamodb').describe_table(TableName='nobodys')\n",
    ),
    Row(
        "a call of AWS at import that the mocked cloud does not know",
        "awsCall",
        "AwsCall: importing `awsCall` raised EmulationError: geo:ListMaps cannot be emulated: nothing emulates it",
        "{folder}/src/awsCall.py:2",
        "The operation could not run; leave it out, or stub the call.",
        code="import boto3\nboto3.client('location').list_maps()\n",
    ),
]

FUNCTIONS = [
    Row(
        "a runtime that is not Python",
        "node",
        "Node cannot run here: its runtime is nodejs22.x, not Python",
        "template.yaml",
        CORRECT,
        "Runtime: nodejs22.x",
    ),
    Row(
        "a container image",
        "image",
        "Image cannot run here: it is a container image",
        "template.yaml",
        CORRECT,
        "PackageType: Image",
    ),
    Row(
        "code in the template under another name than index",
        "inline",
        "Inline: there is no module `inline` in the template, whose code becomes `index.py`",
        "template.yaml",
        "There are: index.",
        "InlineCode: 'def handler(event, context): return 1'",
    ),
    Row(
        "a code folder that is missing",
        "noFolder",
        "NoFolder cannot run here: its code folder {folder}/scr does not exist: correct CodeUri, or run `sam build`",
        "template.yaml",
        CORRECT,
        "CodeUri: scr",
    ),
    Row(
        "a code folder that no machine can have",
        "longName",
        "LongName cannot run here: its code folder {folder}/aaaaaaaaaaaaaaaaaaaa",
        "template.yaml",
        CORRECT,
        f"CodeUri: {'a' * 300}",
    ),
    Row(
        "a code folder that is a file",
        "aFile",
        "AFile cannot run here: its code {folder}/src/app.py is a file, not a folder: run `sam build`",
        "template.yaml",
        CORRECT,
        "CodeUri: src/app.py",
    ),
    Row(
        "code in S3",
        "inS3",
        "InS3 cannot run here: its code is in S3 (bucket/code.zip): give a template whose CodeUri is a folder",
        "template.yaml",
        CORRECT,
        "CodeUri: s3://bucket/code.zip",
    ),
    Row(
        "a timeout that is no number",
        "timeout",
        "Timeout cannot run here: its Timeout is 'soon', not a whole number",
        "template.yaml",
        CORRECT,
        "Timeout: soon",
    ),
    Row(
        "a variable whose parameter has no value",
        "noValue",
        "NoValue has a variable that cannot be resolved: !Ref Table: the parameter Table has no default, and no value",
        "template.yaml",
        "Give it in [tool.contracts.parameters].",
        "Environment: {Variables: {TABLE: !Ref Table}}",
    ),
    Row(
        "a variable from another stack",
        "import",
        "Import has a variable that cannot be resolved: !ImportValue Shared: another stack exports it: Shared",
        "template.yaml",
        "Make it a parameter of the template",
        "Environment: {Variables: {TABLE: !ImportValue Shared}}",
    ),
    Row(
        "a variable from a resource that does not exist",
        "noResource",
        'NoResource has a variable that cannot be resolved: !Ref Tabel: the template has no "Tabel"; the nearest is',
        "template.yaml",
        "Correct the name, or add it to the template.",
        "Environment: {Variables: {TABLE: !Ref Tabel}}",
    ),
    Row(
        "a variable from a mapping that does not exist",
        "noMapping",
        'NoMapping has a variable that cannot be resolved: !FindInMap ["Names", "a", "b"]: Mappings has no "Names"',
        "template.yaml",
        "Correct the name, or add it to Mappings.",
        "Environment: {Variables: {TABLE: !FindInMap [Names, a, b]}}",
    ),
    Row(
        "a variable that is a list",
        "listValue",
        "ListValue has a variable that cannot be resolved: TABLE: a text is needed here, not list",
        "template.yaml",
        "Write it as text.",
        "Environment: {Variables: {TABLE: [a]}}",
    ),
    Row(
        "a variable with a name that no process takes",
        "variableName",
        "VariableName has the variable 'A=B', whose name cannot be set",
        "template.yaml",
        "Names begin with a letter",
        "Environment: {Variables: {'A=B': c}}",
    ),
    Row(
        "a variable with a value that no process takes",
        "variableValue",
        "VariableValue has the variable 'A', whose value cannot be set",
        "template.yaml",
        "Names begin with a letter and have letters, digits and underscores; values have no NUL.",
        'Environment: {Variables: {A: "\\0"}}',
    ),
]

INTEGRATIONS = [
    Row(
        "no integration",
        "nobody",
        "neither the contract nor the template says what answers GET /nobody",
        "openapi.yaml",
        "Add an x-amazon-apigateway-integration to it, or an event to its function in the template.",
        None,
    ),
    Row(
        "an integration with a function that the template lacks",
        "lacking",
        "the integration calls arn:aws:lambda:us-east-1:123456789012:function:contracts-GetPong, which the template",
        "openapi.yaml",
        "Did you mean arn:aws:lambda:us-east-1:123456789012:function:contracts-GetPing?",
        None,
        integration=f"{{type: aws_proxy, httpMethod: POST, uri: '{URI}contracts-GetPong/invocations'}}",
    ),
    Row(
        "an integration with a resource that the template lacks",
        "lackingSub",
        '!Sub ${GetPong.Arn}/invocations: the template has no "GetPong"; the nearest is "GetPing"',
        "openapi.yaml",
        "Correct the integration's uri, or add to the template what it names.",
        None,
        integration="{type: aws_proxy, httpMethod: POST, uri: {'Fn::Sub': '${GetPong.Arn}/invocations'}}",
    ),
    Row(
        "an integration without a uri",
        "noUri",
        "the integration of type `aws_proxy` has no `uri`",
        "openapi.yaml",
        "Add it: for a function",
        None,
        integration="{type: aws_proxy, httpMethod: POST}",
    ),
    Row(
        "an integration without a type",
        "noType",
        "the integration has no `type`",
        "openapi.yaml",
        "Write `type: aws_proxy`",
        None,
        integration="{}",
    ),
    Row(
        "an integration of a type that does not exist",
        "wrongType",
        "the integration has the unknown type `aws_prxy`",
        "openapi.yaml",
        "Did you mean `aws_proxy`?",
        None,
        integration="{type: aws_prxy}",
    ),
]

ROWS = [*HANDLERS, *IMPORTS, *FUNCTIONS, *INTEGRATIONS]


def operation(row: Row) -> str:
    """An operation in one line, so that everything of it has the same."""
    integration = f", x-amazon-apigateway-integration: {row.integration}" if row.integration else ""
    return f"  /{row.operation}: {{get: {{operationId: {row.operation}, responses: {{'200': {{}}}}{integration}}}}}\n"


def function(row: Row) -> str:
    """A function in one line; of a property that is said twice, the row's counts."""
    right = ["Runtime: python3.13", f"Handler: {row.operation}.handler", "CodeUri: src"]
    if row.function in ("PackageType: Image",):
        right = []
    own = [each for each in right if not str(row.function).startswith(each.partition(":")[0])]
    if str(row.function).startswith("InlineCode"):
        own.remove("CodeUri: src")
    event = f"Events: {{Get: {{Type: Api, Properties: {{Path: /{row.operation}, Method: get}}}}}}"
    properties = ", ".join([*own, str(row.function), event])
    return f"  {row.logical_id}: {{Type: AWS::Serverless::Function, Properties: {{{properties}}}}}\n"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the right app and all that cannot run beside it."""
    folder = tmp_path_factory.mktemp("app")
    functions = [row for row in ROWS if row.function is not None]
    parameters = "Parameters:\n  Table: {Type: String}\n"
    files = {f"src/{row.operation}.py": row.code for row in functions}
    contract = CONTRACT + "".join(map(operation, ROWS))
    template = parameters + TEMPLATE + "".join(map(function, functions))
    written(folder, {**files, "openapi.yaml": contract, "template.yaml": template})
    return folder


@pytest.fixture(scope="module")
def printed(app: Path) -> Printed:
    """What one run over the app says."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(app)
        patch.setenv("COLUMNS", "160")
        with pytest.raises(SystemExit) as caught:
            main(["run"])
    assert isinstance(caught.value.code, int)
    return Printed(caught.value.code, out.getvalue(), err.getvalue())


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_an_operation_that_cannot_run_is_one_row(row: Row, app: Path, printed: Printed) -> None:
    """The row says so for every promise; below stands why, where, and what to do about it."""
    reason, cure = (with_facts(words, app) for words in (row.reason, row.cure))

    assert printed.rows[row.operation] == {"could not run"}
    (said,) = (entry for entry in entries(printed) if entry.startswith(f"{row.operation}: "))
    assert said.startswith(f"{row.operation}: {reason}")
    assert f" {place_of(row, app)} {cure}" in said


def entries(printed: Printed) -> list[str]:
    """What the report says below "Could not run", each entry without its line breaks."""
    section = printed.out.partition("Could not run (")[2].splitlines()[2:]
    found: list[str] = []
    for before, line in pairwise(["    ", *section[: section.index("")]]):
        if before.startswith("    ") and not line.startswith("    "):
            found.append("")
        found[-1] = f"{found[-1]} {line.strip()}".strip()
    return found


def with_facts(words: str, app: Path) -> str:
    """The words with what differs from machine to machine."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return words.replace("{folder}", str(app)).replace("{python}", version)


def place_of(row: Row, app: Path) -> str:
    """The place with its line."""
    if row.place not in ("template.yaml", "openapi.yaml"):
        return with_facts(row.place, app)
    begin = f"  {row.logical_id}: " if row.place == "template.yaml" else f"  /{row.operation}: "
    lines = (app / row.place).read_text(encoding="utf-8").splitlines()
    (line,) = (number for number, text in enumerate(lines, 1) if text.startswith(begin))
    return f"{row.place}:{line}"


def test_the_others_run(printed: Printed) -> None:
    """What can run does, and the exit status is that of something that could not, without a message beside it."""
    assert printed.rows["getPing"] == {"kept"}
    assert f"Could not run ({len(ROWS)})" in printed.out
    assert "Traceback" not in printed.out
    assert (printed.status, printed.errors) == (2, [])
