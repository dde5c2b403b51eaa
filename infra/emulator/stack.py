"""Packages the template, and deploys and describes its stacks."""

import hashlib
import re
import zipfile
from pathlib import Path

import boto3
import botocore.config
import botocore.exceptions

from failure import Failure

BUCKET = "packages"

# Actions that the emulator checks against policies for all resources only.
CHECKED_WITHOUT_RESOURCE = {
    "ValidateEmailRole": "ses:SendEmail",
    "ValidateContactsRole": "ses:SendEmail",
    "ConfirmContactRole": "states:SendTaskSuccess",
    "RecordMailEventRole": "states:SendTaskFailure",
    "RequestMailRole": "states:SendTaskFailure",
}

# Resource types that the emulator lacks; it has alarms, but not on expressions over several metrics.
MISSING_TYPES = ("AWS::StepFunctions::StateMachineVersion", "AWS::StepFunctions::StateMachineAlias")
ON_EXPRESSIONS = "      Metrics:\n"

# A context field that the emulator lacks, and its value on AWS for executions without redrives.
REDRIVES = ("$states.context.Execution.RedriveCount", "0")


def client(service):
    """An AWS client with short timeouts: the emulator responds at once or not at all."""
    quick = botocore.config.Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 2})
    return boto3.client(service, config=quick)


class Template:
    """The template file, and the folder of the definitions that it is deployed with."""

    def __init__(self, path, definitions):
        self.path = Path(path)
        self.definitions = Path(definitions)
        self.text = self.path.read_text()

    def functions(self):
        """The names of the binaries of its functions."""
        return re.findall(r"CodeUri: \.\./target/lambda/(.+)/bootstrap\.zip", self.text)

    def routes(self):
        """The API routes of the template."""
        return set(re.findall(r"RouteKey: (.+)", self.text))

    def upload(self, binaries, folder):
        """Uploads the functions to the bucket of the packaged template."""
        storage = client("s3")
        storage.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": storage.meta.region_name})
        for function in self.functions():
            archive = folder / function / "bootstrap.zip"
            pack(binaries / function, archive)
            storage.upload_file(str(archive), BUCKET, f"{function}.zip")

    def definition(self):
        """The path of the sign-up's definition."""
        return self.definitions / "sign-up.asl.json"

    def definition_with_contacts(self):
        """The path of the definition that confirms phone numbers as well."""
        return self.definition().with_name("sign-up-contacts.asl.json")

    def packaged(self, definition=None):
        """The text with local paths replaced by objects in the bucket, as by `sam package`."""
        return self.packaged_definition((definition or self.definition()).read_text())

    def packaged_definition(self, definition):
        """The same, with a definition that is in no file."""
        text = without_what_is_missing(self.text)
        text = re.sub(r"CodeUri: \.\./target/lambda/(.+)/bootstrap\.zip", rf"CodeUri: s3://{BUCKET}/\1.zip", text)
        for path in re.findall(r"DefinitionS3Location: (\S+)", text):
            file = self.definitions / Path(path).name
            content = definition if file == self.definition() else file.read_text()
            text = text.replace(f"DefinitionS3Location: {path}", f"DefinitionS3Location: {upload_definition(content)}")
        return text


def upload_definition(content):
    """Uploads a definition. Returns its location."""
    content = content.replace(*REDRIVES).encode()
    key = hashlib.sha256(content).hexdigest()
    client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)
    return f"{{Bucket: {BUCKET}, Key: {key}}}"


def without_what_is_missing(text):
    """The text without the alias of the state machine and what depends on it, as README.md says."""
    entries = entries_of(text)
    missing = [entry for entry in entries if ON_EXPRESSIONS in entry or any(f"Type: {one}\n" in entry for one in MISSING_TYPES)]
    names = [re.match(r"  (\w+):", entry)[1] for entry in missing]
    if not {"SignUpVersion", "SignUpAlias"} <= set(names):
        raise Failure("the template has no alias of the state machine; what is it that stack.py should replace?")
    text = "".join(entry for entry in entries if entry not in missing)
    text = text.replace("!Ref SignUpAlias", "!Ref SignUpStateMachine")
    # How functions are shifted refers to the alarms, and so do outputs.
    text = re.sub(r"(?m)^    DeploymentPreference:\n(      .*\n)+", "", text)
    return "".join(entry for entry in entries_of(text) if not any(f"!GetAtt {name}." in entry for name in names))


def entries_of(text):
    """The parts of a template: the entries of its sections, each with the comment behind it, and what is between."""
    return re.split(r"(?m)^(?=\w|  \w+:\n)", text)


def pack(binary, archive):
    """Packs a function for Lambda, without compression, since it stays on this machine."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(entry, binary.read_bytes())


class Stack:
    """A stack of the template."""

    def __init__(self, name, parameters):
        self.name = name
        self.parameters = parameters
        self.releases = 0

    def create(self, text):
        self.apply("create", text)
        for role, action in CHECKED_WITHOUT_RESOURCE.items():
            document = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "%s", "Resource": "*"}}'
            client("iam").put_role_policy(
                RoleName=describe(self.name)["roles"][role], PolicyName="Emulator", PolicyDocument=document % action
            )

    def update(self, text, **parameters):
        self.parameters |= parameters
        self.apply("update", text)

    def apply(self, change, text):
        formation = client("cloudformation")
        # As `deploy` does: only a new release publishes versions of functions. It is no parameter here, since the emulator
        # transforms a template without the values of parameters.
        self.releases += 1
        text = text.replace("!Ref Release", f"release{self.releases}")
        # As `sam deploy` does: a template in the request may have 51,200 bytes at most.
        storage = client("s3")
        storage.put_object(Bucket=BUCKET, Key="template.yaml", Body=text.encode())
        url = f"{storage.meta.endpoint_url}/{BUCKET}/template.yaml"
        getattr(formation, f"{change}_stack")(
            StackName=self.name,
            TemplateURL=url,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in self.parameters.items()],
        )
        try:
            formation.get_waiter(f"stack_{change}_complete").wait(
                StackName=self.name, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
            )
        except botocore.exceptions.WaiterError:
            raise Failure(f"the stack {self.name} cannot be deployed: {self.reason()}") from None

    def reason(self):
        """The reason why the last change failed."""
        events = client("cloudformation").describe_stack_events(StackName=self.name)["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
        reasons = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '?')}" for event in failed]
        return "; ".join(reversed(reasons)) or "no resource has a reason"

    def check_routes(self, expected):
        """Raises a failure if the API lacks a route: the emulator reports stacks without routes as complete."""
        items = client("apigatewayv2").get_routes(ApiId=describe(self.name)["apiId"])["Items"]
        missing = expected - {item["RouteKey"] for item in items}
        if missing:
            raise Failure(f"the stack {self.name} lacks the routes {', '.join(sorted(missing))}")


def describe(name):
    """The description of a stack for the tests."""
    formation = client("cloudformation")
    stack = formation.describe_stacks(StackName=name)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    pages = formation.get_paginator("list_stack_resources").paginate(StackName=name)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    roles = [resource for resource in resources if resource["ResourceType"] == "AWS::IAM::Role"]
    return {
        "api": outputs["ApiUrl"],
        "apiId": outputs["ApiId"],
        "table": outputs["TableName"],
        "stateMachine": outputs["StateMachineArn"],
        "roles": {role["LogicalResourceId"]: role["PhysicalResourceId"] for role in roles},
    }
