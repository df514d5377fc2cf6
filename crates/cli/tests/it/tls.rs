//! `add` from an encrypted address: only from a server whose certificate this machine trusts.

use crate::stand_in::{Reply, StandIn};
use crate::texts::{NOW, positions, valley};
use crate::world::{Run, World};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;

const PAGE: &str = "<html><body><article><h1>Talks go on</h1><p>The envoy of Southmark said that \
                    all prisoners must return home before winter.</p></article></body></html>";

/// An encrypted server on this machine, for a few connections, and its certificate.
fn server(reply: impl Fn() -> String + Send + 'static) -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_string()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    // It ends with the test's process.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            let mut line = String::new();
            // Whoever doesn't trust us leaves here.
            if BufReader::new(&mut stream).read_line(&mut line).is_ok_and(|read| read > 0) {
                let _ = stream.write_all(reply().as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    (address, made.cert.pem())
}

fn add(world: &World, trusted: &str, address: &str) -> Run {
    let trusted = world.path(trusted).to_string_lossy().into_owned();
    world.run_with(("SSL_CERT_FILE", &trusted), &[&["add", "record", address][..], &NOW].concat())
}

#[test]
fn a_certificate_that_this_machine_trusts_is_needed() {
    let body = || {
        let length = PAGE.len();
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{PAGE}")
    };
    let ((address, certificate), (_, other)) = (server(body), server(body));
    let world = valley();
    world.write("trusted.pem", certificate);
    world.write("other.pem", other);
    let refused = add(&world, "other.pem", &address);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("certificate or encryption is not accepted"), "{}", refused.err);
    assert_eq!(positions(&world, &[])["texts"], 0);
    let read = add(&world, "trusted.pem", &address);
    assert_eq!(read.code, Some(0), "{}", read.err);
    assert_eq!(positions(&world, &[])["texts"], 1);
}

#[test]
fn an_encrypted_page_leads_to_no_open_one() {
    let open = StandIn::new(|_| Reply::page(PAGE));
    let to = open.at("/");
    let (address, certificate) = server(move || {
        format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
    });
    let world = valley();
    world.write("trusted.pem", certificate);
    let refused = add(&world, "trusted.pem", &address);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("from https on to http"), "{}", refused.err);
    assert_eq!(open.asked().len(), 0);
}
