//! The loop: one message after the other, and what is wrong with the texts when none waits.

use crate::analysis::Analysis;
use crate::documents::Documents;
use crate::position::{Encoding, Lines};
use crate::{complete, diagnostics, hover, navigate};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, Exit, Notification as Noted,
    PublishDiagnostics,
};
use lsp_types::request::{
    Completion, DocumentSymbolRequest, Formatting, GotoDefinition, HoverRequest, Initialize,
    References, Request as Asked, Shutdown,
};
use lsp_types::{
    CompletionOptions, CompletionResponse, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DocumentSymbolResponse, GotoDefinitionResponse,
    HoverProviderCapability, InitializeParams, InitializeResult, OneOf, PublishDiagnosticsParams,
    ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt;
use std::io;

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// The editor asked to shut down, and then to exit.
    Whole,
    /// It went away, or asked to exit at once.
    CutShort,
}

/// The streams to the editor broke, or what came over them was no protocol.
#[derive(Debug)]
pub struct ServerError(io::Error);

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what came over the standard input is no language server protocol")
    }
}

impl std::error::Error for ServerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// Serves one editor over the standard input and output, until it exits or closes them.
///
/// # Errors
/// When what comes in is not the protocol.
pub fn run() -> Result<Served, ServerError> {
    let (connection, threads) = Connection::stdio();
    let Some(served) = Server::default().serve(&connection) else {
        // Nobody reads us any more; waiting for more from there could take for ever.
        return Ok(Served::CutShort);
    };
    drop(connection);
    threads.join().map_err(ServerError)?;
    Ok(served)
}

/// Where the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    #[default]
    Before,
    Serving,
    ShutDown,
}

#[derive(Debug, Default)]
struct Server {
    stage: Stage,
    documents: Documents,
    /// What is known of the texts as they are now, by their addresses.
    known: BTreeMap<String, Analysis>,
    /// The texts whose diagnostics the editor shows.
    shown: BTreeMap<String, Uri>,
    /// Whether a text changed since diagnostics were sent.
    is_stale: bool,
}

impl Server {
    /// Serves until the end; none when nobody takes the answers.
    fn serve(&mut self, connection: &Connection) -> Option<Served> {
        loop {
            // While somebody types, only the last text is worth checking.
            let waiting = connection.receiver.try_recv();
            let message = match waiting {
                Ok(message) => message,
                Err(_) => {
                    for message in self.stale() {
                        connection.sender.send(message).ok()?;
                    }
                    match connection.receiver.recv() {
                        Ok(message) => message,
                        Err(_) => return Some(Served::CutShort),
                    }
                }
            };
            match message {
                Message::Request(request) => {
                    let response = self.request(request);
                    connection.sender.send(response.into()).ok()?;
                }
                Message::Notification(noted) if noted.method == Exit::METHOD => {
                    let whole = self.stage == Stage::ShutDown;
                    return Some(if whole { Served::Whole } else { Served::CutShort });
                }
                Message::Notification(noted) => self.notification(noted),
                // We ask nothing, so there is nothing to answer.
                Message::Response(_) => {}
            }
        }
    }

    /// The diagnostics that the editor doesn't have yet.
    fn stale(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        if !std::mem::take(&mut self.is_stale) {
            return messages;
        }
        let mut gone = std::mem::take(&mut self.shown);
        for uri in self.documents.agreements() {
            let address = uri.as_str().to_owned();
            gone.remove(&address);
            if let Some((analysis, lines)) = self.analysis(&uri) {
                messages.push(published(&diagnostics::published(analysis, &lines)));
            }
            self.shown.insert(address, uri);
        }
        messages.extend(gone.into_values().map(|uri| {
            published(&PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None })
        }));
        messages
    }

    /// What is known of a text, with its lines.
    fn analysis(&mut self, uri: &Uri) -> Option<(&Analysis, Lines<'_>)> {
        if !self.known.contains_key(uri.as_str()) {
            let analysis = Analysis::of(&self.documents, uri)?;
            self.known.insert(uri.as_str().to_owned(), analysis);
        }
        let analysis = self.known.get(uri.as_str())?;
        Some((analysis, analysis.lines(&self.documents)))
    }

    fn notification(&mut self, noted: Notification) {
        if self.stage != Stage::Serving {
            return;
        }
        match noted.method.as_str() {
            DidOpenTextDocument::METHOD => {
                if let Some(DidOpenTextDocumentParams { text_document: text }) = read(noted.params)
                {
                    self.documents.open(text.uri, text.language_id, text.version, text.text);
                }
            }
            DidChangeTextDocument::METHOD => {
                if let Some(params) = read::<DidChangeTextDocumentParams>(noted.params) {
                    let text = params.text_document;
                    self.documents.change(&text.uri, text.version, params.content_changes);
                }
            }
            DidCloseTextDocument::METHOD => {
                if let Some(params) = read::<DidCloseTextDocumentParams>(noted.params) {
                    self.documents.close(&params.text_document.uri);
                }
            }
            // A file beside an agreement may have changed.
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {}
            _ => return,
        }
        self.known.clear();
        self.is_stale = true;
    }

    fn request(&mut self, request: Request) -> Response {
        let refuse = |code: ErrorCode, why: &str| {
            Response::new_err(request.id.clone(), code as i32, why.to_owned())
        };
        match (self.stage, request.method.as_str()) {
            (Stage::Before, Initialize::METHOD) => {
                return answer::<Initialize>(request, |params| self.initialize(&params));
            }
            (Stage::Before, _) => {
                return refuse(ErrorCode::ServerNotInitialized, "initialize comes first");
            }
            (Stage::ShutDown, _) | (Stage::Serving, Initialize::METHOD) => {
                return refuse(ErrorCode::InvalidRequest, "not at this point");
            }
            (Stage::Serving, _) => {}
        }
        match request.method.as_str() {
            Shutdown::METHOD => {
                self.stage = Stage::ShutDown;
                Response::new_ok(request.id, ())
            }
            GotoDefinition::METHOD => answer::<GotoDefinition>(request, |params| {
                let at = params.text_document_position_params;
                let (analysis, lines) = self.analysis(&at.text_document.uri)?;
                let definition = navigate::definition(analysis, &lines, at.position);
                definition.map(GotoDefinitionResponse::Scalar)
            }),
            References::METHOD => answer::<References>(request, |params| {
                let at = params.text_document_position;
                let (analysis, lines) = self.analysis(&at.text_document.uri)?;
                let with_declaration = params.context.include_declaration;
                Some(navigate::references(analysis, &lines, at.position, with_declaration))
            }),
            HoverRequest::METHOD => answer::<HoverRequest>(request, |params| {
                let at = params.text_document_position_params;
                let (analysis, lines) = self.analysis(&at.text_document.uri)?;
                hover::hover(analysis, &lines, at.position)
            }),
            DocumentSymbolRequest::METHOD => answer::<DocumentSymbolRequest>(request, |params| {
                let (analysis, lines) = self.analysis(&params.text_document.uri)?;
                Some(DocumentSymbolResponse::Nested(navigate::outline(analysis, &lines)))
            }),
            Formatting::METHOD => answer::<Formatting>(request, |params| {
                let (analysis, lines) = self.analysis(&params.text_document.uri)?;
                Some(navigate::formatting(analysis, &lines))
            }),
            Completion::METHOD => answer::<Completion>(request, |params| {
                let at = params.text_document_position;
                let (analysis, lines) = self.analysis(&at.text_document.uri)?;
                let items = complete::complete(analysis, &lines, at.position);
                Some(CompletionResponse::Array(items))
            }),
            _ => refuse(ErrorCode::MethodNotFound, "there is no such request here"),
        }
    }

    fn initialize(&mut self, params: &InitializeParams) -> InitializeResult {
        self.stage = Stage::Serving;
        let general = params.capabilities.general.as_ref();
        let offered = general.and_then(|general| general.position_encodings.as_deref());
        self.documents.encoding = Encoding::of(offered);
        InitializeResult {
            capabilities: capabilities(self.documents.encoding),
            server_info: Some(ServerInfo {
                name: "servanda".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        }
    }
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(true.into()),
            ..TextDocumentSyncOptions::default()
        })),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(["\"", "[", "."].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

/// The parameters, if they are what the protocol says.
fn read<T: DeserializeOwned>(params: serde_json::Value) -> Option<T> {
    serde_json::from_value(params).ok()
}

fn answer<R: Asked>(request: Request, work: impl FnOnce(R::Params) -> R::Result) -> Response
where
    R::Params: DeserializeOwned,
    R::Result: Serialize,
{
    match serde_json::from_value(request.params) {
        Ok(params) => Response::new_ok(request.id, work(params)),
        Err(error) => {
            let code = ErrorCode::InvalidParams as i32;
            Response::new_err(request.id, code, error.to_string())
        }
    }
}

fn published(params: &PublishDiagnosticsParams) -> Message {
    Notification::new(PublishDiagnostics::METHOD.to_owned(), params).into()
}
