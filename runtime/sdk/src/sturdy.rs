//! References that are kept or handed on, and the way back from them to live ones.

use crate::binding::Binding;
use crate::clerk::AgentCipherclerk;
use crate::credentials::{bytes, hexadecimal};
use crate::error::Error;
use crate::evidence::{Showing, write};
use crate::inside::Inside;
use crate::reference::{Live, ServiceRef};
use dregg_artifact::{CellId, Permission};
use dregg_mesh::Witness;
use std::fmt;
use std::rc::Rc;
use std::str::FromStr;

/// A reference that is kept: `dregg://<federation>/<cell>/<swiss>`. Whoever knows it may ask; only its holder gets anything.
#[derive(Clone, PartialEq, Eq)]
pub struct SturdyRef {
    pub(crate) instance: [u8; 32],
    pub(crate) cell: CellId,
    pub(crate) swiss: [u8; 32],
}

impl fmt::Display for SturdyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dregg://{}/{}/{}", hexadecimal(&self.instance), self.cell, hexadecimal(&self.swiss))
    }
}

/// Without the swiss number, so that no log shows it.
impl fmt::Debug for SturdyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dregg://{}/{}/…", hexadecimal(&self.instance), self.cell)
    }
}

impl FromStr for SturdyRef {
    type Err = Error;

    fn from_str(text: &str) -> Result<SturdyRef, Error> {
        let wrong = || Error::Credential("a reference is dregg://FEDERATION/CELL/SWISS".to_owned());
        let parts: Vec<&str> = text.strip_prefix("dregg://").ok_or_else(wrong)?.split('/').collect();
        let [instance, cell, swiss] = parts.as_slice() else { return Err(wrong()) };
        Ok(SturdyRef { instance: bytes(instance)?, cell: CellId(bytes(cell)?), swiss: bytes(swiss)? })
    }
}

impl AgentCipherclerk {
    /// The live reference that a sturdy one leads to, if the policy still lets this cell.
    ///
    /// # Errors
    /// [`Error::Refused`] `UnknownReference`, [`Error::Denied`].
    pub async fn restore(&self, reference: &SturdyRef) -> Result<ServiceRef, Error> {
        self.take(Kept::Sturdy(reference.clone())).await
    }

    /// The live reference that another cell has handed to this one.
    ///
    /// # Errors
    /// [`Error::Refused`] `Certificate`, `OtherRecipient`, `Expired`, `Taken`; [`Error::Denied`].
    pub async fn accept(&self, certificate: &[u8]) -> Result<ServiceRef, Error> {
        self.take(Kept::Certificate(certificate.to_vec())).await
    }

    async fn take(&self, kept: Kept) -> Result<ServiceRef, Error> {
        let (link, showing) = (self.link().await?, self.showing);
        let held = link.clone();
        let (binding, number) = link
            .run(
                move |inside| async move { inside.timely(async || kept.reach(&inside, showing).await).await },
            )
            .await?;
        let (path, cell) = (binding.path.clone(), binding.cell);
        Ok(ServiceRef::new(self.clone(), path, Some(cell), vec![Live::new(held, binding, number)]))
    }
}

/// What leads to a live reference without its path.
enum Kept {
    Sturdy(SturdyRef),
    Certificate(Vec<u8>),
}

impl Kept {
    /// Where it leads is known to the node alone; if more is to be shown there, it says so.
    async fn reach(&self, inside: &Rc<Inside>, showing: Showing) -> Result<(Binding, u64), Error> {
        let denial = match self.take(inside, None).await {
            Err(Error::Denied(denial)) => denial,
            result => return result,
        };
        match inside.evidence(Permission::Invoke, &denial.path, showing).await? {
            None => Err(Error::Denied(denial)),
            witness => self.take(inside, witness.as_ref()).await,
        }
    }

    async fn take(&self, inside: &Rc<Inside>, witness: Option<&Witness>) -> Result<(Binding, u64), Error> {
        match self {
            Kept::Sturdy(reference) => {
                let mut request = inside.session.restore_request();
                write(witness, request.get().init_witness());
                let mut asked = request.get().init_ref();
                asked.set_instance(&reference.instance);
                asked.set_cell(&reference.cell.0);
                asked.set_swiss(&reference.swiss);
                let answer = request.send().promise.await?;
                let answer = answer.get()?;
                inside.keep_nonces(answer.get_nonces()?)?;
                let binding = Binding::read(answer.get_binding()?, &inside.instance, None)?;
                Ok((binding, inside.hold(answer.get_service()?)))
            }
            Kept::Certificate(certificate) => {
                let mut request = inside.session.hand_off_request();
                write(witness, request.get().init_witness());
                request.get().set_certificate(certificate);
                let answer = request.send().promise.await?;
                let answer = answer.get()?;
                inside.keep_nonces(answer.get_nonces()?)?;
                let binding = Binding::read(answer.get_binding()?, &inside.instance, None)?;
                Ok((binding, inside.hold(answer.get_service()?)))
            }
        }
    }
}
