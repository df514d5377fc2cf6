//! A server of our own on this machine, which answers as badly as a test asks it to.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What a client asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// `GET` or `POST`.
    pub(crate) method: String,
    /// The path with its query.
    pub(crate) path: String,
    /// The lines of the head, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: String,
}

impl Asked {
    /// What a line of the head says.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// How the server answers.
pub(crate) enum Reply {
    /// These bytes, head and body, and then the end of the connection.
    Raw(Vec<u8>),
    /// This head, and then a body of these bytes again and again without end.
    Endless(Vec<u8>, Vec<u8>),
    /// Nothing for so long, or until the client leaves.
    Silence(Duration),
    /// These bytes one by one, with so long between two.
    Slow(Vec<u8>, Duration),
}

impl Reply {
    /// A whole answer.
    pub(crate) fn of(status: &str, content_type: &str, body: &[u8]) -> Reply {
        let length = body.len();
        let mut raw = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n"
        )
        .into_bytes();
        raw.extend(body);
        Reply::Raw(raw)
    }

    /// A page.
    pub(crate) fn page(body: &str) -> Reply {
        Reply::of("200 OK", "text/html; charset=utf-8", body.as_bytes())
    }

    /// Sends on to another address.
    pub(crate) fn to(address: &str) -> Reply {
        let head = format!(
            "HTTP/1.1 302 Found\r\nLocation: {address}\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n"
        );
        Reply::Raw(head.into_bytes())
    }
}

/// The server; it ends when it goes out of scope.
pub(crate) struct StandIn {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl StandIn {
    /// A server that answers by that rule.
    pub(crate) fn new(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> StandIn {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let ends: Arc<AtomicBool> = Arc::default();
        let (all, over, answer) = (asked.clone(), ends.clone(), Arc::new(answer));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let (all, over, answer) = (all.clone(), over.clone(), answer.clone());
                std::thread::spawn(move || {
                    let Ok(stream) = stream else { return };
                    let Some(question) = read(&stream) else { return };
                    all.lock().unwrap().push(question.clone());
                    // A client that has left is no fault.
                    let _ = write(&stream, answer(&question), &over);
                });
            }
        });
        StandIn { address, asked, ends, thread: Some(thread) }
    }

    /// The address of a path on it.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// What was asked until now.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let mut asked =
        Asked { method: words.next()?.into(), path: words.next()?.into(), ..Asked::default() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        asked.headers.push((name.to_ascii_lowercase(), value.trim().into()));
    }
    let length = asked.header("content-length").and_then(|length| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    asked.body = String::from_utf8(body).ok()?;
    Some(asked)
}

fn write(mut stream: &TcpStream, reply: Reply, over: &AtomicBool) -> std::io::Result<()> {
    match reply {
        Reply::Raw(bytes) => stream.write_all(&bytes),
        Reply::Endless(head, body) => {
            stream.write_all(&head)?;
            while !over.load(Ordering::Relaxed) {
                stream.write_all(&body)?;
            }
            Ok(())
        }
        Reply::Silence(time) => {
            std::thread::sleep(time);
            Ok(())
        }
        Reply::Slow(bytes, pause) => {
            for byte in bytes {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                stream.write_all(&[byte])?;
                std::thread::sleep(pause);
            }
            Ok(())
        }
    }
}
