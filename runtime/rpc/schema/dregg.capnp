@0xbd4f06c3b8d1a5e7;

# What dregg speaks between processes: protocol 1. In words, with the exact bytes of a login: docs/rpc.md.
#
# Every digest, key, nonce and cell id is 32 bytes of Data. A denial, a refusal and a failure are exceptions whose text is
# JSON (docs/rpc.md, "Failures"): an exception breaks whatever was pipelined on the answer.

interface Door {
  # What a connection begins with.

  greet @0 () -> (greeting :Greeting);
  # Who answers, and what a login signs. The same for the whole connection.

  enter @1 (login :Login) -> (session :Session);
  # Once a connection.
}

struct Greeting {
  protocol @0 :UInt16;
  instance @1 :Data;    # of the mesh: the hash of its genesis
  node @2 :Data;        # the node's cell
  challenge @3 :Data;   # 32 random bytes of this connection
  provingKey @4 :Data;  # of the node: with its key of TLS it makes the node's cell
}

struct Login {
  key @0 :Data;         # Ed25519; over TLS the key of the transport
  provingKey @1 :Data;
  signature @2 :Data;   # 64 bytes over a plain socket; empty over TLS, where the handshake has signed
}

interface Session {
  # What one cell may ask of a node.

  state @0 (known :Data) -> (state :State);
  # The attested root. `known` is a policy root that the caller holds the artifact of, or empty.

  nonces @1 (count :UInt16) -> (nonces :List(Data));
  # Fresh nonces for access proofs, each good once, on this node and for this cell.

  submit @2 (transaction :Data) -> (receipt :Receipt);
  # Answered once the transaction is in the log and on disk.

  resolve @3 (ask :Ask) -> (service :Service, binding :Binding, nonces :List(Data));
  # The first live binding. `nonces` replaces what the ask has spent.

  resolveAll @4 (ask :Ask) -> (bindings :List(Bound), nonces :List(Data));
  # Every live binding, in the order to try them in.

  describe @5 (ask :Ask) -> (bindings :List(Binding), nonces :List(Data));
  # What is mounted, without a live reference.

  list @6 (ask :Ask) -> (entries :List(Entry), nonces :List(Data));
  # Mounts at or below the path that the caller may read.

  open @7 (tree :Tree, leaf :Data) -> (index :UInt64, siblings :List(Data));
  # The Merkle path of a leaf under the attested root.

  attach @8 (service :Host) -> (attachment :Attachment);
  # Serves the mounts of the caller's cell for as long as the attachment is held.

  restore @9 (ref :SturdyRef, witness :Witness) -> (service :Service, binding :Binding, nonces :List(Data));
  # Decided again, as `resolve` is.

  requirement @10 (permission :UInt8, path :Text) -> (opening :Data);
  # The rules that decide, opened under the policy root.

  handOff @11 (certificate :Data, witness :Witness) -> (service :Service, binding :Binding, nonces :List(Data));
  # What another cell has handed to the caller. Decided as if the caller had asked itself.

  question @12 (json :Text) -> (json :Text);
  # Small administrative reads.
}

enum Tree {
  credentials @0;
  stakes @1;
}

struct State {
  epoch @0 :UInt64;
  height @1 :UInt64;
  root @2 :Text;      # ROOT.json
  artifact @3 :Data;  # empty if `known` was its policy root
}

struct Receipt {
  height @0 :UInt64;
  epoch @1 :UInt64;
  detail @2 :Text;    # JSON
}

struct Ask {
  path @0 :Text;
  permission @1 :UInt8;  # 0 read, 1 invoke, 2 mount
  witness @2 :Witness;
  budget @3 :UInt64;  # computrons
  hasBudget @4 :Bool;
}

struct Witness {
  # What an ask rests on, beside public facts.
  union {
    nothing @0 :Void;
    proof @1 :Data;
    openings @2 :Text;  # a bundle, JSON
  }
}

struct Binding {
  path @0 :Text;         # after a redirect
  asked @1 :Text;
  cell @2 :Data;
  priority @3 :UInt16;
  version @4 :UInt64;
  descriptor @5 :Text;   # JSON
  transaction @6 :Data;  # the mount, signed by the cell
  epoch @7 :UInt64;      # that a live reference is good for
  deprecated @8 :Text;   # empty if it is not
}

struct Bound {
  binding @0 :Binding;
  service @1 :Service;
}

struct Entry {
  path @0 :Text;
  cell @1 :Data;
  name @2 :Text;
  description @3 :Text;
}

interface Host {
  # What the process of a service exports. The node alone calls it.

  call @0 (call :HostCall) -> (response :Response);
}

struct HostCall {
  caller @0 :Data;    # the cell that calls, as the node has authenticated it
  path @1 :Text;
  method @2 :Text;
  payload @3 :Data;
  effect @4 :Text;
  callId @5 :Data;
}

struct Response {
  output @0 :Data;
  proof @1 :Data;     # empty if the service proves nothing
}

interface Service {
  # A live reference, good for the epoch it was resolved in.

  invoke @0 (call :Call) -> (job :Job);

  save @1 () -> (ref :SturdyRef);

  handOff @2 (recipient :Data, expiry :UInt64) -> (certificate :Data);
  # For one cell, up to and with an epoch.
}

struct Call {
  method @0 :Text;
  payload @1 :Data;
  effect @2 :Text;
  idempotent @3 :Bool;
  id @4 :Data;          # 16 random bytes of the caller, which a proof of the response is bound to
}

interface Job {
  result @0 () -> (response :Response, callId :Data);
}

struct SturdyRef {
  instance @0 :Data;
  cell @1 :Data;
  swiss @2 :Data;     # whoever knows it may ask to restore
}

interface Attachment {
  # Detaches when it is dropped.

  ping @0 ();
}
