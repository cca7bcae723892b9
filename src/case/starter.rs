//! The files that `init` writes.

/// A case file in which every key is explained. It parses as it stands; the letter says what is still missing.
pub fn starter_case() -> &'static str {
    include_str!("starter_case.toml")
}

/// A policy file in which every key is explained and set to its default.
pub fn starter_policy() -> &'static str {
    include_str!("starter_policy.toml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;
    use crate::policy::Policy;

    /// The file with every commented-out setting switched on.
    fn uncommented(text: &str) -> String {
        text.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_starter_case_parses_and_so_does_every_key_it_explains() {
        let case = Case::parse(starter_case(), "case.toml").unwrap();
        assert!(!case.missing_for_letter().is_empty());
        let whole = Case::parse(&uncommented(starter_case()), "case.toml").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(whole.missing_for_letter(), Vec::<&str>::new());
        assert_eq!(whole.grounds.len(), 6);
    }

    #[test]
    fn the_starter_policy_is_the_default() {
        assert_eq!(Policy::parse(starter_policy(), "policy.toml").unwrap(), Policy::default());
        Policy::parse(&uncommented(starter_policy()), "policy.toml").unwrap_or_else(|error| panic!("{error}"));
    }
}
