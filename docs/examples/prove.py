#!/usr/bin/env python3
"""Orders a proof of a circom circuit from a proving service.

Needs: pip install requests cryptography (47 or later)
Usage: prove.py URL CIRCUIT WITNESS.wtns [SERVICE_KEYS]

Writes proof.json and public.json. The token, if the service asks for one, is in OBOLUS_PROVER_TOKEN.
Give SERVICE_KEYS (obolprover1…, from the operator) unless the service runs on this machine.
"""

import base64
import json
import os
import sys
import uuid

import requests
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite


def seal(witness: bytes, sealing_key: bytes, key_id: str) -> bytes:
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    info = f"obolus prover witness v1\n{key_id}".encode()
    key = X25519PublicKey.from_public_bytes(sealing_key)
    return b"\x01" + suite.encrypt(witness, key, info)


def main() -> None:
    url, name, wtns = sys.argv[1:4]
    session = requests.Session()
    if token := os.environ.get("OBOLUS_PROVER_TOKEN"):
        session.headers["Authorization"] = f"Bearer {token}"

    def get(path: str, **query: int) -> dict:
        answer = session.get(url + path, params=query, timeout=70)
        answer.raise_for_status()
        return answer.json()

    keys = get("/v1/keys")
    if len(sys.argv) > 4 and keys["service_keys"] != sys.argv[4]:
        sys.exit("the service's keys are not the pinned ones")
    circuit = next(c for c in get("/v1/circuits")["circuits"] if c["name"] == name)

    with open(wtns, "rb") as file:
        sealed = seal(file.read(), bytes.fromhex(keys["sealing_key"]), circuit["key_id"])
    body = json.dumps(
        {"circuit": circuit["key_id"], "witness": base64.b64encode(sealed).decode()}
    ).encode()
    # Kept for a second try: the same key with the same bytes is the same job.
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    for attempt in range(5):
        try:
            answer = session.post(url + "/v1/proofs", data=body, headers=headers, timeout=60)
            if answer.status_code not in (429, 503):
                break
        except requests.ConnectionError:
            if attempt == 4:
                raise
    answer.raise_for_status()
    job = answer.json()
    while job["state"] in ("queued", "running"):
        job = get(f"/v1/proofs/{job['id']}", wait_ms=20000)
    if job["state"] != "succeeded":
        sys.exit(f"job {job['id']} is {job['state']}: {job['failure']}")

    # Verify before use: snarkjs groth16 verify verification_key.json public.json proof.json
    with open("proof.json", "w") as file:
        json.dump(job["proved"]["proof"], file, indent=1)
    with open("public.json", "w") as file:
        json.dump(job["proved"]["inputs"], file, indent=1)
    print(job["id"])


if __name__ == "__main__":
    main()
