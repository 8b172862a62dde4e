//! The bytes of a proof, read and written. Reading is lenient; that writing gives the same bytes again is the check.

use super::Shape;
use super::field::{Base, Cubic, MODULUS};
use super::transcript::Digest;

/// All that is in a proof beside what the shape says.
#[derive(Clone, Debug)]
pub struct Proof {
    /// How many distinct positions are opened.
    pub queries: u8,
    /// Roots of the segments, the quotient and the layers; the digest of the remainder.
    pub roots: Vec<Digest>,
    /// Rows opened in each segment and in the quotient.
    pub rows: Vec<Opened>,
    /// Values of all columns of the trace at the point out of the domain, and at the next.
    pub trace: [Vec<Cubic>; 2],
    /// Values of the quotient's columns at the same points.
    pub quotient: [Vec<Cubic>; 2],
    /// Leaves opened in each layer of the low-degree proof.
    pub layers: Vec<Opened>,
    /// The last polynomial, highest coefficient first.
    pub remainder: Vec<Cubic>,
    /// The nonce of the proof of work.
    pub nonce: u64,
}

/// Leaves of one tree, as base field elements, and the digests that lead to the root.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The leaves.
    pub leaves: Vec<Vec<Base>>,
    /// The height of the tree.
    pub depth: u8,
    /// The digests, a vector for each pair of leaves with an opened one.
    pub vectors: Vec<Vec<Digest>>,
}

/// Values of the extension as base field elements.
pub fn flat(values: &[Cubic]) -> Vec<Base> {
    values.iter().flat_map(|value| value.0).collect()
}

/// The reverse of [`flat`].
pub fn cubics(elements: &[Base]) -> Vec<Cubic> {
    elements.chunks_exact(3).map(|three| Cubic([three[0], three[1], three[2]])).collect()
}

impl Proof {
    /// The proof in these bytes, if they are its only form.
    pub fn read(bytes: &[u8], shape: &Shape) -> Option<Proof> {
        let mut reader = Reader(bytes.strip_prefix(&head(shape)[..])?);
        let proof = reader.proof(shape)?;
        (reader.0.is_empty() && proof.write(shape) == bytes).then_some(proof)
    }

    /// The bytes.
    pub fn write(&self, shape: &Shape) -> Vec<u8> {
        let mut bytes = head(shape);
        bytes.push(self.queries);
        put_u16(&mut bytes, self.roots.len() * 32);
        bytes.extend(self.roots.concat());
        for opened in &self.rows {
            let values = opened.values();
            put_length(&mut bytes, values.len());
            bytes.extend(values);
            let opening = opened.opening();
            put_length(&mut bytes, opening.len());
            bytes.extend(opening);
        }
        for frame in [&self.trace, &self.quotient] {
            let values = frame.concat();
            put_u16(&mut bytes, 1 + values.len() * 24);
            bytes.push(2);
            put_elements(&mut bytes, flat(&values));
        }
        bytes.push(self.layers.len() as u8);
        for opened in &self.layers {
            for part in [opened.values(), opened.opening()] {
                bytes.extend((part.len() as u32).to_le_bytes());
                bytes.extend(part);
            }
        }
        put_u16(&mut bytes, self.remainder.len() * 24);
        put_elements(&mut bytes, flat(&self.remainder));
        bytes.push(0);
        bytes.extend(self.nonce.to_le_bytes());
        bytes
    }
}

impl Opened {
    fn values(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.leaves.iter().for_each(|leaf| put_elements(&mut bytes, leaf.iter().copied()));
        bytes
    }

    fn opening(&self) -> Vec<u8> {
        let mut bytes = vec![self.depth];
        put_length(&mut bytes, self.vectors.len());
        for vector in &self.vectors {
            put_length(&mut bytes, vector.len());
            bytes.extend(vector.concat());
        }
        bytes
    }
}

/// What every proof of a statement begins with.
fn head(shape: &Shape) -> Vec<u8> {
    let options = &shape.options;
    let mut bytes =
        vec![shape.main_width as u8, shape.aux_width as u8, shape.randoms as u8, shape.log2_rows as u8];
    // No metadata; the modulus.
    bytes.extend([0, 0, 8]);
    bytes.extend(MODULUS.to_le_bytes());
    // Cubic extension, linear batching twice, one partition of rate 1.
    bytes.extend([
        options.queries as u8,
        options.blowup as u8,
        options.grinding as u8,
        3,
        options.folding as u8,
    ]);
    bytes.extend([options.remainder_degree as u8, 0, 0, 1, 1]);
    put_length(&mut bytes, shape.transitions + shape.assertions);
    bytes
}

fn put_u16(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend((number as u16).to_le_bytes());
}

/// A length in the fewest bytes: below a one that ends the number of further bytes in zeros, seven bits a byte.
fn put_length(bytes: &mut Vec<u8>, length: usize) {
    let size = (1..8).find(|size| length >> (7 * size) == 0).unwrap();
    bytes.extend(&((length << 1 | 1) << (size - 1)).to_le_bytes()[..size]);
}

fn put_elements(bytes: &mut Vec<u8>, elements: impl IntoIterator<Item = Base>) {
    bytes.extend(elements.into_iter().flat_map(|element| element.0.to_le_bytes()));
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    /// A little-endian number of `size` bytes.
    fn number(&mut self, size: usize) -> Option<usize> {
        Some(self.take(size)?.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    fn length(&mut self) -> Option<usize> {
        let size = self.0.first()?.trailing_zeros() as usize + 1;
        if size > 7 { None } else { Some(self.number(size)? >> size) }
    }

    /// All elements in so many bytes; what is left of a byte string that is no multiple of eight is lost.
    fn elements(&mut self, bytes: usize) -> Option<Vec<Base>> {
        let elements = self.take(bytes)?.chunks_exact(8);
        Some(elements.map(|element| Base::new(u64::from_le_bytes(element.try_into().unwrap()))).collect())
    }

    fn digests(&mut self, bytes: usize) -> Option<Vec<Digest>> {
        Some(self.take(bytes)?.chunks_exact(32).map(|digest| digest.try_into().unwrap()).collect())
    }

    fn opened(&mut self, width: usize, length: impl Fn(&mut Self) -> Option<usize>) -> Option<Opened> {
        let bytes = length(self)?;
        let leaves = self.elements(bytes)?.chunks(width).map(<[Base]>::to_vec).collect();
        let bytes = length(self)?;
        let mut opening = Reader(self.take(bytes)?);
        let (depth, count) = (opening.byte()?, opening.length()?);
        let mut vectors = Vec::new();
        for _ in 0..count {
            let digests = opening.length()?;
            vectors.push(opening.digests(digests.checked_mul(32)?)?);
        }
        Some(Opened { leaves, depth, vectors })
    }

    fn frame(&mut self, width: usize) -> Option<[Vec<Cubic>; 2]> {
        let bytes = self.number(2)?;
        self.byte()?;
        let mut now = cubics(&self.elements(bytes.checked_sub(1)?)?);
        (now.len() == 2 * width).then(|| {
            let next = now.split_off(width);
            [now, next]
        })
    }

    fn proof(&mut self, shape: &Shape) -> Option<Proof> {
        let queries = self.byte()?;
        let bytes = self.number(2)?;
        let roots = self.digests(bytes)?;
        let mut rows = Vec::new();
        for width in shape.leaf_widths() {
            rows.push(self.opened(width, Self::length)?);
        }
        let trace = self.frame(shape.main_width + shape.aux_width)?;
        let quotient = self.frame(shape.quotient_columns)?;
        let mut layers = Vec::new();
        for _ in 0..self.byte()? {
            layers.push(self.opened(3 * shape.options.folding, |reader| reader.number(4))?);
        }
        let bytes = self.number(2)?;
        let remainder = cubics(&self.elements(bytes)?);
        // The number of partitions: written as zero again.
        self.byte()?;
        Some(Proof {
            queries,
            roots,
            rows,
            trace,
            quotient,
            layers,
            remainder,
            nonce: self.number(8)? as u64,
        })
    }
}
