//! What is computed: a score for each label, and the label of the highest.
//!
//! Not here: the same as constraints (`air`).

use serde::{Deserialize, Serialize};

/// The longest payload, in bytes: one row of the longest trace for each, and the last row for the sums.
pub const MAX_PAYLOAD: usize = 1023;

/// Longer than the JSON of any answer.
const MAX_OUTPUT: usize = 256;

/// What a payload looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// Mostly lower-case letters.
    Text,
    /// Mostly capitals.
    Shouting,
    /// Mostly digits and punctuation.
    Figures,
    /// Control characters and bytes beyond ASCII.
    Binary,
}

/// All labels, in the order of scores and columns.
pub const LABELS: [Label; 4] = [Label::Text, Label::Shouting, Label::Figures, Label::Binary];

/// For each label the weight of a byte by its three highest bits: controls, space with digits and punctuation, capitals,
/// small letters, then the four quarters above ASCII.
pub(crate) const WEIGHTS: [[i8; 8]; LABELS.len()] = [
    [0, 1, 1, 4, 1, 1, 1, -2],
    [0, 0, 5, -1, 0, 0, 0, -2],
    [0, 3, -1, -1, -2, -2, -2, -2],
    [6, -1, -1, -2, 3, 3, 3, 4],
];

/// The scores of the labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scores {
    /// Of [`Label::Text`].
    pub text: i32,
    /// Of [`Label::Shouting`].
    pub shouting: i32,
    /// Of [`Label::Figures`].
    pub figures: i32,
    /// Of [`Label::Binary`].
    pub binary: i32,
}

impl Scores {
    /// The sums of the weights of all bytes.
    pub(crate) fn of(payload: &[u8]) -> Scores {
        let mut sums = [0i32; LABELS.len()];
        for byte in payload {
            for (sum, weight) in sums.iter_mut().zip(weights(*byte)) {
                *sum = sum.saturating_add(weight);
            }
        }
        let [text, shouting, figures, binary] = sums;
        Scores { text, shouting, figures, binary }
    }

    /// In the order of [`LABELS`].
    pub(crate) fn in_order(&self) -> [i32; LABELS.len()] {
        [self.text, self.shouting, self.figures, self.binary]
    }

    /// The label with the highest score; the first of several.
    pub(crate) fn highest(&self) -> Label {
        let mut best = (self.text, Label::Text);
        for (score, label) in self.in_order().into_iter().zip(LABELS) {
            if score > best.0 {
                best = (score, label);
            }
        }
        best.1
    }
}

/// The weights of a byte, in the order of [`LABELS`].
pub(crate) fn weights(byte: u8) -> [i32; LABELS.len()] {
    WEIGHTS.map(|row| row.get(usize::from(byte >> 5)).copied().map_or(0, i32::from))
}

/// What the service answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The label with the highest score.
    pub label: Label,
    /// All scores.
    pub scores: Scores,
}

impl Answer {
    /// The answer to a payload.
    pub fn to(payload: &[u8]) -> Answer {
        let scores = Scores::of(payload);
        Answer { label: scores.highest(), scores }
    }

    /// Its one form as JSON.
    pub fn to_json(&self) -> Vec<u8> {
        // Two structures of numbers and names: it cannot fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads the one form of an answer whose label is that of the highest score. `None` for all else.
    pub fn from_json(output: &[u8]) -> Option<Answer> {
        if output.len() > MAX_OUTPUT {
            return None;
        }
        let answer: Answer = serde_json::from_slice(output).ok()?;
        (answer.to_json() == output && answer.label == answer.scores.highest()).then_some(answer)
    }
}
