//! What a peer may say in the protocol of the library, and who still owes whom an answer.
//!
//! INVARIANT: no promise of a capability enters or leaves: no `Resolve`, no `senderPromise`, no redirected results, no third
//! parties. One that resolves to itself would have the library borrow twice or turn for ever, and none of the interfaces
//! needs any: pipelining is on answers.
//!
//! INVARIANT: calls wait for each other in short rows only. The library polls, one within the other, all that a call waits
//! for: a row of 256 overflows the stack of a thread, which ends the process. Since no promise leaves, a call waits only on
//! an answer that it names, and the row is as long as [`Books`] says.
//!
//! SPEC: <https://capnproto.org/rpc.html>, and `rpc.capnp` there.

use crate::failure::{Failure, Fault};
use crate::limits::Limits;
use capnp::Error;
use capnp_rpc::rpc_capnp::{
    call, cap_descriptor, message, message_target, payload, promised_answer, return_,
};
use std::collections::{BTreeMap, BTreeSet};

/// How long a way through an answer may be; the schema's are of one step.
const STEPS: u32 = 8;

/// The calls of both sides that are not over.
#[derive(Debug, Default)]
pub(crate) struct Books {
    received: BTreeMap<u32, Received>,
    asked: BTreeSet<u32>,
}

/// A call of the peer. It stays until it is both answered and finished.
#[derive(Clone, Copy, Debug, Default)]
struct Received {
    /// How many unanswered calls it waits for in a row.
    depth: u16,
    returned: bool,
    finished: bool,
}

impl Books {
    /// Whether an answer is awaited on either side.
    pub(crate) fn busy(&self) -> bool {
        !self.asked.is_empty() || self.received.values().any(|call| !call.returned)
    }

    /// Checks and counts a message of the peer.
    pub(crate) fn receive(&mut self, message: message::Reader<'_>, limits: &Limits) -> Result<(), Error> {
        match message.which() {
            Ok(message::Bootstrap(bootstrap)) => self.open(bootstrap?.get_question_id(), 0, limits),
            Ok(message::Call(call)) => {
                let call = call?;
                let depth = self.depth(call, limits)?;
                check_payload(call.get_params()?, limits)?;
                self.open(call.get_question_id(), depth, limits)
            }
            Ok(message::Return(answer)) => {
                let answer = answer?;
                match answer.which()? {
                    return_::Results(results) => check_payload(results?, limits)?,
                    return_::Exception(_) | return_::Canceled(()) => {}
                    return_::ResultsSentElsewhere(())
                    | return_::TakeFromOtherQuestion(_)
                    | return_::AcceptFromThirdParty(_) => return Err(foreign("a redirected answer")),
                }
                self.asked.remove(&answer.get_answer_id());
                Ok(())
            }
            Ok(message::Finish(finish)) => {
                self.settle(finish?.get_question_id(), |call| call.finished = true);
                Ok(())
            }
            Ok(message::Release(_) | message::Abort(_) | message::Unimplemented(_)) => Ok(()),
            Ok(message::Resolve(_) | message::Disembargo(_)) => Err(foreign("a promise")),
            Ok(
                message::Provide(_)
                | message::Accept(_)
                | message::Join(_)
                | message::ObsoleteSave(_)
                | message::ObsoleteDelete(_),
            ) => Err(foreign("a third party")),
            Err(_) => Err(foreign("a message unknown here")),
        }
    }

    /// Counts a message to the peer.
    pub(crate) fn send(&mut self, message: message::Reader<'_>) -> Result<(), Error> {
        match message.which()? {
            message::Bootstrap(bootstrap) => _ = self.asked.insert(bootstrap?.get_question_id()),
            message::Call(call) => {
                let call = call?;
                check_capabilities(call.get_params()?)?;
                self.asked.insert(call.get_question_id());
            }
            message::Finish(finish) => _ = self.asked.remove(&finish?.get_question_id()),
            message::Return(answer) => {
                let answer = answer?;
                if let return_::Results(results) = answer.which()? {
                    check_capabilities(results?)?;
                }
                let over = answer.get_no_finish_needed();
                self.settle(answer.get_answer_id(), |call| {
                    call.returned = true;
                    call.finished |= over;
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, id: u32, depth: u16, limits: &Limits) -> Result<(), Error> {
        if self.received.len() >= limits.questions {
            let detail = format!("{} calls are unfinished, and no more may be", self.received.len());
            return Err(Failure::failed(Fault::Overloaded, detail).to_capnp());
        }
        match self.received.insert(id, Received { depth, ..Received::default() }) {
            Some(_) => Err(Error::failed("the number of a call is in use".to_owned())),
            None => Ok(()),
        }
    }

    fn settle(&mut self, id: u32, change: impl FnOnce(&mut Received)) {
        if let Some(call) = self.received.get_mut(&id) {
            change(call);
            if call.returned && call.finished {
                self.received.remove(&id);
            }
        }
    }

    /// How deep a call is in promises. The library polls one within the other, so this is depth of the stack.
    fn depth(&self, call: call::Reader<'_>, limits: &Limits) -> Result<u16, Error> {
        match call.get_send_results_to().which()? {
            call::send_results_to::Caller(()) => {}
            call::send_results_to::Yourself(()) | call::send_results_to::ThirdParty(_) => {
                return Err(foreign("a redirected answer"));
            }
        }
        let answer = match call.get_target()?.which()? {
            message_target::ImportedCap(_) => return Ok(0),
            message_target::PromisedAnswer(answer) => answer?,
        };
        check_steps(answer)?;
        match self.received.get(&answer.get_question_id()) {
            Some(awaited) if !awaited.returned && awaited.depth >= limits.depth => {
                Err(Error::failed("too many calls wait for each other".to_owned()))
            }
            Some(awaited) if !awaited.returned => Ok(awaited.depth + 1),
            Some(_) | None => Ok(0),
        }
    }
}

fn check_steps(answer: promised_answer::Reader<'_>) -> Result<(), Error> {
    let steps = answer.get_transform()?.len();
    if steps > STEPS { Err(Error::failed("a long way through an answer".to_owned())) } else { Ok(()) }
}

fn check_payload(payload: payload::Reader<'_>, limits: &Limits) -> Result<(), Error> {
    let table = payload.get_cap_table()?;
    if table.len() > limits.capabilities {
        return Err(Error::failed(format!("{} capabilities in a message", table.len())));
    }
    check_capabilities(payload)
}

fn check_capabilities(payload: payload::Reader<'_>) -> Result<(), Error> {
    payload.get_cap_table()?.iter().try_for_each(|descriptor| match descriptor.which()? {
        cap_descriptor::None(()) | cap_descriptor::SenderHosted(_) | cap_descriptor::ReceiverHosted(_) => {
            Ok(())
        }
        cap_descriptor::SenderPromise(_) | cap_descriptor::ReceiverAnswer(_) => Err(foreign("a promise")),
        cap_descriptor::ThirdPartyHosted(_) => Err(foreign("a third party")),
    })
}

/// Something of the library's protocol that is none of this one.
fn foreign(what: &str) -> Error {
    Error::failed(format!("{what} is not spoken here"))
}
