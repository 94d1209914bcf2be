"""Reads cases as JSON lines on stdin, writes decisions as JSON lines on stdout.

A case has everything that MiniStack reads from its own services: whom the request is from, its condition keys, the
caller's policies and boundary, the key policy. What `enforce` does with them is repeated here with the module's own
functions: `evaluate` for the caller's side, `combine_resource_policy` for the key's, the key policy required. A root user, whom
`enforce` does not ask at all, is one that may do everything on its own side; a service principal has no such side.
"""
import json
import sys

from ministack.core import iam_evaluator as iam

DECISIONS = {"Allow": "allow", "Deny": "explicitDeny", "ImplicitDeny": "implicitDeny"}
EVERYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def context_of(case):
    keys = {name.lower(): value for name, value in case["context"].items()}
    keys.setdefault("aws:principalorgid", None)  # else it asks its Organizations
    return iam.EvalContext(
        principal_arn=case["principal"],
        principal_type=keys.get("aws:principaltype", ""),
        principal_account=keys.get("aws:principalaccount", ""),
        action=case["action"],
        resource_arn=case["resource"],
        region=keys.get("aws:requestedregion"),
        source_ip=keys.get("aws:sourceip"),
        secure_transport=keys.get("aws:securetransport") == "true",
        service_context=keys,
    )


def decide(case):
    context, key_policy = context_of(case), case["keyPolicy"]
    if case["kind"] == "service":
        return iam.evaluate_resource_policy(key_policy, context, service=case["principal"])
    own = [EVERYTHING] if case["kind"] == "root" else case["identityPolicies"]
    limits = [[iam.parse_policy_document(case["boundary"])]] if case["boundary"] else []
    identity = iam.evaluate(context, [iam.parse_policy_document(document) for document in own], *limits)
    return iam.combine_resource_policy(identity, context, key_policy, case["owner"], required=True, limits=limits)


for line in sys.stdin:
    print(json.dumps({"decision": DECISIONS[decide(json.loads(line)).decision]}))
