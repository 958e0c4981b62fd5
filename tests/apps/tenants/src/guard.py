"""The authorizer: who a token belongs to, and what that tenant may do."""

TOKENS = {"tok-acme": "acme", "tok-globex": "globex"}


def handler(event, context):
    tenant = TOKENS.get(event["authorizationToken"])
    if tenant is None:
        raise Exception("Unauthorized")
    # The answer is remembered for all operations, so it must allow more than the one that was asked for.
    everything = event["methodArn"].split("/")[0] + "/*"
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": everything}
    return {
        "principalId": tenant,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"tenant": tenant},
    }
