#!/bin/sh
# Orders a proof of a circom circuit from a proving service with curl and jq.
# Usage: prove.sh URL CIRCUIT WITNESS.wtns SERVICE_KEYS
set -eu
url=$1 circuit=$2 wtns=$3 keys=$4

key_id=$(curl -sSf "$url/v1/circuits" | jq -er --arg name "$circuit" '.circuits[] | select(.name == $name).key_id')
body=$(mktemp) && trap 'rm -f "$body" job.json' EXIT
obolus prover seal --prover-keys "$keys" --key-id "$key_id" --wtns "$wtns" --out "$body"

curl -sSf --retry 5 --retry-connrefused -o job.json "$url/v1/proofs:prove?wait_ms=60000" \
    -H 'Content-Type: application/json' -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" --data-binary "@$body"

jq -e '.state == "succeeded"' job.json >/dev/null || { jq . job.json >&2; exit 1; }
jq .proved.proof job.json > proof.json
jq .proved.inputs job.json > public.json
