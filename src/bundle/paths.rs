//! Where output may lie: never in the source folder, and never around it.

use std::path::{Component, Path, PathBuf};

use super::fault::{BundleError, show};

/// Fails when `target` lies in `source` or `source` in `target`, links resolved; `target` need not exist yet.
///
/// # Errors
/// [`BundleError::InsideSource`], [`BundleError::AroundSource`], or what the file system says about either path.
pub fn outside(source: &Path, target: &Path) -> Result<(), BundleError> {
    let source_real = resolve(source)?;
    let target_real = resolve(target)?;
    let (target_shown, source_dir) = (show(target), show(source));
    if within(&target_real, &source_real) {
        return Err(BundleError::InsideSource { target: target_shown, source_dir });
    }
    if within(&source_real, &target_real) {
        return Err(BundleError::AroundSource { target: target_shown, source_dir });
    }
    Ok(())
}

/// Fails when one of two targets lies in the other.
pub(crate) fn apart(bundle: &Path, record: &Path) -> Result<(), BundleError> {
    let (bundle_real, record_real) = (resolve(bundle)?, resolve(record)?);
    if within(&bundle_real, &record_real) || within(&record_real, &bundle_real) {
        return Err(BundleError::SameTarget { path: show(record) });
    }
    Ok(())
}

/// The real path: links resolved as far as the path exists, the rest appended with `..` taken lexically.
///
/// Each component is resolved in turn, so that `link/..` means the parent of what the link points to, as the system sees it.
///
/// # Errors
/// What the file system says when a component cannot be looked at.
pub fn resolve(path: &Path) -> Result<PathBuf, BundleError> {
    let absolute = std::path::absolute(path).map_err(|error| BundleError::disk("resolving", path, &error))?;
    let mut real = PathBuf::new();
    for component in absolute.components() {
        match component {
            Component::ParentDir => drop(real.pop()),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir => real.push(component),
            Component::Normal(name) => {
                real.push(name);
                match std::fs::canonicalize(&real) {
                    Ok(resolved) => real = resolved,
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                        // A dangling link would be written through: take the place that it points to.
                        if let Ok(pointed) = std::fs::read_link(&real) {
                            let parent = real.parent().unwrap_or(Path::new("/")).to_path_buf();
                            real = parent.join(pointed);
                        }
                    }
                    Err(error) => return Err(BundleError::disk("resolving", path, &error)),
                }
            }
        }
    }
    Ok(real)
}

/// Whether `inner` is `outer` or lies below it: by name, and by identity of each ancestor (bind mounts, case-folding file systems).
fn within(inner: &Path, outer: &Path) -> bool {
    inner.starts_with(outer)
        || identity(outer).is_some_and(|outer| inner.ancestors().filter_map(identity).any(|ancestor| ancestor == outer))
}

/// What tells one folder from another: device and file number.
#[cfg(unix)]
pub(crate) fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::symlink_metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// Not known without asking the system in ways that the standard library does not offer.
#[cfg(not(unix))]
pub(crate) fn identity(_path: &Path) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_may_not_touch_the_source_tree() {
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join("drafts");
        std::fs::create_dir_all(source.join("sub")).unwrap();
        for inside in ["drafts", "drafts/out", "drafts/sub/new/deep", "drafts/../drafts/x", "new/../drafts/out", "./drafts/."] {
            assert!(matches!(outside(&source, &dir.path().join(inside)), Err(BundleError::InsideSource { .. })), "{inside}");
        }
        assert!(matches!(outside(&source, dir.path()), Err(BundleError::AroundSource { .. })));
        for apart in ["drafts-out", "out/x", "drafts/../out"] {
            assert_eq!(outside(&source, &dir.path().join(apart)), Ok(()), "{apart}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_into_the_source_are_seen_through_even_when_dangling() {
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join("drafts");
        std::fs::create_dir_all(&source).unwrap();
        std::os::unix::fs::symlink(&source, dir.path().join("alias")).unwrap();
        std::os::unix::fs::symlink(source.join("new"), dir.path().join("dangling")).unwrap();
        for inside in ["alias/out", "alias", "dangling", "dangling/x"] {
            assert!(outside(&source, &dir.path().join(inside)).is_err(), "{inside}");
        }
        assert!(outside(&dir.path().join("alias"), &source.join("out")).is_err());
    }
}
