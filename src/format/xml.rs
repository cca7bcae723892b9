//! One XML part as a flat tape of byte ranges.

crate::faults! {
    /// Faults of one XML part (XML 1.0, Namespaces in XML 1.0; ECMA-376-2 §6.2.5 for what a package forbids).
    XmlFault {
        Dtd => "xml-dtd", File, "a document type declaration, which a package part may not have", "treat the file as hostile, or open it in a word processor and save a copy";
        Malformed { what: String } => "xml-malformed", File, "not well-formed XML: {what}", "open the document in a word processor and save a copy";
        Encoding { what: String } => "xml-encoding", File, "the text encoding is wrong: {what}", "open the document in a word processor and save a copy";
        TooDeep { limit: u64 } => "xml-too-deep", Limit, "elements are nested more than {limit} deep", "raise `limits.depth` in the policy if you trust the sender";
        TooManyNodes { limit: u64 } => "xml-too-many-nodes", Limit, "more than {limit} elements and texts", "raise `limits.nodes` in the policy if you trust the sender";
    }
}
