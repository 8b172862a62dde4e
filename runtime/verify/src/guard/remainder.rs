//! The last polynomial of the low-degree proof is the one that was committed to.

use super::Shape;
use crate::Reject;
use dregg_air::hasher::Blake3;
use winter_air::FieldExtension;
use winter_air::proof::Proof;
use winter_crypto::{ElementHasher, Hasher};
use winter_math::FieldElement;
use winter_math::fields::f64::BaseElement;
use winter_math::fields::{CubeExtension, QuadExtension};

/// SOUNDNESS: winterfell absorbs the commitment into the transcript and then uses whatever polynomial the proof holds. A
/// prover may choose it after seeing the queries, and with as many coefficients as distinct positions any function passes
/// for one of low degree: false statements verify. This comparison is the whole remedy.
pub(super) fn is_committed(proof: &Proof, shape: &Shape) -> Result<(), Reject> {
    let digest = match shape.options.field_extension() {
        FieldExtension::None => digest::<BaseElement>(proof),
        FieldExtension::Quadratic => digest::<QuadExtension<BaseElement>>(proof),
        FieldExtension::Cubic => digest::<CubeExtension<BaseElement>>(proof),
    }?;
    let commitments = proof.commitments.clone().parse::<Blake3>(shape.segments(), shape.layers());
    let (_, _, layers) = commitments.map_err(|_| Reject::Commitments)?;
    if layers.last() == Some(&digest) { Ok(()) } else { Err(Reject::Remainder) }
}

fn digest<E>(proof: &Proof) -> Result<<Blake3 as Hasher>::Digest, Reject>
where
    E: FieldElement<BaseField = BaseElement>,
{
    let coefficients = proof.fri_proof.parse_remainder::<E>().map_err(|_| Reject::RemainderLength)?;
    Ok(Blake3::hash_elements(&coefficients))
}
