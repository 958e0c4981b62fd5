"""A function: code, layers, environment, role and settings as Lambda would have them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.sam import Loaded
from contracts.stack import Function, Unresolved

Load = Callable[..., Loaded]
CODE = {"src/app.py": ""}


def function(sam: Load, properties: str, *, rest: str = "", files: dict[str, str] | None = None) -> Function:
    """The function F with these properties, in a template with the rest beside it."""
    text = f"Resources:\n  F: {{Type: AWS::Serverless::Function, Properties: {{{properties}}}}}\n{rest}"
    return sam(text, CODE if files is None else files).stack.functions["F"]


def test_right_function(sam: Load, tmp_path: Path) -> None:
    """A function of SAM has its code folder, its own role, Lambda's defaults, and no problem."""
    found = function(sam, "CodeUri: src/")

    assert (found.name, found.handler, found.runtime) == ("contracts-F", "app.handler", "python3.12")
    assert found.code == tmp_path / "src"
    assert found.role == "FRole"
    assert (found.timeout_seconds, found.memory_megabytes) == (3, 128)
    assert found.problem is None


def test_no_code_uri(sam: Load, tmp_path: Path) -> None:
    """A function that names no code has it beside the template."""
    assert function(sam, "Timeout: 5").code == tmp_path


def test_code_uri_of_globals(loaded: Load, tmp_path: Path) -> None:
    """The code that Globals name is every function's that names none itself."""
    stack = loaded(
        """
        Transform: AWS::Serverless-2016-10-31
        Globals:
          Function: {Runtime: python3.11, Handler: app.handler, CodeUri: src, Timeout: 9, MemorySize: 256}
        Resources:
          Shared: {Type: AWS::Serverless::Function}
          Own: {Type: AWS::Serverless::Function, Properties: {CodeUri: other}}
        """,
        {**CODE, "other/app.py": ""},
    ).stack

    assert stack.functions["Shared"].code == tmp_path / "src"
    assert stack.functions["Own"].code == tmp_path / "other"
    assert stack.functions["Shared"].timeout_seconds == 9
    assert stack.functions["Shared"].memory_megabytes == 256


def test_code_uri_from_parameter(sam: Load, tmp_path: Path) -> None:
    """A code folder may be a parameter's value."""
    text = "Parameters: {P: {Type: String, Default: src}}\nResources:\n"
    text += "  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: !Ref P}}\n"

    assert sam(text, CODE).stack.functions["F"].code == tmp_path / "src"


PROBLEMS = [
    ("CodeUri: absent", "does not exist: correct CodeUri, or run `sam build`"),
    ("CodeUri: src/app.py", "is a file, not a folder"),
    ("CodeUri: s3://bucket/key", "its code is in S3 (bucket/key)"),
    ("CodeUri: {Bucket: bucket, Key: key}", "its code is in S3 (bucket/key)"),
    ("CodeUri: !Ref Nobody", "its code location cannot be resolved: !Ref Nobody"),
    ("InlineCode: !Ref Nobody", "its code location cannot be resolved: !Ref Nobody"),
    ("CodeUri: src, Runtime: nodejs22.x", "its runtime is nodejs22.x, not Python"),
    ("CodeUri: src, Runtime: !Ref Nobody", "its Runtime cannot be resolved"),
    ("PackageType: Image", "it is a container image"),
]


@pytest.mark.parametrize(("properties", "problem"), PROBLEMS, ids=[properties for properties, _ in PROBLEMS])
def test_problem(loaded: Load, properties: str, problem: str) -> None:
    """A function that cannot run here says why, and the template is read."""
    shared = "" if "PackageType" in properties or "Runtime" in properties else "Runtime: python3.12, "
    handler = "" if "PackageType" in properties else "Handler: app.handler, "
    found = loaded(
        f"""
        Transform: AWS::Serverless-2016-10-31
        Resources:
          F: {{Type: AWS::Serverless::Function, Properties: {{{shared}{handler}{properties}}}}}
        """,
        CODE,
    ).stack.functions["F"]

    assert found.problem is not None
    assert problem in found.problem
    assert found.code is None or "runtime" in problem.lower()


def test_environment_is_text(sam: Load) -> None:
    """Environment values are text as CloudFormation writes it; one that nobody knows stays unresolved."""
    found = function(
        sam,
        "Environment: {Variables: {A: 1, B: true, C: 1.5, D: x, E: !Ref T, F: !ImportValue y, G: [1]}}",
        rest="  T: {Type: AWS::Serverless::SimpleTable}\n",
    )
    environment = dict(found.environment)

    assert isinstance(environment.pop("F"), Unresolved)
    assert isinstance(environment.pop("G"), Unresolved)
    assert environment == {"A": "1", "B": "true", "C": "1.5", "D": "x", "E": "contracts-T"}


def test_layers(sam: Load, tmp_path: Path) -> None:
    """Layers of the template are folders in their order; a layer from elsewhere is left out."""
    found = function(
        sam,
        'Layers: [!Ref Two, "arn:aws:lambda:us-east-1:1:layer:elsewhere:1", !Ref One]',
        rest="""
  One: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: one}}
  Two: {Type: AWS::Lambda::LayerVersion, Properties: {Content: two}}
""",
        files={"one/python/a.py": "", "two/python/b.py": ""},
    )

    assert found.layers == (tmp_path / "two", tmp_path / "one")


def test_layers_that_sam_builds(sam: Load, tmp_path: Path) -> None:
    """A layer that says how it is built has its modules at the top of its folder."""
    found = function(
        sam,
        "Layers: [!Ref Plain, !Ref Built]",
        rest="""
  Plain: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: one}}
  Built: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: two}, Metadata: {BuildMethod: python3.12}}
""",
        files={"one/python/a.py": "", "two/b.py": ""},
    )

    assert found.layers == (tmp_path / "one", tmp_path / "two")
    assert found.unbuilt_layers == {tmp_path / "two"}


@pytest.mark.parametrize("code", ["InlineCode: !Sub '# ${AWS::Region}'", "InlineCode: '# us-east-1'"])
def test_code_in_the_template(sam: Load, code: str) -> None:
    """Code may stand in the template, with values of the template in it."""
    found = function(sam, code)

    assert (found.source, found.code, found.problem) == ("# us-east-1", None, None)


def test_plain_function(loaded: Load, tmp_path: Path) -> None:
    """A function of plain CloudFormation has its local code, and the role that it names by ARN."""
    found = loaded(
        """
        Resources:
          Runs: {Type: AWS::IAM::Role, Properties: {Path: /service/}}
          F:
            Type: AWS::Lambda::Function
            Properties:
              {FunctionName: mine, Runtime: python3.12, Handler: app.handler, Code: ./src, Role: !GetAtt Runs.Arn}
        """,
        CODE,
    ).stack.functions["F"]

    assert found.code == tmp_path / "src"
    assert found.role == "Runs"
    assert found.arn == "arn:aws:lambda:us-east-1:123456789012:function:mine"
    assert found.problem is None


def test_staged_asset(loaded: Load, tmp_path: Path) -> None:
    """A function that the AWS CDK staged has its code in the folder that the CDK names."""
    found = loaded(
        """
        Resources:
          F:
            Type: AWS::Lambda::Function
            Properties: {Runtime: python3.12, Handler: app.handler, Code: {S3Bucket: assets, S3Key: x.zip}}
            Metadata: {"aws:asset:path": src}
        """,
        CODE,
    ).stack.functions["F"]

    assert found.code == tmp_path / "src"


def test_role_from_elsewhere(sam: Load) -> None:
    """A function whose role is made elsewhere has none of the template."""
    assert function(sam, "Role: arn:aws:iam::1:role/elsewhere").role is None


def test_secrets_of_the_environment(sam: Load) -> None:
    """The values of NoEcho parameters that stand in its environment, alone or in a text; no others."""
    parameters = """Parameters:
  Key: {Type: String, NoEcho: true, Default: k3y}
  Other: {Type: String, NoEcho: "true", Default: unused}
  Stage: {Type: String, NoEcho: false, Default: dev}
"""
    variables = 'Environment: {Variables: {A: !Sub "key=${Key}", B: !Ref Stage}}'

    assert function(sam, f"CodeUri: src/, {variables}", rest=parameters).secrets == ("k3y",)
