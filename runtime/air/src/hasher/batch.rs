//! Digests of many inputs of one length, as many at a time as the processor's vectors hold.
//!
//! BLAKE3 hashes the chunks of one long input side by side; rows of a proof are short, so here each lane is a row. The
//! digests are the same. This interface of the library is for experts and may change, so its version is pinned.

use super::Digest;
use blake3::IncrementCounter;
use blake3::platform::{Platform, le_bytes_from_words_32, words_from_le_bytes_32};

/// SPEC: BLAKE3, section 2.2: the initial chaining value.
const START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
/// SPEC: BLAKE3, table 3: flags of the first block of a chunk, of its last, and of the last of all.
const CHUNK_START: u8 = 1;
const CHUNK_END: u8 = 2;
const ROOT: u8 = 8;

const BLOCK: usize = blake3::BLOCK_LEN;

/// The digest of each input. They should be of one length, at least a block and at most a chunk of 1024 bytes; others
/// are hashed one by one.
pub fn hash_each(inputs: &[&[u8]]) -> Vec<Digest> {
    let length = inputs.first().map_or(0, |input| input.len());
    let batched = (BLOCK..=blake3::CHUNK_LEN).contains(&length);
    if !batched || inputs.iter().any(|input| input.len() != length) {
        return inputs.iter().map(|input| Digest::new(blake3::hash(input).into())).collect();
    }
    let platform = Platform::detect();
    let tail = length % BLOCK;
    let end = if tail == 0 { CHUNK_END | ROOT } else { 0 };
    let mut values = vec![0; inputs.len() * blake3::OUT_LEN];
    macro_rules! of_blocks {
        ($($blocks:literal)*) => {
            match length / BLOCK {
                $($blocks => whole_blocks::<{ $blocks * BLOCK }>(platform, inputs, end, &mut values),)*
                _ => {}
            }
        };
    }
    of_blocks!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
    let (values, _) = values.as_chunks::<{ blake3::OUT_LEN }>();
    let digests = values.iter().zip(inputs).map(|(value, input)| match tail {
        0 => *value,
        tail => with_tail(platform, value, input.get(length - tail..).unwrap_or_default()),
    });
    digests.map(Digest::new).collect()
}

/// The chaining values after the whole blocks of inputs.
fn whole_blocks<const N: usize>(platform: Platform, inputs: &[&[u8]], end: u8, values: &mut [u8]) {
    let inputs: Vec<&[u8; N]> = inputs.iter().filter_map(|input| input.first_chunk()).collect();
    platform.hash_many(&inputs, &START, 0, IncrementCounter::No, 0, CHUNK_START, end, values);
}

/// The digest after the last block of a chunk, which is not full.
fn with_tail(platform: Platform, value: &[u8; blake3::OUT_LEN], tail: &[u8]) -> [u8; blake3::OUT_LEN] {
    let mut words = words_from_le_bytes_32(value);
    let mut block = [0; BLOCK];
    block.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
    platform.compress_in_place(&mut words, &block, tail.len() as u8, 0, CHUNK_END | ROOT);
    le_bytes_from_words_32(&words)
}
