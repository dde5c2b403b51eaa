"""Runs SAM's transform on template.yaml, as CloudFormation does at a deployment; the linters stop before. Called by `check`.

It also checks what README.md says of versions, which changes publish a version of which functions, and that SAM adds no permission to
those that policies.md lists.
"""

import logging
import os
import re
import sys
from pathlib import Path

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ALL = "CreateUser StoreUserData ValidateEmail ValidateContacts ConfirmContact SetUserStatus NotifyWebhook AttemptRedelivery RequestMail RecordMailEvent GetUser ServePages"

# A change of the text or of parameters, and the functions that it publishes versions of.
CHANGES = [
    ("      Timeout: 25\n", "      Timeout: 24\n", {}, set()),
    ("", "", {"MailFrom": "other@example.org"}, set()),
    ("", "", {"Release": "1796000000"}, set(ALL.split())),
]


class NoManagedPolicies:
    """There are none in the template, so none needs to be looked up in an account."""

    def load(self):
        return {}


def transformed(text, **parameters):
    """The resources of the template behind SAM."""
    # As `sam package` does.
    text = re.sub(r"CodeUri: \.\./target/lambda/(.+)/bootstrap\.zip", r"CodeUri: s3://packages/\1.zip", text)
    text = re.sub(r"DefinitionS3Location: .+", "DefinitionS3Location: {Bucket: packages, Key: definition}", text)
    return transform(yaml_parse(text), parameters, NoManagedPolicies())["Resources"]


def versions(resources):
    """The versions of functions, as logical ids."""
    return {name for name, resource in resources.items() if resource["Type"] == "AWS::Lambda::Version"}


def permissions(resources):
    """What gives permissions, as logical ids."""
    kinds = ("AWS::IAM::", "AWS::KMS::Key", "AWS::SQS::QueuePolicy", "AWS::Lambda::Permission")
    return {name for name, resource in resources.items() if resource["Type"].startswith(kinds)}


def main():
    logging.disable()
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    text = (Path(__file__).parent / "template.yaml").read_text()
    try:
        resources = transformed(text)
    except InvalidDocumentException as refused:
        return "SAM refuses the template: " + "; ".join(sorted({cause.message for cause in refused.causes}))
    if added := sorted(permissions(resources) - permissions(yaml_parse(text)["Resources"])):
        return f"SAM adds permissions, which policies.md lacks: {', '.join(added)}"
    before = versions(resources)
    for old, new, parameters, functions in CHANGES:
        if old not in text:
            return f"there is no {old.strip()!r} in the template any more"
        after = versions(transformed(text.replace(old, new, 1), **parameters))
        published = {name.split("Function")[0] for name in after - before}
        if published != functions:
            change = new.strip() or parameters
            return f"{change!r} publishes versions of {published or 'nothing'}, not of {functions or 'nothing'}"
    return None


if __name__ == "__main__":
    sys.exit(main())
