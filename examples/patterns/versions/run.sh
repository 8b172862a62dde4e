#!/bin/sh
# Versions are mounted at sub-paths; `latest` leads to one of them and to no other, whatever happens to it.
. "$(dirname "$0")/../mesh.sh"

cells acme gpu1 gpu2 client
begin acme
at=/services/translate

mounts gpu1 $at/v1
mounts gpu2 $at/v2
refuses 3 Redirect namespace mount --path $at/latest --descriptor gpu1.service --key gpu1.json
serve gpu1 echo
serve gpu2 echo
say "v1 is @gpu1's, v2 is @gpu2's; at latest nobody mounts"

gives "path: $at/v2" namespace resolve $at/latest
gives "cell: $(cell gpu2)" namespace resolve $at/latest
answers gpu2 $at/latest
say "latest leads to v2, which is what is decided about and called"

gives 'deprecated: v2 knows more languages' namespace resolve $at/v1
answers gpu1 $at/v1
gives 'deprecated: v2 knows more languages' invoke $at/v1 name --key client.json
say "who pins v1 gets v1, and is told: deprecated, v2 knows more languages"

dies gpu2
refuses 1 'not attached' invoke $at/latest name --key client.json
refuses 1 '"reason":"Unreachable"' --format json invoke $at/latest name --key client.json
answers gpu1 $at/v1
say "@gpu2 is killed: latest is Unreachable, never v1 without a word; v1 answers whoever pins it"
serve gpu2 echo
answers gpu2 $at/latest
say "@gpu2 is back, and so is latest"
