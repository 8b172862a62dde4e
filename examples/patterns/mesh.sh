# What the scripts beside this file share: a mesh in a directory of its own that is gone afterwards, and ways to check.
# `sh` reads it. `$DREGG` is the command (default: `dregg` of the PATH).

set -eu
DREGG=${DREGG:-dregg}
here=$(cd "$(dirname "$0")" && pwd)
place=$(mktemp -d)
export DREGG_HOME="$place/home"
unset DREGG_KEY
cd "$place"

# Whatever happens, nothing is left running.
stop() {
    for file in "$place"/*.pid; do
        if [ -f "$file" ]; then kill -9 "$(cat "$file")" 2>/dev/null || true; fi
    done
    rm -rf "$place"
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

say() { printf '%s\n' "$*"; }

wrong() {
    printf 'not so: %s\n' "$*" >&2
    exit 1
}

# cells NAME...: makes their keys, what each says of its service, and cells.dregg, which the policies use.
cells() {
    for name in "$@"; do
        "$DREGG" keys new --name "$name" -o "$name.json" >> cells.dregg
        cat > "$name.service" <<EOF
{ "name": "$name", "description": "Gives back what it gets", "effects": ["Invoke"],
  "pricing": { "per_call": 1, "budget_required": false } }
EOF
    done
}

# cell NAME: its id.
cell() { "$DREGG" keys show "$1.json" | sed -n 's/^cell: //p'; }

# begin NAME: begins the mesh of policy.dregg with the keys of a cell, and runs its node.
begin() {
    cp "$here"/*.dregg .
    "$DREGG" init policy.dregg --key "$1.json" > init.log
    "$DREGG" node run --log warn > node.log 2>&1 &
    echo $! > node.pid
    awaits node.log 'listening on'
}

# serve NAME KIND: runs a service of the examples as this cell.
serve() {
    "$DREGG" service serve "$2" --key "$1.json" > "$1.log" 2>&1 &
    echo $! > "$1.pid"
    awaits "$1.log" serving
}

# dies NAME: the process is killed, and has no time to say so.
dies() {
    process=$(cat "$1.pid")
    rm "$1.pid"
    kill -9 "$process"
    wait "$process" 2>/dev/null || true
}

# awaits FILE TEXT: until the text is in the file, 20 seconds at most.
awaits() {
    tries=0
    until grep -qs "$2" "$1"; do
        tries=$((tries + 1))
        if [ "$tries" -gt 400 ]; then
            cat "$1" >&2
            wrong "\`$2\` is in $1"
        fi
        sleep 0.05
    done
}

# gives TEXT ARGUMENT...: the command does it, and the text is in what it prints.
gives() {
    text=$1
    shift
    status=0
    printed=$("$DREGG" "$@" 2>&1) || status=$?
    [ "$status" = 0 ] || wrong "\`dregg $*\` succeeds: $printed"
    case $printed in *"$text"*) ;; *) wrong "\`dregg $*\` gives \`$text\`: $printed" ;; esac
}

# refuses STATUS TEXT ARGUMENT...: the command ends with this status, 3 for what is denied or refused, 1 for what fails.
refuses() {
    wanted=$1
    text=$2
    shift 2
    status=0
    printed=$("$DREGG" "$@" 2>&1) || status=$?
    [ "$status" = "$wanted" ] || wrong "\`dregg $*\` ends with $wanted, not $status: $printed"
    case $printed in *"$text"*) ;; *) wrong "\`dregg $*\` says \`$text\`: $printed" ;; esac
}

# answers NAME PATH: a call of `name` at the path is answered by this cell.
answers() {
    gives "$(cell "$1")" invoke "$2" name --key client.json
}

# mounts NAME PATH ARGUMENT...: the cell mounts its service there.
mounts() {
    name=$1
    path=$2
    shift 2
    gives "mounted $path" namespace mount --path "$path" --descriptor "$name.service" --key "$name.json" "$@"
}
