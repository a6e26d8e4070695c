#!/usr/bin/env bash
# The step of action.yml: fetches obolus-verify, compares its checksum, runs it, tells the job.
#
# Everything comes in environment variables and is passed on as single arguments, so no input becomes shell text.
set -euo pipefail

fail() {
    echo "::error title=Obolus::$1"
    echo "verdict=usage" >>"$GITHUB_OUTPUT"
    exit 2
}

# Where releases are; a mirror can be named.
releases="${OBOLUS_RELEASES:-https://github.com/obolus/obolus/releases/download}"
work="$(mktemp -d "${RUNNER_TEMP:-/tmp}/obolus-verify.XXXXXX")"

binary="${VERIFY_BINARY:-}"
if [ -z "$binary" ]; then
    version="$VERIFY_VERSION"
    [[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "version must look like 0.1.0"
    name="obolus-verify-$version-$(uname -m)-linux"
    # The list is part of the action, so pinning the action by commit pins the binary.
    sum="$(awk -v name="$name" '$2 == name { print $1 }' "$ACTION_DIR/ci/action/checksums.txt")"
    [[ "$sum" =~ ^[0-9a-f]{64}$ ]] || fail "this version of the action lists no checksum for $name"
    binary="$work/obolus-verify"
    curl --fail --silent --show-error --location --retry 3 --output "$binary" "$releases/v$version/$name" ||
        fail "$name could not be fetched"
    echo "$sum  $binary" | sha256sum --check --status || fail "$name is not the file that the action lists: its checksum differs"
    chmod +x "$binary"
fi

case "$VERIFY_COMMAND" in
proof | ledger) ;;
*) fail "command must be proof or ledger" ;;
esac
case "$VERIFY_FORMAT" in
json | junit | sarif) ;;
*) fail "format must be json, junit or sarif" ;;
esac

json="$work/report.json"
report="$json"
arguments=("$VERIFY_COMMAND" --format github --write "json=$json")
if [ "$VERIFY_FORMAT" != json ]; then
    extension=xml
    [ "$VERIFY_FORMAT" = junit ] || extension=sarif
    report="$work/report.$extension"
    arguments+=(--write "$VERIFY_FORMAT=$report")
fi
while IFS= read -r id; do
    [ -z "$id" ] || arguments+=("--key-id=$id")
done <<<"${VERIFY_KEY_ID:-}"
[ -z "${VERIFY_POLICY:-}" ] || arguments+=("--policy=$VERIFY_POLICY")
[ -z "${VERIFY_CHAIN:-}" ] || arguments+=("--chain=$VERIFY_CHAIN")
[ "${VERIFY_ALLOW_INSECURE:-false}" != true ] || arguments+=(--allow-insecure)
arguments+=(--)
files=0
while IFS= read -r file; do
    [ -z "$file" ] || { arguments+=("$file") && files=$((files + 1)); }
done <<<"$VERIFY_FILES"
[ "$files" -gt 0 ] || fail "files names nothing"

status=0
"$binary" "${arguments[@]}" || status=$?

# A program that ends well without a report is not obolus-verify.
if [ "$status" -eq 0 ] && [ "$(jq .exit_code "$json" 2>/dev/null || true)" != 0 ]; then
    fail "there is no report: binary is not an obolus-verify"
fi

words=(valid invalid usage malformed refused unreadable)
verdict="${words[$status]:-unreadable}"
verified=0
failed=0
if [ -s "$json" ]; then
    verified="$(jq .counts.valid "$json")"
    failed="$(jq '.counts.total - .counts.valid' "$json")"
fi
{
    echo "verdict=$verdict"
    echo "verified=$verified"
    echo "failed=$failed"
    echo "report=$report"
} >>"$GITHUB_OUTPUT"
{
    echo "### Obolus: $verdict"
    echo
    echo "| verified | failed | exit status |"
    echo "|---|---|---|"
    echo "| $verified | $failed | $status |"
    if [ -s "$json" ] && [ "$status" -ne 0 ]; then
        echo
        # As code, so that what a file says of itself is not markup.
        jq -r '([.items[] | select(.verdict != "valid") | {source, code, message}] + [.findings[]? | {source: "run", code, message}])
            | .[:20][] | "    \(.source): \(.code): \(.message)" | gsub("[\r\n]"; " ") | gsub($unseen; "?")' \
            --arg unseen '[\p{C}\p{Zl}\p{Zp}\x{34f}\x{115f}\x{1160}\x{3164}\x{fe00}-\x{fe0f}\x{ffa0}]' "$json"
    fi
} >>"$GITHUB_STEP_SUMMARY"
exit "$status"
