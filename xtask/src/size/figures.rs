// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a set takes, put together from its image and its runs.

use serde_json::{Value, json};

use super::modules::{self, Piece};
use super::run::{self, Said};
use super::sets::{Figure, Goal, Kind, Role, Set};
use super::{build, modules::largest, profile};
use crate::cmake::Tools;
use crate::report::Outcome;

/// One run of the image.
pub struct Run {
    pub kind: Kind,
    pub role: Role,
    pub said: Said,
}

pub struct Figures {
    pub set: &'static Set,
    pub flash: u32,
    /// Variables of application and library together.
    pub statics: u32,
    pub runs: Vec<Run>,
    pub pieces: Vec<Piece>,
    /// Functions and their instructions in a whole run as client, where a goal about them is missed
    /// and there are few enough to count.
    pub functions: Vec<(String, u32)>,
}

pub fn measure(set: &'static Set, tools: &Tools) -> Outcome<Figures> {
    let empty = build::sections(&build::empty()?)?;
    let image = build::ours(set)?;
    let sections = build::sections(&image)?;
    let mut runs = Vec::new();
    for &kind in set.kinds {
        for role in set.roles() {
            let said = run::run(kind, role, &image, tools)?;
            runs.push(Run { kind, role, said });
        }
    }
    Ok(Figures {
        set,
        flash: sections.flash - empty.flash,
        statics: sections.ram - empty.ram,
        runs,
        pieces: modules::pieces(&build::map(&image))?,
        functions: Vec::new(),
    })
}

/// The same, and what holds back the instructions where their goal is missed.
pub fn explain(set: &'static Set, tools: &Tools) -> Outcome<Figures> {
    let mut figures = measure(set, tools)?;
    let is_missed = figures
        .missed()
        .any(|goal| goal.figure == Figure::Instructions);
    if let (true, Some(&kind), 1..profile::LIMIT) =
        (is_missed, set.kinds.first(), figures.instructions())
    {
        figures.functions =
            profile::functions(kind, Role::Client, &build::image(set.name)?, tools)?;
    }
    Ok(figures)
}

impl Figures {
    /// Octets of something that the application declares.
    pub fn declared(&self, name: &str) -> u32 {
        self.runs.first().map_or(0, |run| run.said.declared(name))
    }

    /// The most that a run with the set's first kind of credentials takes.
    pub fn stack(&self) -> u32 {
        let first = self.set.kinds.first();
        let runs = self.runs.iter().filter(|run| Some(&run.kind) == first);
        runs.map(|run| run.said.stack).max().unwrap_or(0)
    }

    /// While handshaking: static, workspace, buffer and stack. The reassembly buffer is as large as
    /// the application wants it, and counted apart.
    pub fn ram(&self) -> u32 {
        self.statics - self.declared("reassembly") + self.stack()
    }

    /// What is left once the handshake is over: without the workspace.
    pub fn connected(&self) -> u32 {
        self.statics - self.declared("workspace") - self.declared("reassembly")
    }

    /// Static memory that nobody declares.
    pub fn hidden(&self) -> u32 {
        let declared = [
            "config",
            "connection",
            "workspace",
            "reassembly",
            "buffer",
            "server",
        ];
        let declared = declared.map(|name| self.declared(name)).iter().sum();
        self.statics.saturating_sub(declared)
    }

    /// Of the handshake as a client, with the set's first kind of credentials.
    pub fn instructions(&self) -> u32 {
        self.handshake(Role::Client)
    }

    pub fn handshake(&self, role: Role) -> u32 {
        let run = self.runs.iter().find(|run| run.role == role);
        run.map_or(0, |run| run.said.handshake())
    }

    pub fn figure(&self, figure: Figure) -> u32 {
        match figure {
            Figure::Flash => self.flash,
            Figure::Ram => self.ram(),
            Figure::Instructions => self.instructions(),
        }
    }

    /// The goals of which the better figure is not reached.
    pub fn missed(&self) -> impl Iterator<Item = &'static Goal> {
        let goals = self.set.goals.iter();
        goals.filter(|goal| self.figure(goal.figure) > goal.aim.unwrap_or(goal.limit))
    }

    /// What the budget keeps.
    pub fn recorded(&self) -> impl Iterator<Item = (&'static str, u32)> {
        let figures = [
            ("flash", self.flash),
            ("static", self.statics),
            ("stack", self.stack()),
            ("client-handshake", self.handshake(Role::Client)),
            ("server-handshake", self.handshake(Role::Server)),
        ];
        // A client has no handshake as a server.
        figures.into_iter().filter(|(_, figure)| *figure > 0)
    }

    pub fn to_json(&self) -> Value {
        let runs = self.runs.iter().map(|run| {
            let calls = run.said.calls.iter().map(|call| {
                json!({
                    "call": call.name,
                    "calls": call.count,
                    "stack": call.stack,
                    "instructions": call.instructions,
                })
            });
            json!({
                "credentials": run.kind.name(),
                "role": run.role.name(),
                "stack": run.said.stack,
                "handshake_instructions": run.said.handshake(),
                "calls": calls.collect::<Vec<_>>(),
            })
        });
        let pairs = |pairs: Vec<(String, u32)>| {
            pairs
                .into_iter()
                .map(|(name, octets)| json!({"name": name, "octets": octets}))
                .collect::<Vec<_>>()
        };
        let named = |piece: Piece| (piece.name, piece.octets);
        json!({
            "set": self.set.name,
            "features": self.set.features,
            "provider": self.set.provider,
            "flash": self.flash,
            "static": self.statics,
            "config": self.declared("config"),
            "connection": self.declared("connection"),
            "workspace": self.declared("workspace"),
            "reassembly": self.declared("reassembly"),
            "buffer": self.declared("buffer"),
            "stack": self.stack(),
            "ram": self.ram(),
            "connected": self.connected(),
            "runs": runs.collect::<Vec<_>>(),
            "modules": pairs(modules::by_module(&self.pieces)),
            "largest": pairs(largest(&self.pieces, 10).into_iter().map(named).collect()),
        })
    }
}
