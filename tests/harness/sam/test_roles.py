"""Roles: the statements of every policy that is attached to them, whichever way."""

from __future__ import annotations

from collections.abc import Callable

from contracts.sam import Loaded
from contracts.stack import Role, Statement, Unresolved

Load = Callable[..., Loaded]


def granted(role: Role) -> list[tuple[tuple[str, ...], tuple[str | Unresolved, ...]]]:
    """Actions and resources of a role's statements."""
    return [(statement.actions, statement.resources) for statement in role.statements]


def test_policy_template(sam: Load) -> None:
    """A SAM policy template is the statements that it stands for, on the table that it names."""
    role = sam(
        """
        Resources:
          Table: {Type: AWS::Serverless::SimpleTable}
          F:
            Type: AWS::Serverless::Function
            Properties:
              Policies: [DynamoDBReadPolicy: {TableName: !Ref Table}]
        """
    ).stack.roles["FRole"]
    table = "arn:aws:dynamodb:us-east-1:123456789012:table/contracts-Table"

    assert "dynamodb:GetItem" in role.statements[0].actions
    assert role.statements[0].resources == (table, f"{table}/index/*")
    assert role.statements[0].location is not None
    assert role.statements[0].location.line == 9


def test_inline_policy(loaded: Load) -> None:
    """One statement, action or resource without a list is a tuple of one; what denies and excepts is kept."""
    role = loaded(
        """
        Resources:
          Role:
            Type: AWS::IAM::Role
            Properties:
              RoleName: mine
              AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: "*"}]}
              ManagedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
              Policies:
                - PolicyName: one
                  PolicyDocument:
                    Statement: {Effect: Allow, Action: s3:GetObject, Resource: "*", Condition: {Bool: {a: "true"}}}
                - PolicyName: two
                  PolicyDocument:
                    Statement: [{Effect: Deny, NotAction: [s3:*], NotResource: [x, !Ref Missing]}]
        """
    ).stack.roles["Role"]
    first, second = role.statements

    assert role.arn == "arn:aws:iam::123456789012:role/mine"
    assert role.managed_policies == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)
    assert first == Statement(
        effect="Allow",
        actions=("s3:GetObject",),
        resources=("*",),
        conditions={"Bool": {"a": "true"}},
        location=first.location,
    )
    assert (second.effect, second.not_actions, second.not_resources[0]) == ("Deny", ("s3:*",), "x")
    assert isinstance(second.not_resources[1], Unresolved)


def test_attached_policies(loaded: Load) -> None:
    """Policies that name the role, and managed ones that the role names, are attached once each."""
    role = loaded(
        """
        Resources:
          Role:
            Type: AWS::IAM::Role
            Properties: {ManagedPolicyArns: [!Ref Managed]}
          Other: {Type: AWS::IAM::Role}
          Managed:
            Type: AWS::IAM::ManagedPolicy
            Properties:
              Roles: [!Ref Role]
              PolicyDocument: {Statement: [{Effect: Allow, Action: [a:Managed], Resource: "*"}]}
          Inline:
            Type: AWS::IAM::Policy
            Properties:
              Roles: [!Ref Role]
              PolicyDocument: {Statement: [{Effect: Allow, Action: [a:Inline], Resource: "*"}]}
          Others:
            Type: AWS::IAM::Policy
            Properties:
              Roles: [!Ref Other]
              PolicyDocument: {Statement: [{Effect: Allow, Action: [a:Other], Resource: "*"}]}
        """
    ).stack.roles["Role"]

    assert sorted(granted(role)) == [(("a:Inline",), ("*",)), (("a:Managed",), ("*",))]
    assert role.managed_policies == ()


def test_unresolved_statement(loaded: Load) -> None:
    """A statement that hangs on a condition which nobody can decide is not lost: the role has it as unresolved."""
    role = loaded(
        """
        Parameters: {Open: {Type: String}}
        Conditions: {Unknown: !Equals [!Ref Open, x]}
        Resources:
          Role:
            Type: AWS::IAM::Role
            Properties:
              Policies:
                - PolicyDocument:
                    Statement:
                      - !If [Unknown, {Effect: Allow, Action: a:B, Resource: "*"}, !Ref AWS::NoValue]
                      - {Effect: Allow, Action: !Ref Open, Resource: "*"}
                      - {Effect: Allow, Action: a:C, Resource: "*"}
        """
    ).stack.roles["Role"]

    assert granted(role) == [(("a:C",), ("*",))]
    assert [type(policy) for policy in role.managed_policies] == [Unresolved, Unresolved]
