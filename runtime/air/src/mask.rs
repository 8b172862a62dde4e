//! Leaving a constraint out, to see that some forgery then passes.
//!
//! Every statement that counts has the mask [`Whole`]; the others exist for the tests of the constraints.

use crate::tuple::Tag;
use std::fmt::Debug;

/// What is left out of an AIR.
pub trait Mask: Clone + Copy + Debug + Send + Sync + 'static {
    /// Whether the transition constraint of this number is.
    fn transition(index: usize) -> bool;
    /// Whether the assertion of this number is.
    fn assertion(index: usize) -> bool;
    /// Whether the statement leaves out its own tuples of this kind.
    fn public(tag: Tag) -> bool;
}

/// Nothing is left out.
#[derive(Clone, Copy, Debug)]
pub struct Whole;

impl Mask for Whole {
    #[inline(always)]
    fn transition(_index: usize) -> bool {
        false
    }

    #[inline(always)]
    fn assertion(_index: usize) -> bool {
        false
    }

    #[inline(always)]
    fn public(_tag: Tag) -> bool {
        false
    }
}
