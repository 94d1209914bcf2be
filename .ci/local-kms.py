"""An unmodified boto3 against `local-kms`, found by AWS_ENDPOINT_URL_KMS. Takes the command line of the program, e.g. `node lib/cli.js`."""
import json
import os
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager

import boto3
from botocore.exceptions import ClientError

READER = "arn:aws:iam::111122223333:role/Reader"
EVERYTHING = [{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}]
PRINCIPALS = {
    "AKIAADMINISTRATOR": {"arn": "arn:aws:iam::111122223333:role/Administrator", "identityPolicies": EVERYTHING},
    "AKIAREADER": {"arn": READER},
}
CONTEXT = {"Tenant": "blau 🔑", "__proto__": "x"}


@contextmanager
def local_kms(program):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(PRINCIPALS, file)
        file.flush()
        process = subprocess.Popen([*program, "local-kms", "--port", "0", "--principals", file.name], stdout=subprocess.PIPE, text=True)
        try:
            os.environ["AWS_ENDPOINT_URL_KMS"] = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())[0]
            yield
        finally:
            process.terminate()
            assert process.wait(10) == 0, "local-kms did not stop in peace"


def client(access_key_id, region="eu-central-1"):
    return boto3.client("kms", region_name=region, aws_access_key_id=access_key_id, aws_secret_access_key="any")


def refused(name, call):
    """The exception's class is the SDK's own where the service model has it, else ClientError with its code."""
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == name, error
        assert 400 <= error.response["ResponseMetadata"]["HTTPStatusCode"] < 500, error
        return error
    raise AssertionError(f"not refused with {name}")


def key_policy():
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": READER}, "Action": "kms:Decrypt", "Resource": "*",
         "Condition": {"StringEquals": {"kms:EncryptionContext:Tenant": CONTEXT["Tenant"]}}},
    ]})


def encrypts_and_decrypts(administrator, key_id):
    sealed = administrator.encrypt(KeyId=key_id, Plaintext=b"order 1", EncryptionContext=CONTEXT)
    assert administrator.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=CONTEXT)["Plaintext"] == b"order 1"
    data_key = administrator.generate_data_key(KeyId=key_id, KeySpec="AES_256")
    assert administrator.decrypt(CiphertextBlob=data_key["CiphertextBlob"])["Plaintext"] == data_key["Plaintext"]
    return sealed["CiphertextBlob"]


def is_refused_by_policy(reader, key_id, blob):
    assert reader.decrypt(CiphertextBlob=blob, EncryptionContext=CONTEXT)["Plaintext"] == b"order 1"
    error = refused("AccessDeniedException", lambda: reader.encrypt(KeyId=key_id, Plaintext=b"x"))
    assert f"User: {READER} is not authorized to perform: kms:Encrypt" in str(error), error
    refused("AccessDeniedException", lambda: reader.decrypt(CiphertextBlob=blob, EncryptionContext={"Tenant": "grün"}))


def throws_its_own_exceptions(administrator, key_id, blob):
    own = administrator.exceptions
    assert isinstance(refused("NotFoundException", lambda: administrator.describe_key(KeyId="alias/none")), own.NotFoundException)
    assert isinstance(refused("InvalidCiphertextException", lambda: administrator.decrypt(CiphertextBlob=blob)), own.InvalidCiphertextException)
    administrator.disable_key(KeyId=key_id)
    assert isinstance(refused("DisabledException", lambda: administrator.encrypt(KeyId=key_id, Plaintext=b"x")), own.DisabledException)
    administrator.enable_key(KeyId=key_id)
    refused("UnsupportedOperationException", lambda: administrator.describe_custom_key_stores())
    refused("UnrecognizedClientException", lambda: client("AKIASTRANGER").list_keys())
    dry = refused("DryRunOperationException", lambda: administrator.encrypt(KeyId=key_id, Plaintext=b"x", DryRun=True))
    assert isinstance(dry, own.DryRunOperationException)


def paginates(administrator, key_id):
    made = {key_id} | {administrator.create_key()["KeyMetadata"]["KeyId"] for _ in range(6)}
    pages = list(administrator.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 3}))
    assert [len(page["Keys"]) for page in pages] == [3, 3, 1], pages
    assert {key["KeyId"] for page in pages for key in page["Keys"]} == made


def main(program):
    with local_kms(program):
        administrator, reader = client("AKIAADMINISTRATOR"), client("AKIAREADER")
        metadata = administrator.create_key(Policy=key_policy(), Tags=[{"TagKey": "team", "TagValue": "orders"}])["KeyMetadata"]
        assert metadata["Arn"].startswith("arn:aws:kms:eu-central-1:111122223333:key/"), metadata
        assert metadata["CreationDate"].tzinfo is not None
        administrator.create_alias(AliasName="alias/orders", TargetKeyId=metadata["KeyId"])
        blob = encrypts_and_decrypts(administrator, "alias/orders")
        is_refused_by_policy(reader, metadata["KeyId"], blob)
        throws_its_own_exceptions(administrator, metadata["KeyId"], blob)
        paginates(administrator, metadata["KeyId"])
    print(f"boto3 {boto3.__version__} works against local-kms: encrypts, is refused, gets typed exceptions, paginates")


main(sys.argv[1:])
