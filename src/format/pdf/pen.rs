//! Where the next letter goes, and whether viewers agree on it: paths and saved states have no place among letters (§8.2, figure 9).

/// What the operators so far say about the place of the next letter.
#[derive(Debug, Default)]
pub(super) struct Pen {
    /// Text operators that moved the pen.
    moves: u64,
    /// How many there were when each open state was saved.
    saved: Vec<u64>,
    /// A path was drawn since the pen was put down: some viewers write on where the path ends.
    follows_path: bool,
    /// A state was restored in which the pen was moved: some viewers put the pen back, and others leave it.
    is_put_back: bool,
}

impl Pen {
    /// Follows one operator, and says whether it shows letters in places on which viewers do not agree.
    pub(super) fn follow(&mut self, name: &[u8]) -> bool {
        const SAVED_MAX: usize = 1 << 10;
        match name {
            b"BT" | b"Tm" => (self.follows_path, self.is_put_back) = (false, false),
            b"Td" | b"TD" | b"T*" | b"'" | b"\"" => self.follows_path = false,
            b"q" if self.saved.len() < SAVED_MAX => self.saved.push(self.moves),
            b"Q" => self.is_put_back |= self.saved.pop().is_some_and(|moves| moves != self.moves),
            b"m" | b"l" | b"c" | b"v" | b"y" | b"re" => self.follows_path = true,
            _ => {}
        }
        let shows = matches!(name, b"Tj" | b"TJ" | b"'" | b"\"");
        self.moves += u64::from(shows || matches!(name, b"BT" | b"Tm" | b"Td" | b"TD" | b"T*"));
        shows && (self.follows_path || self.is_put_back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_after_a_path_or_a_restored_state_have_two_places() {
        for (ops, disputed) in [
            ("BT Tf Tm Tj Tj ET", false),
            ("m l S BT Tj ET", false),
            ("BT Tj m l S Tj ET", true),
            ("BT Tj re f Td Tj ET", false),
            ("BT Tj re f ' ET", false),
            ("q BT Tj ET Q BT Tj ET", false),
            ("BT q Tj Q Tj ET", true),
            ("BT q Tj Q Td Tj ET", true),
            ("BT q Tj Q Tm Tj ET", false),
            ("BT Tj q rg Q Tj ET", false),
            ("BT Tj ET m l S Tj", true),
        ] {
            let mut pen = Pen::default();
            assert_eq!(ops.split(' ').filter(|op| pen.follow(op.as_bytes())).count() > 0, disputed, "{ops}");
        }
    }
}
