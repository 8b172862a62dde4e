#!/bin/sh
# A gateway cell owns a prefix, passes on the right to mount below it, takes it back, and narrows what is allowed there.
. "$(dirname "$0")/../mesh.sh"

cells acme partner shop other client
begin acme
for name in partner shop other; do
    gives asserted fact assert "granted(@$name, \"acme-partner\")"
done
gives 'epoch 1' epoch advance
say "@acme owns the gateway /services/acme; @partner, @shop and @other are its partners"

refuses 3 Clause namespace mount --path /services/acme/orders --descriptor partner.service --key partner.json
say "to be a partner is not enough to mount there: denied"

gives 'may mount below' gateway delegate /services/acme --to @partner --depth 1
say "@acme lets @partner mount below, and pass that on once"
gives 'may mount below' gateway delegate /services/acme --to @shop --key partner.json
say "@partner passes it on to @shop"
refuses 3 Depth gateway delegate /services/acme --to @other --key shop.json
say "@shop cannot pass it on to @other: refused, Depth"

mounts shop /services/acme/orders/v1
refuses 3 NoClause namespace mount --path /services/acmex --descriptor shop.service --key shop.json
say "@shop mounts /services/acme/orders/v1; at /services/acmex, which is not below, it is denied"
mounts acme /services/acme/
mounts acme /services/acme/terms
serve shop echo
serve acme echo
answers shop /services/acme/orders/v1
answers acme /services/acme/terms
answers acme /services/acme
gives hello invoke /services/acme/orders/v1 echo --payload hello --key other.json
say "calls are answered by the cell that mounted: @shop the orders, @acme the terms and the prefix itself, for anyone"

gives 'from the next epoch on' gateway publish /services/acme table.dregg
gives hello invoke /services/acme/orders/v1 echo --payload hello --key other.json
say "@acme publishes a table of its own; in this epoch everything is as before"
gives 'epoch 2' epoch advance
answers shop /services/acme/orders/v1
refuses 3 Clause invoke /services/acme/orders/v1 echo --payload hello --key other.json
refuses 3 NoRoute invoke /services/acme/terms name --key client.json
say "from the next epoch on @client alone may call the orders, and the table has no terms: denied, NoRoute"

gives 'delegation: ' gateway status /services/acme
gives 'may no longer mount' gateway revoke /services/acme --to @partner
gives 'mounts: 2' gateway status /services/acme
refuses 3 NothingMounted invoke /services/acme/orders/v1 name --key client.json
refuses 3 Clause namespace mount --path /services/acme/orders/v1 --descriptor shop.service --key shop.json
say "@acme takes the right back from @partner: with it falls @shop's right and what @shop mounted, at once"
