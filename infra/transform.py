"""Runs SAM's transform on template.yaml, as CloudFormation does at a deployment; the linters stop before. Called by `check`.

It also checks what README.md says of versions: which changes publish a version of which functions.
"""

import logging
import os
import re
import sys
from pathlib import Path

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

# A change of the text, and the functions that it publishes versions of.
CHANGES = [
    ("      NotifyWebhook: 40\n", "      NotifyWebhook: 41\n", set()),
    ("    Default: canary\n", "    Default: all-at-once\n", set()),
    ("      Timeout: 25\n", "      Timeout: 24\n", {"NotifyWebhook"}),
    ("          MAIL_FROM: !Ref MailFrom\n", "          MAIL_FROM: !Ref MailIdentity\n", {"ValidateEmail"}),
]


class NoManagedPolicies:
    """There are none in the template, so none needs to be looked up in an account."""

    def load(self):
        return {}


def versions(text):
    """The versions of functions, as logical ids."""
    # As `sam package` does.
    text = re.sub(r"CodeUri: \.\./target/lambda/(.+)/bootstrap\.zip", r"CodeUri: s3://packages/\1.zip", text)
    text = re.sub(r"DefinitionS3Location: .+", "DefinitionS3Location: {Bucket: packages, Key: definition}", text)
    resources = transform(yaml_parse(text), {}, NoManagedPolicies())["Resources"]
    return {name for name, resource in resources.items() if resource["Type"] == "AWS::Lambda::Version"}


def main():
    logging.disable()
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    text = (Path(__file__).parent / "template.yaml").read_text()
    try:
        before = versions(text)
    except InvalidDocumentException as refused:
        return "SAM refuses the template: " + "; ".join(sorted({cause.message for cause in refused.causes}))
    for old, new, functions in CHANGES:
        if old not in text:
            return f"there is no {old.strip()!r} in the template any more"
        published = {name.split("Function")[0] for name in versions(text.replace(old, new, 1)) - before}
        if published != functions:
            return f"{new.strip()!r} publishes versions of {published or 'nothing'}, not of {functions or 'nothing'}"
    return None


if __name__ == "__main__":
    sys.exit(main())
