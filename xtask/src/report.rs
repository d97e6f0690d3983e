// SPDX-License-Identifier: MIT OR Apache-2.0
//! What became of each step and case: one line each, the reasons, the sum.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How a step ends when it does not pass.
#[derive(Debug, Clone)]
pub enum Failure {
    Failed(String),
    /// Something this machine does not have. A failure in CI: there everything must run.
    Skipped(String),
}

pub type Outcome<T = ()> = Result<T, Failure>;

impl From<String> for Failure {
    fn from(why: String) -> Self {
        Failure::Failed(why)
    }
}

impl From<&str> for Failure {
    fn from(why: &str) -> Self {
        Failure::Failed(why.to_owned())
    }
}

impl From<std::io::Error> for Failure {
    fn from(why: std::io::Error) -> Self {
        Failure::Failed(why.to_string())
    }
}

/// Whether this is continuous integration, where nothing may be skipped.
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

/// Collects outcomes; can be used from several threads.
pub struct Report {
    filter: String,
    strict: bool,
    begun: Instant,
    sums: Mutex<Sums>,
}

#[derive(Default)]
struct Sums {
    passed: usize,
    failed: Vec<String>,
    skipped: Vec<(String, String)>,
}

impl Report {
    /// Counts only what `filter` is part of the name of.
    pub fn new(filter: &str) -> Self {
        let filter = filter.to_owned();
        Report {
            filter,
            strict: in_ci(),
            begun: Instant::now(),
            sums: Mutex::default(),
        }
    }

    pub fn wants(&self, name: &str) -> bool {
        name.contains(&self.filter)
    }

    /// Runs `work` when the filter wants `name`, and prints how it went.
    pub fn step(&self, name: &str, work: impl FnOnce() -> Outcome) {
        if !self.wants(name) {
            return;
        }
        let begun = Instant::now();
        let outcome = work();
        self.add(name, begun.elapsed(), outcome);
    }

    pub fn add(&self, name: &str, time: Duration, outcome: Outcome) {
        let seconds = time.as_secs_f32();
        let outcome = match outcome {
            Err(Failure::Skipped(why)) if self.strict => Err(Failure::Failed(format!(
                "{why}\n(CI=true: nothing may be skipped)"
            ))),
            other => other,
        };
        let mut sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(()) => {
                println!("  ok       {name:<66} {seconds:>6.1} s");
                sums.passed += 1;
            }
            Err(Failure::Skipped(why)) => {
                println!("  skipped ({why})  {name}");
                sums.skipped.push((name.to_owned(), why));
            }
            Err(Failure::Failed(why)) => {
                println!("  FAILED   {name:<66} {seconds:>6.1} s");
                for line in why.trim_end().lines() {
                    println!("           | {line}");
                }
                sums.failed.push(name.to_owned());
            }
        }
    }

    /// Prints the sum, `N passed, N failed, N skipped` alone on the last line.
    pub fn end(self) -> bool {
        let sums = self
            .sums
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let counted = sums.passed + sums.failed.len() + sums.skipped.len();
        println!(
            "\n{counted} steps and cases in {:.0} s",
            self.begun.elapsed().as_secs_f32()
        );
        for name in &sums.failed {
            println!("  failed: {name}");
        }
        for (name, why) in &sums.skipped {
            println!("  skipped: {name} ({why})");
        }
        if counted == 0 {
            println!(
                "  no step or case has a name with \"{}\" in it",
                self.filter
            );
        }
        let (failed, skipped) = (sums.failed.len(), sums.skipped.len());
        println!("{} passed, {failed} failed, {skipped} skipped", sums.passed);
        failed == 0 && counted > 0
    }
}
