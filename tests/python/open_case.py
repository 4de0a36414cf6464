"""Opens a case on a hub and reads its ticket, from nothing but the hub's own description of itself.

What another maker's client looks like: gRPC reflection gives the contract, an Ed25519 key signs short tokens (EdDSA,
`typ: at+jwt`), and the messages are made at run time. Prints one JSON object: what was opened, and the ticket as read.

    open_case.py HOST:PORT SUBJECT KEY_FILE AUDIENCE
"""

import base64
import hashlib
import json
import sys
import time
import uuid
from datetime import date, timedelta

import grpc
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from google.protobuf import json_format
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Bearer(grpc.UnaryUnaryClientInterceptor, grpc.StreamStreamClientInterceptor):
    """Signs a token for every call."""

    def __init__(self, subject: str, key_file: str, audience: str):
        self.subject, self.audience = subject, audience
        with open(key_file, "rb") as file:
            self.key = load_pem_private_key(file.read(), password=None)
        public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        # The key's id is the thumbprint of its JWK (RFC 7638).
        jwk = {"crv": "Ed25519", "kty": "OKP", "x": base64url(public)}
        canonical = json.dumps(jwk, separators=(",", ":"), sort_keys=True).encode()
        self.key_id = base64url(hashlib.sha256(canonical).digest())

    def token(self) -> str:
        now = int(time.time())
        header = {"alg": "EdDSA", "typ": "at+jwt", "kid": self.key_id}
        claims = {
            "iss": self.subject,
            "sub": self.subject,
            "aud": self.audience,
            "jti": str(uuid.uuid4()),
            "iat": now,
            "nbf": now,
            "exp": now + 300,
        }
        signed = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
        return f"{signed}.{base64url(self.key.sign(signed.encode()))}"

    def _with_token(self, details):
        metadata = [*(details.metadata or []), ("authorization", f"Bearer {self.token()}")]
        return details._replace(metadata=metadata)

    def intercept_unary_unary(self, continuation, details, request):
        return continuation(self._with_token(details), request)

    def intercept_stream_stream(self, continuation, details, requests):
        return continuation(self._with_token(details), requests)


class Hub:
    """The services of a hub, made from its reflection."""

    def __init__(self, channel):
        self.channel = channel
        self.pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))

    def call(self, service: str, method: str, request: dict) -> dict:
        descriptor = self.pool.FindServiceByName(f"declic.v1.{service}").FindMethodByName(method)
        message = json_format.ParseDict(request, GetMessageClass(descriptor.input_type)())
        stub = self.channel.unary_unary(
            f"/declic.v1.{service}/{method}",
            request_serializer=lambda sent: sent.SerializeToString(),
            response_deserializer=GetMessageClass(descriptor.output_type).FromString,
        )
        return json_format.MessageToDict(stub(message, timeout=10), preserving_proto_field_name=True)


def case() -> dict:
    today = date.today()
    return {
        "request_id": str(uuid.uuid4()),
        "person": {"given_name": "Maëlys", "family_name": "Exemple", "birth_date": "1991-03-08"},
        "facts": {
            "commune": "56178",
            "regime": "REGIME_GENERAL",
            "benefit": "RSA",
            "blockage": "PAYMENT_INCIDENT",
            "stage": "STAGE_PAYMENT",
        },
        "mandate": {
            "channel": "MANDATE_CHANNEL_ORAL",
            "scope": "RSA, échanges avec la Caf",
            "given_on": str(today - timedelta(days=1)),
            "expires_on": str(today + timedelta(days=90)),
        },
        "explanation": "RSA non versé depuis octobre.",
    }


def main() -> None:
    address, subject, key_file, audience = sys.argv[1:]
    channel = grpc.intercept_channel(grpc.insecure_channel(address), Bearer(subject, key_file, audience))
    hub = Hub(channel)
    opened = hub.call("CaseService", "OpenCase", case())
    name = opened["tickets"][0]["ticket"]
    ticket = hub.call("TicketService", "GetTicket", {"name": name})["ticket"]
    try:
        hub.call("TicketService", "GetTicket", {"name": f"{opened['case']}/tickets/8"})
        refusal = None
    except grpc.RpcError as error:
        refusal = error.code().name
    print(json.dumps({"opened": opened, "ticket": ticket, "refusal": refusal}))


if __name__ == "__main__":
    main()
