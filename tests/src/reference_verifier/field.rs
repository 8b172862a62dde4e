//! The Goldilocks field and its cubic extension, in the plainest way.

use std::iter::Sum;
use std::ops::{Add, Mul, Neg, Sub};

/// The modulus: 2^64 - 2^32 + 1.
pub const MODULUS: u64 = 0xffff_ffff_0000_0001;

/// An element of the base field; below [`MODULUS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Base(pub u64);

impl Base {
    /// Zero.
    pub const ZERO: Base = Base(0);
    /// One.
    pub const ONE: Base = Base(1);
    /// The shift of evaluation domains: a generator of the multiplicative group.
    pub const SHIFT: Base = Base(7);

    /// The element of a number, reduced.
    pub fn new(number: u64) -> Base {
        Base(number % MODULUS)
    }

    /// Square and multiply.
    pub fn power(self, exponent: u64) -> Base {
        let bits = (0..64).rev().map(|bit| exponent >> bit & 1 == 1);
        bits.fold(Base::ONE, |result, set| if set { result * result * self } else { result * result })
    }

    /// By Fermat. Zero gives zero.
    pub fn inverse(self) -> Base {
        self.power(MODULUS - 2)
    }

    /// The generator of the group of 2 to the power `log2` elements: a power of one of order 2^32, which is fixed so that 8
    /// generates the group of 64.
    pub fn root_of_unity(log2: u32) -> Base {
        Base(7_277_203_076_849_721_926).power(1 << (32 - log2))
    }
}

impl Add for Base {
    type Output = Base;

    fn add(self, other: Base) -> Base {
        Base(((u128::from(self.0) + u128::from(other.0)) % u128::from(MODULUS)) as u64)
    }
}

impl Neg for Base {
    type Output = Base;

    fn neg(self) -> Base {
        Base((MODULUS - self.0) % MODULUS)
    }
}

impl Sub for Base {
    type Output = Base;

    fn sub(self, other: Base) -> Base {
        self + -other
    }
}

impl Mul for Base {
    type Output = Base;

    fn mul(self, other: Base) -> Base {
        Base((u128::from(self.0) * u128::from(other.0) % u128::from(MODULUS)) as u64)
    }
}

/// An element of the cubic extension: a polynomial of degree at most 2 in t, where t^3 = t + 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cubic(pub [Base; 3]);

impl Cubic {
    /// Zero.
    pub const ZERO: Cubic = Cubic([Base::ZERO; 3]);
    /// One.
    pub const ONE: Cubic = Cubic([Base::ONE, Base::ZERO, Base::ZERO]);

    /// Square and multiply.
    pub fn power(self, exponent: u64) -> Cubic {
        let bits = (0..64).rev().map(|bit| exponent >> bit & 1 == 1);
        bits.fold(Cubic::ONE, |result, set| if set { result * result * self } else { result * result })
    }

    /// By Cramer's rule on the matrix of "multiply by this", whose columns are a, a t and a t^2. Zero gives zero.
    pub fn inverse(self) -> Cubic {
        let [a, b, c] = self.0;
        // The matrix is [a c b; b a+c b+c; c b a+c]; these are the cofactors of its first row.
        let (d, e) = (a + c, b + c);
        let cofactors = [d * d - e * b, c * e - b * d, b * b - c * d];
        let determinant = a * cofactors[0] + c * cofactors[1] + b * cofactors[2];
        Cubic(cofactors.map(|cofactor| cofactor * determinant.inverse()))
    }
}

impl From<Base> for Cubic {
    fn from(base: Base) -> Cubic {
        Cubic([base, Base::ZERO, Base::ZERO])
    }
}

impl Add for Cubic {
    type Output = Cubic;

    fn add(self, other: Cubic) -> Cubic {
        Cubic([self.0[0] + other.0[0], self.0[1] + other.0[1], self.0[2] + other.0[2]])
    }
}

impl Sub for Cubic {
    type Output = Cubic;

    fn sub(self, other: Cubic) -> Cubic {
        Cubic([self.0[0] - other.0[0], self.0[1] - other.0[1], self.0[2] - other.0[2]])
    }
}

impl Mul for Cubic {
    type Output = Cubic;

    fn mul(self, other: Cubic) -> Cubic {
        let mut product = [Base::ZERO; 5];
        for (i, a) in self.0.into_iter().enumerate() {
            for (j, b) in other.0.into_iter().enumerate() {
                product[i + j] = product[i + j] + a * b;
            }
        }
        // t^3 = t + 1 and t^4 = t^2 + t.
        let [a, b, c, d, e] = product;
        Cubic([a + d, b + d + e, c + e])
    }
}

impl Sum for Cubic {
    fn sum<I: Iterator<Item = Cubic>>(terms: I) -> Cubic {
        terms.fold(Cubic::ZERO, Cubic::add)
    }
}

/// The value at a point of the polynomial of lowest degree that has these values on a coset: `shift` times the powers of
/// the generator of as many elements, in order.
pub fn value_on_coset(values: &[Cubic], shift: Base, at: Cubic) -> Cubic {
    let size = values.len() as u64;
    let generator = Base::root_of_unity(size.ilog2());
    let points: Vec<Base> = (0..size).map(|power| shift * generator.power(power)).collect();
    if let Some(hit) = points.iter().position(|point| at == (*point).into()) {
        return values[hit];
    }
    // With c = shift^n the points are the roots of X^n - c, whose derivative at a root x is n c / x. Lagrange's formula:
    let constant = shift.power(size);
    let terms = values
        .iter()
        .zip(&points)
        .map(|(value, point)| *value * (*point).into() * (at - (*point).into()).inverse());
    let factor = (at.power(size) - constant.into()) * (Base::new(size) * constant).inverse().into();
    terms.sum::<Cubic>() * factor
}
