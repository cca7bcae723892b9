//! Ranges of codes, each with what holds for its codes. What is set later stands over what was there.

use std::collections::BTreeMap;

/// Ranges that do not overlap: the last code and the value of each by its first code.
#[derive(Debug, Clone)]
pub(super) struct Ranges<V>(BTreeMap<u32, (u32, V)>);

impl<V> Default for Ranges<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V: Clone> Ranges<V> {
    /// Sets what holds for the codes from `low` to `high`.
    pub(super) fn set(&mut self, low: u32, high: u32, value: V) {
        if low > high {
            return;
        }
        let before = self.0.range_mut(..low).next_back().filter(|(_, (end, _))| *end >= low);
        if let Some((_, (end, value))) = before {
            let after = (*end, value.clone());
            *end = low - 1;
            if after.0 > high {
                self.0.insert(high + 1, after);
            }
        }
        // Each range that is taken away was set once.
        while let Some(start) = self.0.range(low..=high).next().map(|(start, _)| *start) {
            if let Some((end, value)) = self.0.remove(&start)
                && end > high
            {
                self.0.insert(high + 1, (end, value));
            }
        }
        self.0.insert(low, (high, value));
    }

    /// What holds for a code.
    pub(super) fn get(&self, code: u32) -> Option<&V> {
        let (_, (end, value)) = self.0.range(..=code).next_back()?;
        (*end >= code).then_some(value)
    }

    /// Number of ranges.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What holds for some codes, in the order of these.
    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.values().map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_set_last_holds(set in proptest::collection::vec((0..40u32, 0..40u32), 0..20)) {
            let mut ranges = Ranges::default();
            for (index, (low, high)) in set.iter().enumerate() {
                ranges.set(*low, *high, index);
            }
            for code in 0..41 {
                let last = set.iter().rposition(|(low, high)| (*low..=*high).contains(&code));
                assert_eq!(ranges.get(code).copied(), last, "{code}");
            }
        }
    }

    #[test]
    fn the_ends_of_the_codes_are_codes() {
        let mut ranges = Ranges::default();
        ranges.set(0, u32::MAX, 'a');
        ranges.set(u32::MAX, u32::MAX, 'b');
        ranges.set(0, 0, 'c');
        let found = [0, 1, u32::MAX - 1, u32::MAX].map(|code| ranges.get(code).copied());
        assert_eq!((found, ranges.len()), ([Some('c'), Some('a'), Some('a'), Some('b')], 3));
    }
}
