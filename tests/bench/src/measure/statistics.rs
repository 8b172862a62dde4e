//! Medians and quartiles.

use std::fmt;

/// The middle half of some figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The lower quartile.
    pub low: f64,
    /// The median.
    pub median: f64,
    /// The upper quartile.
    pub high: f64,
}

/// Median and quartiles of some figures; zeros for none.
pub fn spread(figures: impl IntoIterator<Item = f64>) -> Spread {
    let mut sorted: Vec<f64> = figures.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * sorted.len().saturating_sub(1) as f64;
        let (low, high) = (sorted.get(place.floor() as usize), sorted.get(place.ceil() as usize));
        low.zip(high).map_or(0.0, |(low, high)| low + (high - low) * place.fract())
    };
    Spread { low: at(0.25), median: at(0.5), high: at(0.75) }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = match self.median {
            small if small < 1.0 => 3,
            small if small < 20.0 => 2,
            small if small < 100.0 => 1,
            _ => 0,
        };
        write!(f, "{:.digits$} ({:.digits$}..{:.digits$})", self.median, self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::{Spread, spread};

    #[test]
    fn quartiles_lie_between_figures() {
        assert_eq!(spread([4.0, 1.0, 3.0, 2.0, 5.0]), Spread { low: 2.0, median: 3.0, high: 4.0 });
        assert_eq!(spread([2.0, 1.0]), Spread { low: 1.25, median: 1.5, high: 1.75 });
        assert_eq!(spread([]).median, 0.0);
    }
}
