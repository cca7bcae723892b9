//! What only the raw bytes show: earlier versions, and bytes outside the objects (ISO 32000-2 §7.5).

/// Traces in the bytes of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Traces {
    /// Saved states before the last one.
    pub(super) earlier_versions: u64,
    /// Bytes before the header.
    pub(super) leading_bytes: u64,
    /// Bytes after the last end-of-file marker.
    pub(super) trailing_bytes: u64,
    /// Comment lines between objects.
    pub(super) comments: u64,
}

fn count(data: &[u8], what: &[u8]) -> u64 {
    memchr::memmem::find_iter(data, what).count() as u64
}

/// Reads the traces.
pub(super) fn traces(data: &[u8]) -> Traces {
    let mut traces = Traces::default();
    if let Some(header) = memchr::memmem::find(data, b"%PDF-") {
        traces.leading_bytes = header as u64;
    }
    if let Some(end) = memchr::memmem::rfind(data, b"%%EOF") {
        let tail = data.get(end + 5..).unwrap_or_default();
        if !tail.iter().all(|byte| matches!(byte, 0 | b'\r' | b'\n' | b' ')) {
            traces.trailing_bytes = tail.len() as u64;
        }
    }
    let sections = count(data, b"startxref");
    let linearized = memchr::memmem::find(data.get(..2048.min(data.len())).unwrap_or_default(), b"/Linearized").is_some();
    traces.earlier_versions = sections.saturating_sub(if linearized { 2 } else { 1 });
    traces.comments = comments(data);
    traces
}

/// Comment lines after an object's end that are neither header nor end-of-file marker.
fn comments(data: &[u8]) -> u64 {
    let mut found = 0;
    for end in memchr::memmem::find_iter(data, b"endobj") {
        let rest = data.get(end + 6..).unwrap_or_default();
        let mut at = rest.iter().take_while(|byte| super::content::is_space(**byte)).count();
        while rest.get(at) == Some(&b'%') {
            let line = rest.get(at..).unwrap_or_default();
            let length = line.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(line.len());
            if !line.starts_with(b"%%EOF") && !line.starts_with(b"%PDF-") {
                found += 1;
            }
            at += length;
            at += rest.get(at..).unwrap_or_default().iter().take_while(|byte| super::content::is_space(**byte)).count();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_counted() {
        let file = b"mail\n%PDF-1.7\n1 0 obj\nendobj\n% note\n2 0 obj\nendobj\nstartxref\n0\n%%EOF\nstartxref\n0\n%%EOF\ntail";
        let found = traces(file);
        assert_eq!((found.earlier_versions, found.leading_bytes, found.trailing_bytes, found.comments), (1, 5, 5, 1));
        assert_eq!(traces(b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n"), Traces::default());
    }
}
