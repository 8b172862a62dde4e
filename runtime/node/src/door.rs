//! The first thing a connection gets: a greeting, and a session for the cell that logs in.

use crate::session::Session;
use crate::vat::{Vat, count};
use capnp::Error;
use dregg_rpc::dregg_capnp::door;
use dregg_rpc::failure::Failure;
use dregg_rpc::login::{Greeting, Login, LoginError, Transport};
use std::cell::Cell;
use std::rc::Rc;

/// The door of one connection.
pub struct Door {
    vat: Rc<Vat>,
    transport: Transport,
    greeting: Greeting,
    entered: Cell<bool>,
}

impl Door {
    /// A door for one connection.
    pub fn open(vat: &Rc<Vat>, transport: Transport) -> door::Client {
        let greeting = {
            let mut node = vat.node.borrow_mut();
            Greeting {
                instance: node.mesh().instance(),
                node: node.keys().cell(),
                proving_key: node.keys().proving_key(),
                challenge: node.random(),
            }
        };
        capnp_rpc::new_client(Door { vat: Rc::clone(vat), transport, greeting, entered: Cell::new(false) })
    }
}

impl door::Server for Door {
    async fn greet(
        self: Rc<Self>,
        _: door::GreetParams,
        mut results: door::GreetResults,
    ) -> Result<(), Error> {
        self.greeting.write(results.get().init_greeting());
        Ok(())
    }

    async fn enter(
        self: Rc<Self>,
        params: door::EnterParams,
        mut results: door::EnterResults,
    ) -> Result<(), Error> {
        let refused = |error: LoginError| Failure::refused(error.name()).to_capnp();
        if self.entered.replace(true) {
            return Err(refused(LoginError::Again));
        }
        let login = Login::read(params.get()?.get_login()?).map_err(refused)?;
        let cell = login.check(&self.greeting, &self.transport).map_err(refused)?;
        count(&self.vat.counts.logins);
        results.get().set_session(Session::open(&self.vat, cell));
        Ok(())
    }
}
