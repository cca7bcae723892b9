//! The ZIP container: bounded reading, safe names, deterministic writing.

crate::faults! {
    /// Faults of a ZIP container (APPNOTE.TXT 6.3; ECMA-376-2 §7 for the package rules).
    ZipFault {
        Cut => "zip-cut", File, "the archive is cut off: it has no central directory", "ask the owner for the whole file";
        Damaged { what: String } => "zip-damaged", File, "the archive is damaged: {what}", "ask the owner for a sound copy";
        DuplicateEntry => "zip-duplicate-entry", File, "two entries have this name, and readers disagree which one counts", "open the document in a word processor, save a copy, and look at what changed";
        UnsafeName => "zip-unsafe-name", File, "the entry's name leaves the package", "treat the file as hostile; decide it by hand in the plan";
        EncryptedEntry => "zip-encrypted-entry", File, "the entry is encrypted", "ask the owner for a copy without password";
        UnsupportedMethod { method: u16 } => "zip-unsupported-method", File, "the entry uses compression method {method}", "open the document in a word processor and save a copy";
        Checksum => "zip-checksum", File, "the entry does not match its checksum", "ask the owner for a sound copy";
        Bomb { ratio: u64 } => "zip-bomb", Limit, "the entry inflates more than {ratio} times", "treat the file as hostile; raise `limits.ratio` only if you know the sender";
        EntryTooLarge { limit: u64 } => "zip-entry-too-large", Limit, "the entry inflates past {limit} bytes", "raise `limits.part_bytes` in the policy if you trust the sender";
        TotalTooLarge { limit: u64 } => "zip-total-too-large", Limit, "the archive inflates past {limit} bytes", "raise `limits.total_bytes` in the policy if you trust the sender";
        TooManyEntries { limit: u64 } => "zip-too-many-entries", Limit, "the archive has more than {limit} entries", "raise `limits.members` in the policy if you trust the sender";
        Spanned => "zip-spanned", File, "the archive is one of several volumes", "ask the owner for the whole file";
    }
}
