//! Pictures inside documents.

crate::faults! {
    /// Faults of a picture.
    ImageFault {
        Damaged { format: String, what: String } => "image-damaged", File, "a {format} picture is damaged: {what}", "open the document in a word processor, replace the picture, and save a copy";
        Unsupported { format: String } => "image-unsupported", File, "a picture of an unsupported kind: {format}", "open the document in a word processor, convert the picture to PNG, and save a copy";
        TooLarge { pixels: u64, limit: u64 } => "image-too-large", Limit, "a picture of {pixels} pixels, the limit is {limit}", "raise `limits.pixels` in the policy if you trust the sender";
    }
}
