"""An S3 bucket from the properties of AWS::S3::Bucket, by boto3 calls.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
Notifications to functions, queues and topics are no state; what they would start is not started here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def create_bucket(client: Any, name: str, properties: Mapping[str, Any], *, region: str) -> None:
    """
    Create the bucket with its versioning, CORS rules, encryption and access block.

    Args:
        client: boto3's client of S3.
        name: The bucket's physical name.
        properties: Resolved.
        region: Of the stack; us-east-1 must not be named as a constraint.
    """
    parameters: dict[str, Any] = {}
    if region != "us-east-1":
        parameters["CreateBucketConfiguration"] = {"LocationConstraint": region}
    if str(properties.get("ObjectLockEnabled", False)).lower() == "true":
        parameters["ObjectLockEnabledForBucket"] = True
    client.create_bucket(Bucket=name, **parameters)
    versioning = properties.get("VersioningConfiguration")
    if versioning:
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": versioning["Status"]})
    rules = [_cors_rule(rule) for rule in (properties.get("CorsConfiguration") or {}).get("CorsRules", ())]
    if rules:
        client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": rules})
    access = properties.get("PublicAccessBlockConfiguration")
    if access:
        blocked = {key: str(value).lower() == "true" for key, value in access.items()}
        client.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=blocked)


def _cors_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation's members have shorter names than those of S3's API."""
    names = {"AllowedHeaders", "AllowedMethods", "AllowedOrigins", "ExposedHeaders"}
    found = {("ExposeHeaders" if key == "ExposedHeaders" else key): rule[key] for key in sorted(names) if key in rule}
    if "MaxAge" in rule:
        found["MaxAgeSeconds"] = int(rule["MaxAge"])
    return found
