"""Methods of a REST API that are written as resources: the document that they make."""

from __future__ import annotations

from collections.abc import Callable

from contracts.sam import Loaded

POOL = """
Resources:
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: pool}}
  Guard:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      RestApiId: !Ref Api
      Name: guard
      Type: COGNITO_USER_POOLS
      IdentitySource: method.request.header.Authorization
      ProviderARNs: ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abcdefghi"]
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: COGNITO_USER_POOLS
      AuthorizerId: !Ref Guard
      AuthorizationScopes: [jobs/read, jobs/write]
      ApiKeyRequired: true
      Integration: {Type: MOCK}
"""


def test_scopes_are_those_of_the_authorizer(loaded: Callable[..., Loaded]) -> None:
    """A method that has some wants an access token with one of them; an API key knows none."""
    (api,) = loaded(POOL).stack.apis.values()
    assert api.definition is not None

    assert api.definition["paths"]["/"]["get"]["security"] == [{"Guard": ["jobs/read", "jobs/write"], "api_key": []}]
