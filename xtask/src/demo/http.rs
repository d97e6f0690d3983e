// SPDX-License-Identifier: MIT OR Apache-2.0
//! The smallest HTTP server: it has one file, and remembers who asked for what.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Where the file is.
const DIRECTORY: &str = "/devices/";
const FILE: &str = "/devices/1.cer";

/// Ends when dropped.
pub struct Server {
    port: u16,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    file: Vec<u8>,
    /// `GET ... 200`
    asked: Mutex<Vec<String>>,
    ended: AtomicBool,
}

impl Server {
    pub fn start(file: Vec<u8>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            file,
            asked: Mutex::default(),
            ended: AtomicBool::new(false),
        });
        let theirs = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            while !theirs.ended.load(Ordering::Relaxed) {
                match listener.accept() {
                    // Whoever does not wait for the answer has none.
                    Ok((stream, _)) => drop(theirs.answer(stream)),
                    Err(_) => thread::sleep(Duration::from_millis(5)),
                }
            }
        });
        Ok(Server {
            port,
            shared,
            thread: Some(thread),
        })
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}{FILE}", self.port)
    }

    /// What the URL begins with.
    pub fn prefix(&self) -> String {
        format!("http://127.0.0.1:{}{DIRECTORY}", self.port)
    }

    /// The requests so far, with their answers.
    pub fn asked(&self) -> Vec<String> {
        let asked = self.shared.asked.lock();
        asked.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        let mut request = Vec::new();
        let mut octet = [0];
        while !request.ends_with(b"\r\n\r\n") && request.len() < 4096 {
            stream.read_exact(&mut octet)?;
            request.extend(octet);
        }
        let request = String::from_utf8_lossy(&request).into_owned();
        let line = request.lines().next().unwrap_or_default();
        let (status, file) = match line.split(' ').collect::<Vec<_>>()[..] {
            ["GET", FILE, _] => ("200 OK", self.file.as_slice()),
            _ => ("404 Not Found", &[][..]),
        };
        let said = format!("{line}: {status}, {} octets", file.len());
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(said);
        let head = format!(
            "HTTP/1.0 {status}\r\nContent-Type: application/pkix-cert\r\n\
             Content-Length: {}\r\n\r\n",
            file.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_and_nothing_else() -> io::Result<()> {
        let server = Server::start(vec![7; 3])?;
        assert!(server.url().starts_with(&server.prefix()));
        for (path, begin, end) in [
            (
                FILE,
                "HTTP/1.0 200 OK\r\n",
                "Content-Length: 3\r\n\r\n\u{7}\u{7}\u{7}",
            ),
            (
                "/",
                "HTTP/1.0 404 Not Found\r\n",
                "Content-Length: 0\r\n\r\n",
            ),
        ] {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port))?;
            write!(stream, "GET {path} HTTP/1.0\r\nHost: here\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            assert!(
                answer.starts_with(begin) && answer.ends_with(end),
                "{answer}"
            );
        }
        assert_eq!(server.asked().len(), 2);
        Ok(())
    }
}
