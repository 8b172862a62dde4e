//! The door of a node: the greeting, the challenge and one login a connection, so that a session is nobody's but its cell's.

use crate::dregg_capnp::{door, session};
use crate::failure::{Failure, Refused};
use crate::login::{Greeting, Login, LoginError, Transport};
use crate::network::Standing;
use capnp::Error;
use dregg_artifact::CellId;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// A door of one connection. `E` makes the session of the cell that has logged in.
pub(crate) struct Door<E> {
    greeting: Greeting,
    transport: Transport,
    enter: RefCell<Option<E>>,
    standing: Rc<Standing>,
}

impl<E> Door<E> {
    pub(crate) fn new(greeting: Greeting, transport: Transport, enter: E, standing: Rc<Standing>) -> Door<E> {
        Door { greeting, transport, enter: RefCell::new(Some(enter)), standing }
    }
}

impl<E> door::Server for Door<E>
where
    E: FnOnce(CellId) -> Result<session::Client, Failure> + 'static,
{
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
        let login = Login::read(params.get()?.get_login()?).map_err(Failure::from)?;
        // Whatever comes of it: a challenge is answered once.
        let enter = self.enter.borrow_mut().take().ok_or(Failure::from(LoginError::Again))?;
        let cell = login.check(&self.greeting, &self.transport).map_err(Failure::from)?;
        results.get().set_session(enter(cell)?);
        self.standing.admit();
        Ok(())
    }
}

impl From<LoginError> for Failure {
    fn from(error: LoginError) -> Failure {
        let detail = Map::from_iter([("detail".to_owned(), Value::from(error.to_string()))]);
        Failure::Refused(Refused { refused: error.name().to_owned(), detail })
    }
}
