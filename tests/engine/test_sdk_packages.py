"""The SDKs' packages, a module at a time: the same names as without it, and only what is used is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from engine.warm import mentioned
from infra.paths import project_root

INSTALL = "from engine import sdk_packages; sdk_packages.install()"


def run(program: str) -> Any:
    """What a fresh interpreter prints, as JSON."""
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=project_root(), capture_output=True, text=True, check=False, timeout=120
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


@pytest.mark.parametrize("package", ["pulumi_aws.sqs", "pulumi_aws.ssm", "pulumi_gcp.firebase"])
def test_a_package_has_the_names_that_it_has_by_itself(package: str) -> None:
    by_itself = f"""
import json, importlib, types
package = importlib.import_module({package!r})
hasattr(package, "any name loads it")
public = [name for name in dir(package) if not name.startswith("_")]
print(json.dumps([name for name in public if not isinstance(getattr(package, name), types.ModuleType)]))
"""
    lazily = f"{INSTALL}\nimport json, importlib\nprint(json.dumps(importlib.import_module({package!r}).__all__))"
    assert set(run(by_itself)) == set(run(lazily))


def test_only_what_is_used_is_loaded() -> None:
    loaded = run(f"""{INSTALL}
import json, sys
import pulumi_aws as aws
from pulumi_aws.ec2 import VpcArgs
assert aws.ec2.Vpc.__module__ == VpcArgs.__module__ == "pulumi_aws.ec2.vpc"
assert not hasattr(aws.ec2, "Vcp")
print(json.dumps([name for name in sys.modules if name.startswith("pulumi_aws.ec2.")]))
""")
    assert set(loaded) <= {
        "pulumi_aws.ec2.vpc",
        "pulumi_aws.ec2.outputs",
        "pulumi_aws.ec2._inputs",
        "pulumi_aws.ec2._enums",
    }


TYPES = """
import json, pulumi, pulumi_aws as aws, pulumi_gcp as gcp
from pulumi import _types
classes = [aws.wafv2.WebAcl, aws.ec2.Instance, aws.s3.Bucket, aws.lambda_.Function, gcp.identityplatform.Config]
arguments = [aws.wafv2.WebAclRuleArgs, aws.ec2.InstanceMetadataOptionsArgs, gcp.identityplatform.ConfigSignInArgs]
found = {each.__name__: _types.resource_types(each) for each in classes}
found |= {each.__name__: _types.input_type_types(each) for each in arguments}
nested = aws.wafv2.outputs.WebAclRule
found |= {nested.__name__: _types.output_type_types(nested)}
names = {each.__name__: _types.resource_pulumi_to_py_names(each) for each in classes}
made = aws.wafv2.WebAclRuleArgsDict(name="x", priority=1)
shown = {name: {key: str(value) for key, value in types.items()} for name, types in found.items()}
print(json.dumps([shown, names, made]))
"""


def test_types_are_those_that_they_are_by_themselves() -> None:
    """Annotations that stay texts, and dictionaries without keys, are no other types to the SDK."""
    by_itself = run(TYPES)
    assert all(by_itself[0].values())
    assert run(f"{INSTALL}\n{TYPES}") == by_itself


def test_what_the_program_mentions_is_found() -> None:
    found = mentioned(project_root())
    assert {("pulumi_aws.sqs", "Queue"), ("pulumi_gcp.firebase", "Project"), ("pulumi_aws.ec2", "Vpc")} <= found
    assert not any(package.endswith(".nothing") for package, _ in found)
