//! Signing in elsewhere, against a provider on this machine that signs real tokens, and lies.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kit::{Answer, How, Open, PASSWORD, Person};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use serde_json::{Value, json};
use servanda_room::Oidc;
use servanda_tlog::sha256;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::{Arc, Mutex};

const CLIENT: &str = "the room";
const SECRET: &str = "a secret & more";
const NOW: i64 = 1_900_000_000;
const SUBJECT: &str = "248289761001";

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Keys of each kind.
enum Signer {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl Signer {
    fn ed25519(seed: u8) -> Signer {
        Signer::Ed25519(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    fn p256() -> Signer {
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Signer::P256(EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap())
    }

    /// None where nothing here makes such keys.
    fn rsa() -> Option<Signer> {
        let args = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
        let mut openssl = std::process::Command::new("openssl");
        openssl.args(args).args(["-outform", "DER"]).stderr(std::process::Stdio::null());
        let made = openssl.output().ok()?;
        let document = made.stdout;
        let pair = RsaKeyPair::from_der(&document).or_else(|_| RsaKeyPair::from_pkcs8(&document));
        Some(Signer::Rsa(pair.unwrap()))
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Signer::Ed25519(_) => "EdDSA",
            Signer::P256(_) => "ES256",
            Signer::Rsa(_) => "RS256",
        }
    }

    fn jwk(&self, id: &str) -> Value {
        match self {
            Signer::Ed25519(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": id, "x": b64(pair.public_key()) })
            }
            Signer::P256(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = (b64(&point[1..33]), b64(&point[33..]));
                json!({ "kty": "EC", "crv": "P-256", "kid": id, "use": "sig", "x": x, "y": y })
            }
            Signer::Rsa(pair) => {
                let public: ring::rsa::PublicKeyComponents<Vec<u8>> = pair.public().into();
                let (n, e) = (b64(public.n), b64(public.e));
                json!({ "kty": "RSA", "kid": id, "alg": "RS256", "n": n, "e": e })
            }
        }
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Signer::Ed25519(pair) => pair.sign(bytes).as_ref().to_vec(),
            Signer::P256(pair) => pair.sign(&random, bytes).unwrap().as_ref().to_vec(),
            Signer::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, bytes, &mut signature).unwrap();
                signature
            }
        }
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", b64(header.to_string()), b64(claims.to_string()));
        let signature = b64(self.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

/// How the provider answers for a code.
struct Grant {
    challenge: String,
    back: String,
    token: String,
}

/// What a provider knows.
#[derive(Default)]
struct Knows {
    keys: Vec<Value>,
    grants: BTreeMap<String, Grant>,
    about: Value,
    asked: Vec<String>,
}

struct Provider {
    at: SocketAddr,
    knows: Arc<Mutex<Knows>>,
}

impl Provider {
    fn open() -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let knows: Arc<Mutex<Knows>> = Arc::default();
        knows.lock().unwrap().about = json!({
            "issuer": format!("http://{at}"),
            "authorization_endpoint": format!("http://{at}/authorize?tenant=1"),
            "token_endpoint": format!("http://{at}/token"),
            "jwks_uri": format!("http://{at}/keys"),
        });
        let own = Arc::clone(&knows);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(&mut stream.unwrap(), &own);
            }
        });
        Provider { at, knows }
    }

    fn issuer(&self) -> String {
        format!("http://{}", self.at)
    }

    fn claims(&self, nonce: &str) -> Value {
        json!({
            "iss": self.issuer(), "sub": SUBJECT, "aud": CLIENT, "nonce": nonce,
            "iat": NOW, "exp": NOW + 300,
        })
    }

    /// A room that asks this provider, with an account that is bound to its word.
    fn room(&self, more: &str) -> Open {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            let mut options = std::fs::OpenOptions::new();
            let mut file = options.write(true).create_new(true).mode(0o600).open(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            path
        };
        write("secret", &format!("{SECRET}\n"));
        let issuer = self.issuer();
        let text = format!(
            "issuer = \"{issuer}\"\nclient_id = \"{CLIENT}\"\nsecret_file = \"secret\"\n{more}"
        );
        let oidc = Oidc::read(&write("oidc.toml", &text)).unwrap();
        let open = Open::how(How { oidc: Some(oidc), ..How::default() });
        open.room.people().bind("vera", Some(SUBJECT)).unwrap();
        open
    }
}

/// Answers one request, as a provider does: each code once, to who knows the verifier and secret.
fn answer(stream: &mut TcpStream, knows: &Mutex<Knows>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut line, mut length, mut login) = (String::new(), 0, String::new());
    reader.read_line(&mut line).unwrap();
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "authorization" => login = value.to_owned(),
            _ => (),
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut knows = knows.lock().unwrap();
    knows.asked.push(path.clone());
    let said = match path.as_str() {
        "/.well-known/openid-configuration" => Some(knows.about.clone()),
        "/keys" => Some(json!({ "keys": knows.keys })),
        "/token" => {
            let form: BTreeMap<String, String> =
                form_urlencoded::parse(&body).into_owned().collect();
            let form_encoded =
                |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", form_encoded(CLIENT), form_encoded(SECRET));
            assert_eq!(login, format!("Basic {}", STANDARD.encode(pair)));
            assert_eq!(form["grant_type"], "authorization_code");
            knows.grants.remove(&form["code"]).and_then(|grant| {
                let verifier = &form["code_verifier"];
                assert!((43..=128).contains(&verifier.len()));
                assert_eq!(form["redirect_uri"], grant.back);
                let is_own = b64(sha256(verifier.as_bytes()).as_bytes()) == grant.challenge;
                is_own.then(|| {
                    json!({ "access_token": "x", "token_type": "Bearer", "id_token": grant.token })
                })
            })
        }
        _ => None,
    };
    let (status, said) = match said {
        Some(said) => ("200 OK", said),
        None => ("400 Bad Request", json!({ "error": "invalid_grant" })),
    };
    let text = said.to_string();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\n");
    let head = format!("{head}Content-Length: {}\r\nConnection: close\r\n\r\n", text.len());
    stream.write_all((head + &text).as_bytes()).unwrap();
}

/// Somebody who left for the provider.
struct Left {
    cookie: String,
    asked: BTreeMap<String, String>,
}

fn leave(open: &Open, next: &str) -> Left {
    let answer = open.get(&format!("/login/oidc?next={next}"));
    assert_eq!(answer.status, 303, "{answer:?} {:?}", open.told.lock().unwrap());
    let cookie = answer.header("set-cookie").to_owned();
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age=600"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let to = answer.header("location").to_owned();
    let (_, query) = to.split_once('?').unwrap();
    let asked = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    Left { cookie: cookie.split(';').next().unwrap().to_owned(), asked }
}

impl Provider {
    /// Lets somebody in by a code.
    fn grant(&self, left: &Left, code: &str, token: String) {
        let challenge = left.asked["code_challenge"].clone();
        let grant = Grant { challenge, back: left.asked["redirect_uri"].clone(), token };
        self.knows.lock().unwrap().grants.insert(code.to_owned(), grant);
    }
}

fn come_back(open: &Open, left: &Left, answer: &[(&str, &str)]) -> Answer {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(answer);
    let path = format!("/login/oidc/callback?{}", query.finish());
    open.ask("GET", &path).header("Cookie", &left.cookie).send()
}

/// The session's cookie that an answer sets; empty when it sets none.
fn session(answer: &Answer) -> String {
    let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    let mut lines = set.map(|(_, line)| line.split(';').next().unwrap());
    let found = lines.find(|line| !line.contains("-leave="));
    found.unwrap_or_default().to_owned()
}

#[test]
fn whoever_the_provider_names_comes_in_as_the_account_that_is_bound_to_them() {
    let signers = [Some(Signer::ed25519(1)), Some(Signer::p256()), Signer::rsa()];
    for signer in signers.into_iter().flatten() {
        let provider = Provider::open();
        provider.knows.lock().unwrap().keys = vec![signer.jwk("k1")];
        let open = provider.room("");
        let login = open.get("/login?next=/account").body;
        assert!(login.contains("href=\"/login/oidc?next=%2Faccount\""), "{login}");
        assert!(login.contains("type=\"password\""));
        let left = leave(&open, "/account");
        let asked = |name: &str| left.asked[name].as_str();
        assert_eq!((asked("response_type"), asked("scope")), ("code", "openid"));
        assert_eq!((asked("client_id"), asked("tenant")), (CLIENT, "1"));
        assert_eq!(asked("code_challenge_method"), "S256");
        assert_eq!(asked("redirect_uri"), format!("http://{}/login/oidc/callback", open.at));
        let header = json!({ "alg": signer.algorithm(), "kid": "k1", "typ": "JWT" });
        let token = signer.token(&header, &provider.claims(asked("nonce")));
        provider.grant(&left, "c1", token);
        let state = asked("state");
        let answer = come_back(&open, &left, &[("code", "c1"), ("state", state)]);
        let told = open.told.lock().unwrap().clone();
        assert_eq!(answer.status, 200, "{} {told:?}", signer.algorithm());
        assert!(answer.body.contains("content=\"0;url=/account\""), "{}", answer.body);
        let page = open.ask("GET", "/account").header("Cookie", &session(&answer)).send();
        assert!(page.status == 200 && page.body.contains("vera"), "{page:?}");
        // The same answer again is nobody's: each flow ends with its first.
        provider.grant(&left, "c1", "x.y.z".into());
        let again = come_back(&open, &left, &[("code", "c1"), ("state", state)]);
        assert_eq!((again.status, session(&again)), (403, String::new()));
    }
}

#[test]
fn what_is_not_the_providers_word_lets_nobody_in() {
    let (signer, other) = (Signer::ed25519(1), Signer::ed25519(2));
    let provider = Provider::open();
    provider.knows.lock().unwrap().keys = vec![signer.jwk("k1")];
    let open = provider.room("");
    let good = json!({ "alg": "EdDSA", "kid": "k1" });
    type Change = Box<dyn Fn(&mut Value, &mut Value)>;
    let claim = |name: &'static str, value: Value| -> Change {
        Box::new(move |_, claims| claims[name] = value.clone())
    };
    let head = |name: &'static str, value: Value| -> Change {
        Box::new(move |header, _| header[name] = value.clone())
    };
    let without = |name: &'static str| -> Change {
        Box::new(move |_, claims| {
            claims.as_object_mut().unwrap().remove(name);
        })
    };
    let changes: Vec<(&str, Change)> = vec![
        ("another question", claim("nonce", json!("another"))),
        ("another question", without("nonce")),
        ("another provider", claim("iss", json!("https://evil.example"))),
        ("another provider", claim("iss", json!(format!("{}/", provider.issuer())))),
        ("somebody else", claim("aud", json!("another room"))),
        ("somebody else", claim("aud", json!([CLIENT, "another room"]))),
        ("somebody else", claim("aud", json!([]))),
        ("somebody else", claim("azp", json!("another room"))),
        ("too old", claim("exp", json!(NOW - 61))),
        ("too old", claim("iat", json!(NOW + 61))),
        ("too old", claim("iat", json!(NOW - 3_600))),
        ("too old", claim("nbf", json!(NOW + 61))),
        ("is none", without("exp")),
        ("is none", without("sub")),
        ("of nobody", claim("sub", json!(""))),
        ("not taken", head("alg", json!("none"))),
        ("not taken", head("alg", json!("HS256"))),
        ("not taken", head("crit", json!(["x"]))),
        ("no key", head("alg", json!("RS256"))),
        ("no key", head("kid", json!("k2"))),
    ];
    let mut n = 0;
    let mut attempt = |what: &str, make: &dyn Fn(&Left) -> String, state: Option<&str>| {
        n += 1;
        let left = leave(&open, "/");
        let code = format!("c{n}");
        provider.grant(&left, &code, make(&left));
        let state = state.unwrap_or(&left.asked["state"]);
        let answer = come_back(&open, &left, &[("code", &code), ("state", state)]);
        let told = open.told.lock().unwrap().last().cloned().unwrap_or_default();
        assert_eq!((answer.status, session(&answer)), (403, String::new()), "{what}: {told}");
        assert!(told.contains(what), "{what}: {told}");
        assert!(!told.contains(SECRET) && !answer.body.contains(SECRET));
        // So often somebody may try.
        open.pass(16 * 60);
        open.pass(-16 * 60);
    };
    for (what, change) in &changes {
        attempt(
            what,
            &|left| {
                let (mut header, mut claims) =
                    (good.clone(), provider.claims(&left.asked["nonce"]));
                change(&mut header, &mut claims);
                signer.token(&header, &claims)
            },
            None,
        );
    }
    let token = |by: &Signer, left: &Left| by.token(&good, &provider.claims(&left.asked["nonce"]));
    attempt("signature is wrong", &|left| token(&other, left), None);
    attempt("is another one", &|left| token(&signer, left), Some("another state"));
    attempt("is another one", &|left| token(&signer, left), Some(""));
    // No signature at all, and one of another token.
    let unsigned = json!({ "alg": "none" });
    let bare = |left: &Left| {
        let claims = provider.claims(&left.asked["nonce"]);
        format!("{}.{}.", b64(unsigned.to_string()), b64(claims.to_string()))
    };
    attempt("not taken", &bare, None);
    let swapped = |left: &Left| {
        let (own, other) = (token(&signer, left), signer.token(&good, &json!({ "sub": "x" })));
        let (signed, _) = own.rsplit_once('.').unwrap();
        format!("{signed}.{}", other.rsplit_once('.').unwrap().1)
    };
    attempt("signature is wrong", &swapped, None);
    for text in ["", "x", "x.y.z", "..", "e30.e30.e30"] {
        attempt("is none", &|_| text.to_owned(), None);
    }
    // Nobody else's browser ends what one began, nor one that stayed away too long.
    let (mine, theirs) = (leave(&open, "/"), leave(&open, "/"));
    provider.grant(&mine, "c", token(&signer, &mine));
    let answer = [("code", "c"), ("state", mine.asked["state"].as_str())];
    assert_eq!(come_back(&open, &theirs, &answer).status, 403);
    open.pass(601);
    assert_eq!(come_back(&open, &mine, &answer).status, 403);
    open.pass(-601);
    // A code that was used, and a provider that says no.
    for answer in [&[("code", "used")][..], &[("error", "access_denied")], &[("iss", "x")], &[]] {
        let left = leave(&open, "/");
        let mut answer = answer.to_vec();
        answer.push(("state", &left.asked["state"]));
        assert_eq!(come_back(&open, &left, &answer).status, 403, "{answer:?}");
    }
    // After all that, the good one is let in.
    let left = leave(&open, "/");
    provider.grant(&left, "good", token(&signer, &left));
    let answer = [("code", "good"), ("state", left.asked["state"].as_str())];
    assert_eq!(come_back(&open, &left, &answer).status, 200);
}

#[test]
fn who_is_bound_to_no_account_does_not_come_in() {
    let signer = Signer::ed25519(1);
    let provider = Provider::open();
    provider.knows.lock().unwrap().keys = vec![signer.jwk("k1")];
    let open = provider.room("");
    let come = || {
        let left = leave(&open, "/");
        let header = json!({ "alg": "EdDSA", "kid": "k1" });
        let mut claims = provider.claims(&left.asked["nonce"]);
        claims["sub"] = json!("<b>nobody</b>");
        provider.grant(&left, "c", signer.token(&header, &claims));
        come_back(&open, &left, &[("code", "c"), ("state", &left.asked["state"])])
    };
    let answer = come();
    assert_eq!((answer.status, session(&answer)), (403, String::new()));
    assert!(answer.body.contains("&#60;b&#62;nobody") || answer.body.contains("&lt;b&gt;nobody"));
    // An administrator binds the account, and nobody else does.
    let bind = [("name", "lior"), ("subject", "<b>nobody</b>")];
    assert_eq!(Person::of(&open, "vera").post("/people/subject", &bind).status, 403);
    let adam = Person::of(&open, "adam");
    adam.does("/people/subject", &bind);
    assert!(adam.get("/people").body.contains("nobody"));
    let answer = come();
    assert_eq!(answer.status, 200);
    let page = open.ask("GET", "/account").header("Cookie", &session(&answer)).send();
    assert!(page.body.contains("lior"), "{}", page.body);
    // Of two accounts it would not be known which; and a closed one lets nobody in.
    let taken = adam.post("/people/subject", &[("name", "vera"), ("subject", "<b>nobody</b>")]);
    assert_eq!(taken.status, 422);
    adam.does("/people/close", &[("name", "lior")]);
    assert_eq!(come().status, 403);
}

#[test]
fn passwords_can_be_switched_off_and_a_new_key_is_asked_for() {
    let (first, second) = (Signer::ed25519(1), Signer::ed25519(2));
    let provider = Provider::open();
    provider.knows.lock().unwrap().keys = vec![first.jwk("k1")];
    let open = provider.room("local_login = false\n");
    let login = open.get("/login").body;
    assert!(!login.contains("type=\"password\""), "{login}");
    let answer = open.log_in("vera", PASSWORD);
    assert_eq!((answer.status, answer.header("set-cookie")), (403, ""));
    let come = |signer: &Signer, id: &str| {
        let left = leave(&open, "/");
        let header = json!({ "alg": "EdDSA", "kid": id });
        provider.grant(&left, "c", signer.token(&header, &provider.claims(&left.asked["nonce"])));
        come_back(&open, &left, &[("code", "c"), ("state", &left.asked["state"])]).status
    };
    assert_eq!(come(&first, "k1"), 200);
    provider.knows.lock().unwrap().keys = vec![second.jwk("k2")];
    let asked =
        |path: &str| provider.knows.lock().unwrap().asked.iter().filter(|own| *own == path).count();
    // Not at once: else anybody could have the provider asked as often as they like.
    assert_eq!((come(&second, "k2"), asked("/keys")), (403, 1));
    open.pass(61);
    assert_eq!((come(&second, "k2"), asked("/keys")), (200, 2));
    assert_eq!(come(&first, "k1"), 403);
}

#[test]
fn a_provider_that_says_it_is_another_is_not_asked() {
    for (name, value) in [
        ("issuer", "https://evil.example"),
        ("token_endpoint", "http://evil.example/token"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("jwks_uri", "ftp://evil.example/keys"),
    ] {
        let provider = Provider::open();
        provider.knows.lock().unwrap().about[name] = json!(value);
        let open = provider.room("");
        let answer = open.get("/login/oidc");
        assert_eq!(answer.status, 502, "{name}");
        assert!(!provider.knows.lock().unwrap().asked.contains(&"/token".to_owned()));
    }
    // Without a provider nobody leaves.
    let open = Open::new();
    assert_eq!(open.get("/login/oidc").status, 404);
    assert_eq!(open.get("/login/oidc/callback?code=x&state=y").status, 404);
}
