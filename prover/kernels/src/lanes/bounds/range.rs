//! Intervals of integers.

/// From the first to the second, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) low: i128,
    pub(crate) high: i128,
}

impl Range {
    pub(crate) fn new(low: i128, high: i128) -> Self {
        assert!(low <= high);
        Self { low, high }
    }

    /// As far below zero as above.
    pub(crate) fn around(most: i128) -> Self {
        Self::new(-most, most)
    }

    pub(crate) fn abs(&self) -> i128 {
        self.high.max(-self.low)
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        Self::new(self.low + other.low, self.high + other.high)
    }

    pub(crate) fn minus(&self, other: &Self) -> Self {
        self.plus(&other.negated())
    }

    pub(crate) fn negated(&self) -> Self {
        Self::new(-self.high, -self.low)
    }

    pub(crate) fn hull(&self, other: &Self) -> Self {
        Self::new(self.low.min(other.low), self.high.max(other.high))
    }

    /// What is in both, if anything is.
    pub(crate) fn common(&self, other: &Self) -> Option<Self> {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        (low <= high).then_some(Self { low, high })
    }

    pub(crate) fn moved(&self, by: i128) -> Self {
        Self::new(self.low + by, self.high + by)
    }

    /// Times a number that is not negative.
    pub(crate) fn times(&self, by: i128) -> Self {
        Self::new(self.low * by, self.high * by)
    }

    /// Floors of the quotients.
    pub(crate) fn shifted(&self, bits: u32) -> Self {
        Self::new(self.low >> bits, self.high >> bits)
    }

    pub(crate) fn within(&self, other: &Self) -> bool {
        other.low <= self.low && self.high <= other.high
    }

    pub(crate) fn contains(&self, x: i128) -> bool {
        self.low <= x && x <= self.high
    }
}
