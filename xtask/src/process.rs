// SPDX-License-Identifier: MIT OR Apache-2.0
//! Other programs: run to their end, or kept running and watched. None outlives its owner.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::report::Outcome;

/// Runs `command` to its end. Its output is shown only when it fails.
pub fn run(command: &mut Command) -> Outcome<String> {
    let line = command_line(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{line}\ncannot be started: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    let complained = String::from_utf8_lossy(&output.stderr);
    let why = format!(
        "{line}\n{}{}\n{}",
        last_lines(&said, 60),
        last_lines(&complained, 60),
        output.status
    );
    Err(why.into())
}

/// The command as one would type it.
pub fn command_line(command: &Command) -> String {
    let mut line = String::new();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            let _ = write!(
                line,
                "{}={} ",
                name.to_string_lossy(),
                quoted(&value.to_string_lossy())
            );
        }
    }
    line.push_str(&command.get_program().to_string_lossy());
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&quoted(&argument.to_string_lossy()));
    }
    line
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=+:,./@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{word}'")
    }
}

/// The end of a long text, which is where the reason stands.
pub fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(count);
    let mut shown = String::new();
    if from > 0 {
        let _ = writeln!(shown, "... {from} lines before");
    }
    for line in lines.into_iter().skip(from) {
        shown.push_str(line);
        shown.push('\n');
    }
    shown
}

/// A program that runs beside us with its standard input open. Killed when dropped.
pub struct Running {
    line: String,
    child: Child,
    input: Option<ChildStdin>,
    heard: Arc<Heard>,
    readers: Vec<thread::JoinHandle<()>>,
}

/// What it has written so far.
#[derive(Default)]
struct Heard {
    text: Mutex<Text>,
    more: Condvar,
}

#[derive(Default, Clone)]
struct Text {
    output: Vec<u8>,
    error: Vec<u8>,
    open: usize,
}

impl Running {
    pub fn start(command: &Command) -> Outcome<Self> {
        let line = command_line(command);
        let mut child = tied_to_us(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{line}\ncannot be started: {error}"))?;
        let heard = Arc::new(Heard::default());
        let mut readers = Vec::new();
        if let Some(output) = child.stdout.take() {
            readers.push(listen(&heard, output, |text| &mut text.output));
        }
        if let Some(error) = child.stderr.take() {
            readers.push(listen(&heard, error, |text| &mut text.error));
        }
        let input = child.stdin.take();
        Ok(Running {
            line,
            child,
            input,
            heard,
            readers,
        })
    }

    /// Types one line on its standard input.
    pub fn type_line(&mut self, line: &str) -> Outcome {
        let input = self.input.as_mut().ok_or("its standard input is closed")?;
        input.write_all(format!("{line}\n").as_bytes())?;
        Ok(input.flush()?)
    }

    /// Ends its standard input.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Waits until `text` stands in its standard output or error; false when time is up or it
    /// has closed both.
    pub fn wait_for(&self, text: &str, within: Duration) -> bool {
        self.wait_until(within, |heard| contains(heard, text))
    }

    /// Waits until a whole line holds `text`: a line may be read in parts.
    pub fn wait_for_line(&self, text: &str, within: Duration) -> bool {
        self.wait_until(within, |heard| {
            let whole = heard.iter().rposition(|octet| *octet == b'\n');
            contains(&heard[..whole.unwrap_or(0)], text)
        })
    }

    /// Waits until it has said `text` so many times; how often it has.
    pub fn wait_for_times(&self, text: &str, times: usize, within: Duration) -> usize {
        let count = |heard: &[u8]| String::from_utf8_lossy(heard).matches(text).count();
        self.wait_until(within, |heard| count(heard) >= times);
        let heard = lock(&self.heard.text);
        count(&heard.output) + count(&heard.error)
    }

    /// Waits until its standard output or error is as wanted.
    fn wait_until(&self, within: Duration, wanted: impl Fn(&[u8]) -> bool) -> bool {
        let until = Instant::now() + within;
        let mut heard = lock(&self.heard.text);
        loop {
            if wanted(&heard.output) || wanted(&heard.error) {
                return true;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || heard.open == 0 {
                return false;
            }
            let waited = self.heard.more.wait_timeout(heard, left);
            heard = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for its end, and until all it wrote is read; `None` when time is up.
    pub fn wait_exit(&mut self, within: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + within;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                for reader in self.readers.drain(..) {
                    let _ = reader.join();
                }
                return Some(status);
            }
            if Instant::now() >= until {
                return None;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends it without a warning, as a loss of power does.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// The command line.
    pub fn line(&self) -> &str {
        &self.line
    }

    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    pub fn output(&self) -> String {
        String::from_utf8_lossy(&lock(&self.heard.text).output).into_owned()
    }

    pub fn error(&self) -> String {
        String::from_utf8_lossy(&lock(&self.heard.text).error).into_owned()
    }

    /// Command line and output, for a failure.
    pub fn transcript(&self) -> String {
        let (output, error) = (self.output(), self.error());
        let mut text = format!("$ {}\n", self.line);
        for (name, part) in [("", output), ("[standard error]\n", error)] {
            if !part.is_empty() {
                text.push_str(name);
                text.push_str(&last_lines(&part, 40));
            }
        }
        text
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

fn listen(
    heard: &Arc<Heard>,
    mut from: impl Read + Send + 'static,
    part: fn(&mut Text) -> &mut Vec<u8>,
) -> thread::JoinHandle<()> {
    lock(&heard.text).open += 1;
    let heard = Arc::clone(heard);
    thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut piece) {
            part(&mut lock(&heard.text)).extend_from_slice(&piece[..length]);
            heard.more.notify_all();
        }
        lock(&heard.text).open -= 1;
        heard.more.notify_all();
    })
}

fn lock(text: &Mutex<Text>) -> MutexGuard<'_, Text> {
    text.lock().unwrap_or_else(PoisonError::into_inner)
}

fn contains(text: &[u8], part: &str) -> bool {
    text.windows(part.len().max(1))
        .any(|window| window == part.as_bytes())
}

/// The same command under `setpriv`, with which the kernel ends it when we are killed ourselves
/// and cannot clean up. Machines without `setpriv` run it as it is.
fn tied_to_us(command: &Command) -> Command {
    let mut tied = if crate::need::found("setpriv") {
        let mut tied = Command::new("setpriv");
        tied.args(["--pdeathsig", "KILL", "--"])
            .arg(command.get_program());
        tied
    } else {
        Command::new(command.get_program())
    };
    tied.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => tied.env(name, value),
            None => tied.env_remove(name),
        };
    }
    if let Some(directory) = command.get_current_dir() {
        tied.current_dir(directory);
    }
    tied
}
