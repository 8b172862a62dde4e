//! One stream as a network of two for the library, with limits: messages are bounded before they are read, and a peer that
//! is silent, slow, or asks without taking its answers loses the connection.

use crate::envelope::Books;
use crate::failure::{Failure, Fault};
use crate::limits::Limits;
use capnp::Error;
use capnp::capability::Promise;
use capnp::message::{Builder, HeapAllocator, Reader};
use capnp::serialize::OwnedSegments;
use capnp_futures::serialize::{try_read_message, write_message};
use capnp_rpc::rpc_capnp::message;
use capnp_rpc::rpc_twoparty_capnp::Side;
use capnp_rpc::{Connection, IncomingMessage, OutgoingMessage, VatNetwork};
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::channel::oneshot;
use futures::future::{Either, Shared, select};
use futures::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt, FutureExt, StreamExt, TryFutureExt};
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::{Rc, Weak};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout, timeout_at};

/// How long the last words to a peer may take.
const FAREWELL: Duration = Duration::from_secs(5);

/// How many times the bytes that stop the reading end the connection.
const HOPELESS: usize = 4;

/// Whether whoever is at the other end has logged in.
#[derive(Debug, Default)]
pub(crate) struct Standing(Cell<bool>);

impl Standing {
    pub(crate) fn admitted() -> Standing {
        Standing(Cell::new(true))
    }

    pub(crate) fn admit(&self) {
        self.0.set(true);
    }
}

/// The network of one stream, as the library wants it.
pub(crate) struct Network<R> {
    /// What the library accepts, once.
    line: Option<Line<R>>,
    /// What it connects to.
    ends: Weak<Ends<R>>,
    driven: Shared<Promise<(), Error>>,
    side: Side,
}

/// What the library holds of the connection.
struct Line<R>(Rc<Ends<R>>);

/// Both ends of the stream, as long as the library holds them.
struct Ends<R> {
    state: Rc<State>,
    /// Away while a message is read.
    reader: Rc<Cell<Option<R>>>,
    queue: UnboundedSender<Item>,
    side: Side,
    /// Says by being dropped that the library has let go.
    _held: oneshot::Sender<()>,
}

/// What both directions know of each other.
struct State {
    limits: Limits,
    standing: Rc<Standing>,
    login_until: Instant,
    books: RefCell<Books>,
    /// When a message last came or went.
    active: Cell<Instant>,
    waiting: Cell<usize>,
    waiting_bytes: Cell<usize>,
    written: Notify,
    broken: RefCell<Option<Error>>,
    breaks: Notify,
}

enum Item {
    Message(Rc<Builder<HeapAllocator>>, oneshot::Sender<()>),
    Last(Result<(), Error>, oneshot::Sender<()>),
}

impl<R: AsyncBufRead + Unpin + 'static> Network<R> {
    pub(crate) fn new<W>(
        reader: R,
        writer: W,
        side: Side,
        limits: &Limits,
        standing: Rc<Standing>,
    ) -> Network<R>
    where
        W: AsyncWrite + Unpin + 'static,
    {
        let state = Rc::new(State {
            limits: *limits,
            standing,
            login_until: Instant::now() + limits.login_time,
            books: RefCell::default(),
            active: Cell::new(Instant::now()),
            waiting: Cell::new(0),
            waiting_bytes: Cell::new(0),
            written: Notify::new(),
            broken: RefCell::new(None),
            breaks: Notify::new(),
        });
        let (queue, items) = unbounded();
        let (held, released) = oneshot::channel();
        let ends = Rc::new(Ends {
            state: Rc::clone(&state),
            reader: Rc::new(Cell::new(Some(reader))),
            queue,
            side,
            _held: held,
        });
        // What is asked of a peer is told of its end by the reading side, so the end of writing waits for it.
        let driven = async move {
            let written = write(writer, items, &state).await;
            if let Err(error) = &written {
                state.break_off(error.clone());
            }
            let _ = released.await;
            written
        };
        let driven = Promise::from_future(driven).shared();
        Network { ends: Rc::downgrade(&ends), line: Some(Line(ends)), driven, side }
    }
}

impl<R: AsyncBufRead + Unpin + 'static> VatNetwork<Side> for Network<R> {
    fn connect(&mut self, to: Side) -> Option<Box<dyn Connection<Side>>> {
        let ends = self.ends.upgrade().filter(|_| to != self.side)?;
        Some(Box::new(Line(ends)))
    }

    fn accept(&mut self) -> Promise<Box<dyn Connection<Side>>, Error> {
        match self.line.take() {
            Some(line) => Promise::ok(Box::new(line)),
            None => Promise::from_future(futures::future::pending()),
        }
    }

    fn drive_until_shutdown(&mut self) -> Promise<(), Error> {
        Promise::from_future(self.driven.clone())
    }
}

impl<R: AsyncBufRead + Unpin + 'static> Connection<Side> for Line<R> {
    fn get_peer_vat_id(&self) -> Side {
        match self.0.side {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        }
    }

    fn new_outgoing_message(&mut self, first_segment_words: u32) -> Box<dyn OutgoingMessage> {
        let allocator = HeapAllocator::new().first_segment_words(first_segment_words);
        let (message, queue) = (Builder::new(allocator), self.0.queue.clone());
        Box::new(Outgoing { message, queue, state: Rc::clone(&self.0.state) })
    }

    fn receive_incoming_message(&mut self) -> Promise<Option<Box<dyn IncomingMessage>>, Error> {
        let (state, place) = (Rc::clone(&self.0.state), Rc::clone(&self.0.reader));
        let (Some(mut reader), side) = (place.take(), self.0.side) else {
            return Promise::err(Error::failed("a message is being read".to_owned()));
        };
        Promise::from_future(async move {
            let received = {
                let (read, broken) = (pin!(read(&mut reader, side, &state)), pin!(state.broken()));
                match select(read, broken).await {
                    Either::Left((received, _)) => received?,
                    Either::Right((error, _)) => return Err(error),
                }
            };
            place.set(Some(reader));
            Ok(received.map(|message| Box::new(Incoming(message)) as Box<dyn IncomingMessage>))
        })
    }

    fn shutdown(&mut self, result: capnp::Result<()>) -> Promise<(), Error> {
        let (done, over) = oneshot::channel();
        let _ = self.0.queue.unbounded_send(Item::Last(result, done));
        Promise::from_future(over.map(|_| Ok(())))
    }
}

impl State {
    fn admitted(&self) -> bool {
        self.standing.0.get()
    }

    fn break_off(&self, error: Error) {
        self.broken.borrow_mut().get_or_insert(error);
        self.breaks.notify_one();
    }

    /// Done when the other direction has failed.
    async fn broken(&self) -> Error {
        loop {
            let broken = self.broken.borrow().clone();
            match broken {
                Some(error) => return error,
                None => self.breaks.notified().await,
            }
        }
    }

    fn enqueued(&self, bytes: usize) {
        self.active.set(Instant::now());
        self.waiting.set(self.waiting.get() + 1);
        self.waiting_bytes.set(self.waiting_bytes.get() + bytes);
        // One message alone may be as large as it must.
        if self.waiting.get() > 1 && self.waiting_bytes.get() / HOPELESS > self.limits.queued_bytes {
            let error = Failure::failed(Fault::Overloaded, "the answers are not taken");
            self.break_off(error.to_capnp());
        }
    }

    fn dequeued(&self, bytes: usize) {
        self.waiting.set(self.waiting.get().saturating_sub(1));
        self.waiting_bytes.set(self.waiting_bytes.get().saturating_sub(bytes));
        self.written.notify_one();
    }
}

/// The next message of the peer, `None` at the end.
async fn read<R>(reader: &mut R, side: Side, state: &State) -> Result<Option<Reader<OwnedSegments>>, Error>
where
    R: AsyncBufRead + Unpin,
{
    // The client reads on, so that never both wait for the other to read.
    while side == Side::Server && state.waiting_bytes.get() > state.limits.queued_bytes {
        state.written.notified().await;
    }
    if !begins(reader, state).await? {
        return Ok(None);
    }
    let limits = &state.limits;
    let mut until = Instant::now() + limits.message_time;
    if !state.admitted() {
        until = until.min(state.login_until);
    }
    let frame = try_read_message(&mut *reader, limits.frame(state.admitted()));
    let frame = timeout_at(until, frame).await.map_err(|_| silent("a message took too long"))??;
    let Some(frame) = frame else { return Ok(None) };

    let envelope = Reader::new(frame.into_segments(), limits.envelope());
    state.books.borrow_mut().receive(envelope.get_root::<message::Reader<'_>>()?, limits)?;
    Ok(Some(Reader::new(envelope.into_segments(), limits.reader())))
}

/// Waits for the first byte of a message; false if there is none any more.
async fn begins<R: AsyncBufRead + Unpin>(reader: &mut R, state: &State) -> Result<bool, Error> {
    loop {
        let last = state.active.get();
        let until = if state.admitted() { last + state.limits.idle } else { state.login_until };
        if let Ok(bytes) = timeout_at(until, reader.fill_buf()).await {
            state.active.set(Instant::now());
            return Ok(!bytes?.is_empty());
        }
        if !state.admitted() {
            return Err(silent("nobody has logged in"));
        }
        if state.books.borrow().busy() {
            state.active.set(Instant::now());
        } else if state.active.get() == last && until == last + state.limits.idle {
            return Err(silent("the connection was idle"));
        }
    }
}

/// Writes what is queued until the last word, and says so whenever a message is out.
async fn write<W>(mut writer: W, mut items: UnboundedReceiver<Item>, state: &State) -> Result<(), Error>
where
    W: AsyncWrite + Unpin,
{
    let time = state.limits.message_time;
    let slow = |_| silent("a message was not taken");
    loop {
        // What is ready goes out together.
        let item = match items.next().now_or_never() {
            Some(item) => item,
            None => {
                timeout(time, writer.flush()).await.map_err(slow)??;
                items.next().await
            }
        };
        match item {
            Some(Item::Message(message, done)) => {
                timeout(time, write_message(&mut writer, &message)).await.map_err(slow)??;
                state.dequeued(bytes(&message));
                let _ = done.send(());
            }
            Some(Item::Last(result, done)) => {
                // Closing flushes.
                let _ = timeout(FAREWELL, writer.close()).await;
                let _ = done.send(());
                return result;
            }
            None => return Ok(()),
        }
    }
}

fn bytes(message: &Builder<HeapAllocator>) -> usize {
    8 * message.size_in_words()
}

fn silent(why: &str) -> Error {
    Error::disconnected(why.to_owned())
}

/// A message of the peer, checked.
struct Incoming(Reader<OwnedSegments>);

impl IncomingMessage for Incoming {
    fn get_body(&self) -> capnp::Result<capnp::any_pointer::Reader<'_>> {
        self.0.get_root()
    }
}

/// A message that is being written.
struct Outgoing {
    message: Builder<HeapAllocator>,
    queue: UnboundedSender<Item>,
    state: Rc<State>,
}

impl OutgoingMessage for Outgoing {
    fn get_body(&mut self) -> capnp::Result<capnp::any_pointer::Builder<'_>> {
        self.message.get_root()
    }

    fn get_body_as_reader(&self) -> capnp::Result<capnp::any_pointer::Reader<'_>> {
        self.message.get_root_as_reader()
    }

    fn send(self: Box<Self>) -> (Promise<(), Error>, Rc<Builder<HeapAllocator>>) {
        let Outgoing { message, queue, state } = *self;
        let counted = message.get_root_as_reader().and_then(|message| state.books.borrow_mut().send(message));
        if let Err(error) = counted {
            state.break_off(error);
        }
        let message = Rc::new(message);
        let (done, sent) = oneshot::channel();
        state.enqueued(bytes(&message));
        let _ = queue.unbounded_send(Item::Message(Rc::clone(&message), done));
        (Promise::from_future(sent.map_err(|_| silent("the connection is closed"))), message)
    }

    fn take(self: Box<Self>) -> Builder<HeapAllocator> {
        self.message
    }

    fn size_in_words(&self) -> usize {
        self.message.size_in_words()
    }
}
