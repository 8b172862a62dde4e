//! How much the class leaves may hold in all.
//!
//! A leaf repeats every predicate its class can reach. Without a bound a small artifact with many classes that all
//! reach many predicates would make its policy root cost the product of the two.

use crate::artifact::Artifact;
use crate::error::DecodeError;
use crate::reach::{Reach, gateway_of};
use crate::wire::{Record, Writer};

/// The leaves may hold this many bytes whatever the artifact's size: some ten thousand classes over large programs.
const SLACK: u64 = 64 << 20;

/// And this many times the bytes of classes, predicates, relations and gateways.
const FACTOR: u64 = 64;

pub(super) fn validate(artifact: &Artifact) -> Result<(), DecodeError> {
    let predicates: Vec<u64> = artifact.predicates.iter().map(size).collect();
    let relations: Vec<u64> = artifact.relations.iter().map(size).collect();
    let classes: u64 = artifact.classes.iter().map(size).sum();
    let gateways: u64 = artifact.gateways.iter().map(size).sum();
    let parts = classes + gateways + predicates.iter().sum::<u64>() + relations.iter().sum::<u64>();
    let most = SLACK + FACTOR * parts;

    let mut found = classes;
    let mut reach = Reach::new(artifact);
    let size_of = |sizes: &[u64], numbers: &[u32]| -> u64 {
        numbers.iter().filter_map(|number| sizes.get(*number as usize)).sum()
    };
    for class in &artifact.classes {
        let reached = reach.of(class);
        found += size_of(&predicates, &reached.predicates) + size_of(&relations, &reached.relations);
        found += gateway_of(artifact, class).map_or(0, size);
        if found > most {
            return Err(DecodeError::TooLarge { what: "bytes of class leaves", found, most });
        }
    }
    Ok(())
}

fn size<T: Record>(record: &T) -> u64 {
    let mut out = Writer::default();
    record.write(&mut out);
    out.finish().len() as u64
}
