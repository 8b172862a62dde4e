//! The guard: honest proofs pass, and every way to misshape one is refused under its name; the reference verifier refuses
//! each too.

use dregg_air::options::proof_options;
use dregg_tests::proofs::sums::{self, Claim, SumsAir};
use dregg_tests::reference_verifier::{
    self, AirStatement, Base, Cubic, MODULUS, Opened, Proof, Statement, flat, verify,
};
use dregg_verify::Reject;
use dregg_verify::guard::{self, MAX_PROOF_BYTES, Shape};
use winter_utils::ByteWriter;

/// A proof, in bytes and in parts, and what it is a proof of.
struct Honest {
    claim: Claim,
    bytes: Vec<u8>,
    proof: Proof,
    shape: Shape,
    statement: AirStatement<SumsAir>,
    parts: reference_verifier::Shape,
}

fn honest() -> Honest {
    proved(1)
}

fn proved(seed: u64) -> Honest {
    let options = proof_options();
    let (bytes, claim) = sums::prove(9, seed, &options);
    let air = sums::statement(9, claim, &options);
    let shape = Shape::of(&air).unwrap();
    let statement = AirStatement::new(air, &claim);
    let parts = statement.shape();
    let proof = Proof::read(&bytes, &parts).unwrap();
    Honest { claim, bytes, proof, shape, statement, parts }
}

impl Honest {
    fn check(&self, bytes: &[u8]) -> Result<(), Reject> {
        guard::check::<SumsAir>(&self.shape, self.claim, bytes)
    }

    #[track_caller]
    fn refused(&self, bytes: &[u8], reject: Reject) {
        assert_eq!(self.check(bytes), Err(reject));
        assert!(verify(&self.statement, bytes).is_err());
    }

    /// A proof with a change is refused.
    #[track_caller]
    fn changed(&self, reject: Reject, change: impl FnOnce(&mut Proof)) {
        let mut proof = self.proof.clone();
        change(&mut proof);
        self.refused(&proof.write(&self.parts), reject);
    }

    /// Where a string of bytes stands that occurs once.
    fn find(&self, part: &[u8]) -> usize {
        let mut found = self.bytes.windows(part.len()).enumerate().filter(|(_, window)| *window == part);
        let (at, _) = found.next().unwrap();
        assert!(found.next().is_none());
        at
    }

    /// A proof with bytes replaced is refused.
    #[track_caller]
    fn replaced(&self, reject: Reject, at: usize, old: &[u8], new: &[u8]) {
        assert_eq!(&self.bytes[at..at + old.len()], old);
        self.refused(&[&self.bytes[..at], new, &self.bytes[at + old.len()..]].concat(), reject);
    }
}

/// winterfell's shortest form of a length, and forms in more bytes.
fn forms(length: usize) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut shortest = Vec::new();
    shortest.write_usize(length);
    let longer = (shortest.len() + 1..=8).map(|size| {
        let word = ((length as u64) << 1 | 1) << (size - 1);
        word.to_le_bytes()[..size].to_vec()
    });
    let longer = longer.chain([[&[0], &(length as u64).to_le_bytes()[..]].concat()]).collect();
    (shortest, longer)
}

#[test]
fn honest_proofs_pass_at_several_lengths() {
    let options = proof_options();
    for log2_rows in [9, 10] {
        let (bytes, claim) = sums::prove(log2_rows, 7, &options);
        assert_eq!(guard::log2_rows(&bytes), Ok(log2_rows));
        let air = sums::statement(log2_rows, claim, &options);
        let shape = Shape::of(&air).unwrap();
        assert_eq!(guard::check::<SumsAir>(&shape, claim, &bytes), Ok(()));
        assert_eq!(verify(&AirStatement::new(air, &claim), &bytes), Ok(()));
        let other = Shape { log2_rows: 19 - log2_rows, ..shape };
        assert_eq!(guard::check::<SumsAir>(&other, claim, &bytes), Err(Reject::TraceShape));
    }
}

#[test]
fn the_head_admits_nothing_else() {
    let honest = honest();
    // Metadata of the trace; moduli of other lengths; each parameter.
    honest.replaced(Reject::TraceShape, 4, &[0, 0], &[1, 0, 7]);
    honest.replaced(Reject::Field, 6, &[8], &[15]);
    honest.replaced(Reject::Field, 6, &[8], &[0]);
    for (at, other) in
        [(15, 0), (15, 61), (16, 3), (16, 16), (17, 33), (17, 11), (18, 2), (19, 32), (19, 4), (20, 255)]
    {
        honest.replaced(Reject::Options, at, &honest.bytes[at..=at], &[other]);
    }
    for (at, other) in [(21, 1), (22, 2), (23, 0), (23, 17), (24, 0), (24, 2)] {
        honest.replaced(Reject::Options, at, &honest.bytes[at..=at], &[other]);
    }
    // The number of constraints: another, and the same beyond 32 bits.
    let constraints = honest.shape.constraints as usize;
    honest.replaced(Reject::ConstraintCount, 25, &forms(constraints).0, &forms(constraints + 1).0);
    let wide = forms(constraints + (1 << 32)).0;
    honest.replaced(Reject::LengthForm, 25, &forms(constraints).0, &wide);
}

#[test]
fn lengths_have_one_form_wherever_they_stand() {
    let honest = honest();
    let constraints = forms(honest.shape.constraints as usize);
    let rows = honest.proof.rows[0].leaves.len() * 4 * 8;
    let values = flat_bytes(&honest.proof.rows[0].leaves.concat());
    let rows_at = honest.find(&values) - forms(rows).0.len();
    for (at, (shortest, longer)) in [(25, constraints), (rows_at, forms(rows))] {
        for form in longer {
            honest.replaced(Reject::LengthForm, at, &shortest, &form);
        }
    }
    // Lengths that no memory holds.
    for length in [1 << 28, 1 << 40, 1 << 62, usize::MAX] {
        honest.replaced(Reject::LengthForm, rows_at, &forms(rows).0, &forms(length).0);
    }
    honest.replaced(Reject::QueryRows, rows_at, &forms(rows).0, &forms((1 << 28) - 1).0);
    let opening_at = rows_at + forms(rows).0.len() + rows;
    let (shortest, depth_and_count) = (forms(length_at(&honest.bytes, opening_at)).0, 1);
    honest.replaced(Reject::Truncated, opening_at, &shortest, &forms((1 << 28) - 1).0);
    // The numbers of vectors and of digests in an opening.
    let count_at = opening_at + shortest.len() + depth_and_count;
    let count = honest.proof.rows[0].vectors.len();
    honest.replaced(Reject::LengthForm, count_at, &forms(count).0, &forms(1 << 62).0);
    let opening = length_at(&honest.bytes, opening_at);
    let longer =
        [forms(opening + 1).0, honest.bytes[count_at - 1..count_at - 1 + opening].to_vec(), vec![0]].concat();
    honest.replaced(Reject::Opening, opening_at, &honest.bytes[opening_at..count_at - 1 + opening], &longer);
    let first = honest.proof.rows[0].vectors[0].len();
    let first_at = count_at + forms(count).0.len();
    honest.replaced(Reject::LengthForm, first_at, &forms(first).0, &forms(1 << 62).0);
    honest.replaced(Reject::Opening, first_at, &forms(first).0, &forms(13).0);
}

fn flat_bytes(elements: &[Base]) -> Vec<u8> {
    elements.iter().flat_map(|element| element.0.to_le_bytes()).collect()
}

fn length_at(bytes: &[u8], at: usize) -> usize {
    let size = bytes[at].trailing_zeros() as usize + 1;
    bytes[at..at + size].iter().rev().fold(0, |word, byte| word << 8 | usize::from(*byte)) >> size
}

#[test]
fn elements_have_one_form_wherever_they_stand() {
    let honest = honest();
    let proof = &honest.proof;
    let leaves = proof.rows.iter().chain(&proof.layers).map(|opened| opened.leaves[1].clone());
    let told = [&proof.trace[0], &proof.quotient[1], &proof.remainder].map(|values| flat(values));
    for elements in leaves.chain(told) {
        let bytes = flat_bytes(&elements);
        honest.replaced(Reject::Element, honest.find(&bytes), &bytes[..8], &MODULUS.to_le_bytes());
    }
}

#[test]
fn numbers_of_rows_and_commitments_follow_from_the_statement() {
    let honest = honest();
    honest.changed(Reject::QueryCount, |proof| proof.queries = 0);
    honest.changed(Reject::QueryCount, |proof| proof.queries = 61);
    honest.changed(Reject::QueryCount, |proof| proof.queries = 255);
    honest.changed(Reject::QueryRows, |proof| proof.queries -= 1);
    honest.changed(Reject::Commitments, |proof| _ = proof.roots.pop());
    honest.changed(Reject::Commitments, |proof| proof.roots.push([0; 32]));
    honest.changed(Reject::Commitments, |proof| proof.roots.clear());
    for table in 0..3 {
        honest.changed(Reject::QueryRows, |proof| drop(proof.rows[table].leaves.pop()));
        honest.changed(Reject::QueryRows, |proof| proof.rows[table].leaves.clear());
        honest.changed(Reject::QueryRows, |proof| _ = proof.rows[table].leaves[0].pop());
        honest.changed(Reject::QueryRows, |proof| {
            let row = proof.rows[table].leaves[0].clone();
            proof.rows[table].leaves.push(row);
        });
    }
    // Fewer rows everywhere have a form; they are not the rows of the positions.
    honest.changed(Reject::Queries, |proof| {
        proof.queries -= 1;
        for rows in &mut proof.rows {
            rows.leaves.pop();
            rows.vectors.pop();
        }
    });
    // So do rows that no root vouches for, where two queries fell on one position and left room.
    let honest = (1..).map(proved).find(|honest| honest.proof.queries < 60).unwrap();
    honest.changed(Reject::Queries, |proof| {
        proof.queries += 1;
        proof.rows.iter_mut().for_each(|rows| rows.leaves.push(rows.leaves[0].clone()));
    });
}

#[test]
fn openings_hold_just_the_digests_needed() {
    let honest = honest();
    let parts: [fn(&mut Proof) -> &mut Opened; 4] = [
        |proof| &mut proof.rows[0],
        |proof| &mut proof.rows[1],
        |proof| &mut proof.rows[2],
        |proof| &mut proof.layers[0],
    ];
    for (place, part) in parts.into_iter().enumerate() {
        let late = if place == 3 { Reject::LowDegree } else { Reject::Queries };
        for depth in [0, 1, 11, 13, 64, 76, 255] {
            honest.changed(Reject::Opening, |proof| part(proof).depth = depth);
        }
        honest.changed(Reject::Opening, |proof| part(proof).vectors.clear());
        honest.changed(Reject::Opening, |proof| part(proof).vectors.resize(61, Vec::new()));
        honest.changed(Reject::Opening, |proof| part(proof).vectors[0].resize(13, [1; 32]));
        // From here on only the positions tell.
        honest.changed(late, |proof| part(proof).vectors[0].push([1; 32]));
        honest.changed(late, |proof| {
            let longest = part(proof).vectors.iter_mut().max_by_key(|vector| vector.len()).unwrap();
            longest.pop();
        });
        honest.changed(late, |proof| drop(part(proof).vectors.pop()));
        honest.changed(late, |proof| part(proof).leaves[0][0] = Base(5));
        honest.changed(late, |proof| part(proof).leaves.swap(0, 1));
    }
}

#[test]
fn values_out_of_the_domain_have_one_size() {
    let honest = honest();
    honest.changed(Reject::OutOfDomain, |proof| _ = proof.trace[0].pop());
    honest.changed(Reject::OutOfDomain, |proof| proof.trace[1].push(Cubic::ONE));
    honest.changed(Reject::OutOfDomain, |proof| proof.quotient[0].clear());
    honest.changed(Reject::OutOfDomain, |proof| proof.quotient[1].push(Cubic::ONE));
    honest.changed(Reject::Constraints, |proof| proof.trace[1][0] = Cubic::ONE);
    honest.changed(Reject::Constraints, |proof| proof.quotient[0][1] = Cubic::ONE);
    // At the next point the quotient is bound by the transcript only.
    honest.changed(Reject::Grinding, |proof| proof.quotient[1][1] = Cubic::ONE);
    let frame = flat_bytes(&flat(&honest.proof.trace[0]));
    let label = honest.find(&frame) - 1;
    for other in [0, 1, 3, 255] {
        honest.replaced(Reject::OutOfDomain, label, &[2], &[other]);
    }
}

#[test]
fn the_low_degree_proof_has_one_size() {
    let honest = honest();
    honest.changed(Reject::Layers, |proof| drop(proof.layers.pop()));
    honest.changed(Reject::Layers, |proof| proof.layers.clear());
    honest.changed(Reject::Layers, |proof| proof.layers.push(proof.layers[0].clone()));
    honest.changed(Reject::Layers, |proof| proof.layers[1].leaves.clear());
    honest.changed(Reject::Layers, |proof| proof.layers[0].leaves[0].push(Base(1)));
    honest.changed(Reject::Layers, |proof| proof.layers[0].leaves.resize(61, vec![Base(1); 24]));
    honest.changed(Reject::LowDegree, |proof| drop(proof.layers[0].leaves.pop()));
    honest.changed(Reject::LowDegree, |proof| {
        let leaves = &mut proof.layers[1].leaves;
        leaves.push(leaves[0].clone());
    });
    honest.changed(Reject::RemainderLength, |proof| _ = proof.remainder.pop());
    honest.changed(Reject::RemainderLength, |proof| proof.remainder.push(Cubic::ZERO));
    honest.changed(Reject::RemainderLength, |proof| proof.remainder.clear());
    honest.changed(Reject::RemainderLength, |proof| proof.remainder.resize(256, Cubic::ZERO));
    honest.changed(Reject::Remainder, |proof| proof.remainder[0] = Cubic::ONE);
    honest.changed(Reject::Remainder, |proof| proof.remainder.reverse());
    let partitions = honest.bytes.len() - 9;
    for other in [1, 2, 63, 64, 255] {
        honest.replaced(Reject::Partitions, partitions, &[0], &[other]);
    }
}

#[test]
fn the_work_is_done_after_everything_is_said() {
    let honest = honest();
    honest.changed(Reject::Grinding, |proof| proof.nonce += 1);
    honest.changed(Reject::Grinding, |proof| proof.nonce = 0);
    honest.changed(Reject::Grinding, |proof| proof.nonce = u64::MAX);
}

#[test]
fn a_proof_ends_where_it_ends() {
    let honest = honest();
    honest.refused(&[&honest.bytes[..], &[0]].concat(), Reject::TrailingBytes);
    honest.refused(&[&honest.bytes[..], &honest.bytes].concat(), Reject::TrailingBytes);
    let mut long = honest.bytes.clone();
    long.resize(MAX_PROOF_BYTES, 0);
    honest.refused(&long, Reject::TrailingBytes);
    long.push(0);
    honest.refused(&long, Reject::TooLong);
    for length in 0..honest.bytes.len() {
        let reject = honest.check(&honest.bytes[..length]).unwrap_err();
        assert!([Reject::Truncated, Reject::Opening].contains(&reject), "{length}: {reject}");
    }
}
