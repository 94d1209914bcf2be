"""The README's app in Python: synthesises, and prints the resources of the template."""
from aws_cdk import App, Stack, aws_iam as iam, aws_logs as logs
from cdk_customer_managed_keys import (
    CustomerManagedKey, EncryptedBucket, EnvelopeRoundTrip, KeyAccess, KeySharing, KeyUse, SecureStringParameter, SecureStringValue,
)

app = App(analytics_reporting=False)
stack = Stack(app, "Orders")
key = CustomerManagedKey(stack, "Key", alias="orders", access=KeyAccess.KEY_POLICY_ONLY)
bucket = EncryptedBucket(stack, "Bucket", encryption_key=key)
logs.LogGroup(stack, "Logs", encryption_key=key)
bucket.grant_read(iam.Role(stack, "Reader", assumed_by=iam.AccountRootPrincipal()))
key.share_with(KeySharing.account("444455556666").roles("orders-*").decrypt_only())
key.authorize(KeyUse.of("cloudwatch:alarm", account="444455556666"))
SecureStringParameter(stack, "Password", encryption_key=key, parameter_name="/orders/db", value=SecureStringValue.generated(password_length=32))
EnvelopeRoundTrip(stack, "Proof", encryption_key=key)

assert any("CloudWatch Logs" in (statement.sid or "") for statement in key.wiring)
print("Python:", *sorted(app.synth().get_stack_by_name("Orders").template["Resources"]))
