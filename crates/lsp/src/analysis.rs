//! What is known of one agreement, as it is in the editor.

use crate::documents::Documents;
use crate::position::Lines;
use lsp_types::Uri;
use servanda_terms::symbols::{Symbols, symbols};
use servanda_terms::{Agreement, Diagnostic, SourceText, load};

/// An agreement and what the editor asks about it.
#[derive(Debug)]
pub(crate) struct Analysis {
    pub(crate) uri: Uri,
    pub(crate) version: i32,
    pub(crate) source: SourceText,
    pub(crate) symbols: Symbols,
    /// The agreement; none while it has errors.
    pub(crate) agreement: Option<Agreement>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Analysis {
    /// Reads an open text; none if it isn't open.
    pub(crate) fn of(documents: &Documents, uri: &Uri) -> Option<Analysis> {
        let document = documents.get(uri)?;
        let source = SourceText::new(uri.as_str(), document.text.clone());
        let files = documents.beside(uri, &source);
        let (agreement, diagnostics) = load(&source, &files);
        let symbols = symbols(&source);
        let (uri, version) = (uri.clone(), document.version);
        Some(Analysis { uri, version, source, symbols, agreement, diagnostics })
    }

    /// Its lines, for places as the editor counts them.
    pub(crate) fn lines(&self, documents: &Documents) -> Lines<'_> {
        Lines::new(self.source.text(), documents.encoding)
    }
}
