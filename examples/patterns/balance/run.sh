#!/bin/sh
# Two services at one path are tried by priority; when one dies the next call goes to the other. Then a coordinator hands
# calls out in turn.
. "$(dirname "$0")/../mesh.sh"

cells acme first second turns client
begin acme
echo=/services/echo

mounts first $echo --priority 10
mounts second $echo --priority 20
serve first echo
serve second echo
say "@first and @second are mounted at $echo, with priorities 10 and 20"
answers first $echo
answers first $echo
say "every call is answered by @first"

dies first
answers second $echo
say "@first is killed: the next call is answered by @second"
serve first echo
answers first $echo
say "@first is back: it answers again"

mounts turns $echo
serve turns round-robin
say "@turns comes before both, a coordinator by the policy"

# turn: one call, and the name of who answers.
turn() {
    got=$("$DREGG" invoke $echo name --key client.json 2> turn.log) || wrong "$(cat turn.log)"
    for name in first second; do
        if [ "$got" = "$(cell $name)" ]; then printf '%s ' "$name"; fi
    done
}

order="$(turn)$(turn)$(turn)$(turn)"
case $order in
"first second first second " | "second first second first ") ;;
*) wrong "they take turns: $order" ;;
esac
say "it hands calls out in turn: $order"

dies second
order="$(turn)$(turn)$(turn)"
[ "$order" = "first first first " ] || wrong "@first takes every turn: $order"
say "@second is killed: @first takes every turn"
serve second echo
order="$(turn)$(turn)"
case $order in "first second " | "second first ") ;; *) wrong "they take turns: $order" ;; esac
say "@second is back: $order"

dies turns
answers first $echo
say "@turns is killed: calls go by priority again, to @first"
