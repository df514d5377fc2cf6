//! From a name to its declaration and its uses, and the outline of the text.

use crate::analysis::Analysis;
use crate::position::Lines;
use lsp_types::{DocumentSymbol, Location, Position, TextEdit};
use servanda_terms::format;
use servanda_terms::symbols::{Symbol, SymbolKind};
use servanda_text::{Span, escape};

/// Where the name at a place is declared.
pub(crate) fn definition(analysis: &Analysis, lines: &Lines, at: Position) -> Option<Location> {
    let (symbol, _, _) = analysis.symbols.at(Span::of(0..lines.offset(at)).end)?;
    let symbol = analysis.symbols.declared.get(symbol)?;
    Some(Location::new(analysis.uri.clone(), lines.range(symbol.span)))
}

/// Where the name at a place is used, and if asked for, where it is declared.
pub(crate) fn references(
    analysis: &Analysis,
    lines: &Lines,
    at: Position,
    with_declaration: bool,
) -> Vec<Location> {
    let symbols = &analysis.symbols;
    let Some((symbol, _, _)) = symbols.at(Span::of(0..lines.offset(at)).end) else {
        return Vec::new();
    };
    let declared = symbols.declared.get(symbol).filter(|_| with_declaration);
    let uses = symbols.uses.iter().filter(|used| used.symbol == symbol).map(|used| used.span);
    let spans = declared.map(|symbol| symbol.span).into_iter().chain(uses);
    spans.map(|span| Location::new(analysis.uri.clone(), lines.range(span))).collect()
}

/// The outline: what the front matter declares, and the articles with their terms.
pub(crate) fn outline(analysis: &Analysis, lines: &Lines) -> Vec<DocumentSymbol> {
    let symbols = &analysis.symbols;
    let below = |extent: Span| -> Vec<DocumentSymbol> {
        // They stand in the order of the text, and a text can have very many.
        let first = symbols.declared.partition_point(|symbol| symbol.span.start < extent.start);
        let inside = symbols.declared.iter().skip(first);
        let inside = inside.take_while(|symbol| symbol.span.start < extent.end);
        inside.map(|symbol| declared(symbol, lines)).collect()
    };
    let mut outline = Vec::new();
    if !symbols.front.is_empty() {
        let front = symbols.front;
        outline.push(node(
            "Front matter",
            "",
            lsp_types::SymbolKind::MODULE,
            (front, front),
            lines,
        ));
        outline.iter_mut().for_each(|node| node.children = Some(below(front)));
    }
    // Terms above the first heading belong to no article.
    let first = symbols.sections.first().map_or(u32::MAX, |section| section.span.start);
    outline.extend(below(Span::new(symbols.front.end, first)));
    for section in &symbols.sections {
        let kind = lsp_types::SymbolKind::NAMESPACE;
        let mut article = node(&section.heading, "", kind, (section.extent, section.span), lines);
        article.children = Some(below(section.extent));
        outline.push(article);
    }
    outline
}

fn declared(symbol: &Symbol, lines: &Lines) -> DocumentSymbol {
    use lsp_types::SymbolKind as Shown;
    let kind = match symbol.kind {
        SymbolKind::Party | SymbolKind::Person => Shown::CLASS,
        SymbolKind::Topic => Shown::STRING,
        SymbolKind::Line | SymbolKind::Zone | SymbolKind::Group => Shown::PACKAGE,
        SymbolKind::Register => Shown::ARRAY,
        SymbolKind::Source => Shown::INTERFACE,
        SymbolKind::Definition => Shown::STRING,
        SymbolKind::Event => Shown::EVENT,
        SymbolKind::Exception => Shown::OPERATOR,
        SymbolKind::Provision => Shown::FUNCTION,
    };
    // What is selected must lie inside of what is shown.
    let extent = Span::new(symbol.extent.start, symbol.extent.end.max(symbol.span.end));
    node(&symbol.name, symbol.kind.word(), kind, (extent, symbol.span), lines)
}

fn node(
    name: &str,
    detail: &str,
    kind: lsp_types::SymbolKind,
    (extent, selection): (Span, Span),
    lines: &Lines,
) -> DocumentSymbol {
    let name = escape(name).into_owned();
    // The protocol still has a field that it calls deprecated.
    #[allow(deprecated)]
    DocumentSymbol {
        // An empty name is refused.
        name: if name.trim().is_empty() { "(no name)".to_owned() } else { name },
        detail: Some(detail.to_owned()).filter(|detail| !detail.is_empty()),
        kind,
        tags: None,
        deprecated: None,
        range: lines.range(extent),
        selection_range: lines.range(selection),
        children: None,
    }
}

/// What `fmt` would change: the blocks that are not in form.
pub(crate) fn formatting(analysis: &Analysis, lines: &Lines) -> Vec<TextEdit> {
    let blocks = format(&analysis.source).blocks.into_iter();
    blocks.map(|(span, form)| TextEdit::new(lines.range(span), form)).collect()
}
