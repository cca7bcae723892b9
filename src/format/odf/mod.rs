//! OpenDocument text: read for classification, not cleaned.
