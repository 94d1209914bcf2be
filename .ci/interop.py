"""Opens what interop.js sealed, in the folder that it names, and seals the same for it to open."""
import base64
import json
import logging
import sys
from importlib.metadata import version
from pathlib import Path

from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import AesWrappingAlg, CreateRawAesKeyringInput
from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from cryptography.exceptions import InvalidTag

logging.disable()  # refusals are wanted here, and it logs each

CHUNK = 10_000
SUITES = {
    "unsigned": AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
    "unframed": AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
    "signed": AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384,
}

folder = Path(sys.argv[1])
told = json.loads((folder / "cases.json").read_text())
client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
keyring = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig()).create_raw_aes_keyring(
    input=CreateRawAesKeyringInput(
        key_namespace="interop",
        key_name="ключ",
        wrapping_key=base64.b64decode(told["wrappingKey"]),
        wrapping_alg=AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
    )
)


def run(mode, source, stream, **options):
    """What comes out, and the header of the message."""
    if not stream:
        do = client.encrypt if mode == "e" else client.decrypt
        return do(source=source.read_bytes(), keyring=keyring, **options)
    with source.open("rb") as file, client.stream(mode=mode, source=file, keyring=keyring, **options) as through:
        out = bytearray()
        while chunk := through.read(CHUNK):
            out += chunk
        return bytes(out), through.header


def refuses(message):
    try:
        client.decrypt(source=message, keyring=keyring)
    except (AWSEncryptionSDKClientError, InvalidTag):
        return True
    return False


for index, case in enumerate(told["cases"]):
    plain, ours = folder / f"{index}.plain", folder / f"{index}.ours"
    opened, header = run("d", ours, case["stream"])
    assert opened == plain.read_bytes(), f"case {index}: {case}"
    assert header.encryption_context == case["context"], f"case {index}: {case}"
    message = bytearray(ours.read_bytes())
    message[-1] ^= 1
    assert refuses(bytes(message)), f"case {index}, changed: {case}"
    for form in case["theirs"]:
        sealed, _ = run("e", plain, case["stream"], algorithm=SUITES[form["kind"]],
                        encryption_context=case["context"], frame_length=form["frameLength"])
        (folder / f"{index}.{form['kind']}").write_bytes(sealed)

print(f"{len(told['cases'])} messages opened by aws-encryption-sdk {version('aws-encryption-sdk')} for Python; "
      "each refused with one bit changed")
