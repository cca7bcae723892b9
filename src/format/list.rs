//! Lists of words that the program comes with, each in one text: a table of texts would be a pointer a word, and every start of the program
//! would set them all.

/// Words by number, as the build script writes them.
#[derive(Debug)]
pub struct List {
    pub(crate) text: &'static str,
    /// Where in the text each ends.
    pub(crate) ends: &'static [u16],
}

impl List {
    /// How many there are.
    pub const fn count(&self) -> usize {
        self.ends.len()
    }

    /// The word of a number.
    pub fn get(&self, number: usize) -> Option<&'static str> {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(usize::from(start)..usize::from(*self.ends.get(number)?))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> + '_ {
        (0..self.count()).filter_map(|number| self.get(number))
    }

    /// Whether a word is one of a list in order.
    pub fn holds(&self, word: &str) -> bool {
        let (mut from, mut to) = (0, self.count());
        while from < to {
            let middle = from.midpoint(to);
            match self.get(middle) {
                Some(found) if found == word => return true,
                Some(found) if found < word => from = middle + 1,
                _ => to = middle,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_number_and_in_order() {
        let list = List { text: "bcde", ends: &[1, 3, 4] };
        assert_eq!(list.iter().collect::<Vec<_>>(), ["b", "cd", "e"]);
        assert_eq!(list.get(3), None);
        assert!(list.iter().all(|word| list.holds(word)));
        assert!(["", "a", "c", "cde", "f"].iter().all(|word| !list.holds(word)));
    }
}
