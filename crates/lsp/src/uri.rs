//! Addresses of documents, and the files that they stand for.

use lsp_types::Uri;
use std::path::PathBuf;

/// The file of a `file://` address on this machine; none for any other address.
pub(crate) fn path_of(uri: &Uri) -> Option<PathBuf> {
    let is_file = uri.scheme().is_some_and(|scheme| scheme.eq_lowercase("file"));
    let is_here = uri.authority().is_none_or(|host| matches!(host.as_str(), "" | "localhost"));
    if !is_file || !is_here {
        return None;
    }
    let path = uri.path().as_estr().decode().into_string().ok()?;
    // `/C:/folder` is how an address writes the path `C:/folder`.
    let drive = path.strip_prefix('/').filter(|rest| {
        let mut letters = rest.chars();
        letters.next().is_some_and(|c| c.is_ascii_alphabetic()) && letters.next() == Some(':')
    });
    let path = drive.filter(|_| cfg!(windows)).unwrap_or(&path);
    Some(PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(uri: &str) -> Option<String> {
        let path = path_of(&uri.parse().unwrap())?;
        Some(path.to_str().unwrap().to_owned())
    }

    #[test]
    fn only_files_of_this_machine_have_a_path() {
        assert_eq!(path("file:///a%20b/%D1%94.md").as_deref(), Some("/a b/є.md"));
        assert_eq!(path("FILE://localhost/a.md").as_deref(), Some("/a.md"));
        assert_eq!(path("file://elsewhere/a.md"), None);
        assert_eq!(path("untitled:Untitled-1"), None);
        assert_eq!(path("file:///%FF"), None);
    }
}
