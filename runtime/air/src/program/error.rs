//! Why a class has no program.

use std::fmt;

/// Why a request has no program. Nobody can prove it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramError {
    /// The class is a redirect: what is decided and proved is its target.
    Redirect,
    /// A rule needs a segment of the path, and the path is hidden.
    SegmentsHidden,
    /// The epoch or a constant is no integer of the language.
    IntTooLarge,
    /// The caller or a constant is no canonical cell.
    Cell,
    /// Two relations of the class, by their numbers, have the same element; so no fact of either can be told from one of
    /// the other.
    Collision(u32, u32),
    /// A relation of the class, by its number, has the element of the reserved facts about large sets.
    Reserved(u32),
    /// A rule has more than 255 variables, constants counted.
    Variables,
    /// The program has more than [`ATOMS`](super::ATOMS) atoms, or a goal whose number would reach those of predicates.
    TooLarge,
    /// The leaf is of no policy that was validated: it names what it does not hold, negates what is held, or calls goals
    /// in no order.
    Malformed,
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProgramError::Redirect => f.write_str("the class is a redirect; prove its target"),
            ProgramError::SegmentsHidden => f.write_str("the rules need a segment of the hidden path"),
            ProgramError::IntTooLarge => f.write_str("an integer is 2^56 or more"),
            ProgramError::Cell => f.write_str("a cell is not canonical"),
            ProgramError::Collision(one, other) => {
                write!(f, "relations {one} and {other} have the same element")
            }
            ProgramError::Reserved(relation) => {
                write!(f, "relation {relation} has the element of the reserved one")
            }
            ProgramError::Variables => f.write_str("a rule has more than 255 variables"),
            ProgramError::TooLarge => f.write_str("the program of the class is too large for a proof"),
            ProgramError::Malformed => f.write_str("the class leaf is of no valid policy"),
        }
    }
}

impl std::error::Error for ProgramError {}
