//! Gateways and governance.

use super::Record;
use crate::error::DecodeError;
use crate::policy::{Delegation, Gateway, Governance};
use crate::wire::reader::Reader;
use crate::wire::writer::Writer;

/// Program, depth u32, max_routes u32.
impl Record for Delegation {
    const LEAST: usize = 21;

    fn write(&self, out: &mut Writer) {
        self.to.write(out);
        out.u32(self.depth);
        out.u32(self.max_routes);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Delegation { to: Record::read(input)?, depth: input.u32()?, max_routes: input.u32()? })
    }
}

/// Prefix, owner, optional delegation.
impl Record for Gateway {
    const LEAST: usize = 37;

    fn write(&self, out: &mut Writer) {
        self.prefix.write(out);
        self.owner.write(out);
        self.delegation.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Gateway {
            prefix: Record::read(input)?,
            owner: Record::read(input)?,
            delegation: Record::read(input)?,
        })
    }
}

/// Council, threshold u32, optional epoch blocks u64, writer of stakes.
impl Record for Governance {
    const LEAST: usize = 10;

    fn write(&self, out: &mut Writer) {
        self.council.write(out);
        out.u32(self.threshold);
        self.epoch_blocks.write(out);
        self.stakes.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Governance {
            council: Record::read(input)?,
            threshold: input.u32()?,
            epoch_blocks: Record::read(input)?,
            stakes: Record::read(input)?,
        })
    }
}
