//! A store of objects on this machine, and a record to keep in it.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::sync::Arc;
use std::thread;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use servanda_objects::{Bucket, Objects, Secret};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, oneshot};

/// The name of the key that signs.
const ACCESS_KEY: &str = "writer-of-tests";
const SECRET_KEY: &str = "known-to-everybody";

/// A server that keeps objects in a folder, until it is dropped. It looks at a condition and then
/// writes; so that nothing comes between, it is given one request at a time.
pub(crate) struct Server {
    folder: TempDir,
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start() -> Server {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("records")).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = builder.build();
        let (stop, stopped) = oneshot::channel();
        let (told, port) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
                told.send(listener.local_addr().unwrap().port()).unwrap();
                let one = Arc::new(Mutex::new(()));
                let serve = async {
                    loop {
                        let (socket, _) = listener.accept().await.unwrap();
                        let (service, one) = (service.clone(), one.clone());
                        let answer = service_fn(move |request: hyper::Request<_>| {
                            let (service, one) = (service.clone(), one.clone());
                            async move {
                                let _alone = one.lock().await;
                                service.call(request.map(s3s::Body::from)).await
                            }
                        });
                        let connection =
                            http1::Builder::new().serve_connection(TokioIo::new(socket), answer);
                        tokio::spawn(connection);
                    }
                };
                tokio::select! { () = serve => {}, _ = stopped => {} }
            });
        });
        let port = port.recv().unwrap();
        Server { folder, port, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn bucket(&self, prefix: &str) -> Bucket {
        Bucket {
            endpoint: format!("http://127.0.0.1:{}", self.port),
            region: "us-east-1".into(),
            name: "records".into(),
            prefix: prefix.into(),
            access_key: Secret::of(ACCESS_KEY),
            secret_key: Secret::of(SECRET_KEY),
            session_token: None,
        }
    }

    pub(crate) fn objects(&self, prefix: &str) -> Arc<Objects> {
        Arc::new(Objects::at(&self.bucket(prefix)).unwrap())
    }

    /// Where it keeps the objects below a prefix.
    pub(crate) fn kept(&self, prefix: &str) -> std::path::PathBuf {
        self.folder.path().join("records").join(prefix)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(thread::JoinHandle::join);
    }
}
