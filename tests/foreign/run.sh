#!/usr/bin/env bash
# A client in Python, with pycapnp from PyPI, against a real node over its socket. Prints SKIP, with the reason, where no
# Python environment can be had. `$DREGG` is the command (default: built here).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$here/../.."
place="$(mktemp -d)"
running=()
stop() {
    for process in "${running[@]}"; do kill "$process" && wait "$process" || true; done
    rm -rf "$place"
}
trap stop EXIT

skip() {
    echo "SKIP: $1: $(tail -n 1 "$place/pip.log")"
    exit 0
}

echo "no log" > "$place/pip.log"
command -v python3 > /dev/null || { echo "SKIP: there is no python3 here"; exit 0; }
python3 -m venv "$place/venv" > "$place/pip.log" 2>&1 || skip "python3 makes no environment (Debian: python3-venv)"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    --requirement "$here/requirements.txt" > "$place/pip.log" 2>&1 || skip "the packages cannot be had"

if [ -z "${DREGG:-}" ]; then
    (cd "$root" && cargo build -q -p dregg)
    DREGG="$(cd "$root" && cd "${CARGO_TARGET_DIR:-target}" && pwd)/debug/dregg"
fi

awaits() {
    for _ in $(seq 400); do
        if grep -qs "$2" "$1"; then return; fi
        sleep 0.05
    done
    cat "$1" >&2
    exit 1
}

cd "$place"
export DREGG_HOME="$place/home"
unset DREGG_KEY
for name in operator answerer client; do "$DREGG" keys new --name "$name" -o "$name.json" >> cells.dregg; done
cp "$here/policy.dregg" .
"$DREGG" init policy.dregg --key operator.json
cat > echo.service <<'J'
{ "name": "echo", "description": "Gives back what it gets", "effects": ["Invoke"],
  "pricing": { "per_call": 1, "budget_required": false } }
J
for path in echo closed; do
    "$DREGG" namespace mount --path "/services/$path" --descriptor echo.service --key answerer.json
done
"$DREGG" namespace mount --path /services/snake --descriptor echo.service --key client.json
"$DREGG" node run --log warn > node.log 2>&1 &
running+=($!)
awaits node.log "listening on"
"$DREGG" service serve echo --key answerer.json > echo.log 2>&1 &
running+=($!)
awaits echo.log serving

"$DREGG" --format json keys show client.json > public.json
timeout 120 "$place/venv/bin/python" "$here/client.py" \
    "$root/runtime/rpc/schema/dregg.capnp" "$DREGG_HOME/node.sock" client.json public.json denied

# What the denial opened is what the attested root says, and nothing else is.
"$DREGG" epoch status --root root.json > /dev/null
"$DREGG" namespace requirement invoke /services/closed --root root.json --opening "$(cat denied)"
if "$DREGG" namespace requirement invoke /services/echo --root root.json --opening "$(cat denied)" 2> /dev/null; then
    echo "not so: the opening of one path is none of another" >&2
    exit 1
fi
echo "the opening that came with the denial is checked"
