//! What a network does to datagrams, and the count of what it did to which flight.

use std::vec::Vec;

use super::craft::{records, shown};
use super::random::Random;
use crate::wire::Reader;
use crate::wire::client_hello::ClientHelloStart;

/// The flights of a conversation; a datagram belongs to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flight {
    ClientHello,
    HelloVerifyRequest,
    ClientHelloWithCookie,
    ServerHello,
    ClientFinished,
    ServerFinished,
    Data,
    Alert,
}

impl Flight {
    pub(super) const ALL: [Flight; 8] = [
        Flight::ClientHello,
        Flight::HelloVerifyRequest,
        Flight::ClientHelloWithCookie,
        Flight::ServerHello,
        Flight::ClientFinished,
        Flight::ServerFinished,
        Flight::Data,
        Flight::Alert,
    ];

    pub(super) fn of(datagram: &[u8], is_from_client: bool) -> Flight {
        let finished = if is_from_client {
            Flight::ClientFinished
        } else {
            Flight::ServerFinished
        };
        match shown(datagram) {
            (21, ..) => Flight::Alert,
            (23, ..) => Flight::Data,
            (22, 0, Some(1)) => {
                // A later fragment is told by its number: the first ClientHello is message 0.
                let start = ClientHelloStart::parse(&mut Reader::new(&datagram[25..]));
                let is_first_fragment = datagram[19..22] == [0, 0, 0];
                let has_cookie = match start {
                    Ok(start) if is_first_fragment => !start.cookie.is_empty(),
                    _ => datagram[17..19] != [0, 0],
                };
                if has_cookie {
                    Flight::ClientHelloWithCookie
                } else {
                    Flight::ClientHello
                }
            }
            (22, 0, Some(3)) => Flight::HelloVerifyRequest,
            (22, 0, Some(2 | 11..=14)) if !is_from_client => Flight::ServerHello,
            _ => finished,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Lost,
    Duplicated,
    /// Overtaken by a datagram that was sent after it.
    Reordered,
    BitFlipped,
    Truncated,
    /// `send` answered TooBig.
    TooBig,
    /// `send` answered Nothing.
    Blocked,
    /// Sent again with another MTU than before.
    MtuChanged,
}

impl Fault {
    pub(super) const ALL: [Fault; 8] = [
        Fault::Lost,
        Fault::Duplicated,
        Fault::Reordered,
        Fault::BitFlipped,
        Fault::Truncated,
        Fault::TooBig,
        Fault::Blocked,
        Fault::MtuChanged,
    ];

    /// The server's flights are shorter than the smallest MTU; HelloVerifyRequest, data and alerts
    /// are never sent again; nothing is sent after an alert.
    fn can_hit(self, flight: Flight) -> bool {
        match self {
            Fault::TooBig => matches!(
                flight,
                Flight::ClientHello
                    | Flight::ClientHelloWithCookie
                    | Flight::ClientFinished
                    | Flight::Data
            ),
            Fault::Reordered => flight != Flight::Alert,
            Fault::MtuChanged => !matches!(
                flight,
                Flight::HelloVerifyRequest | Flight::Data | Flight::Alert
            ),
            _ => true,
        }
    }
}

/// How often each fault hit each flight.
#[derive(Debug, Default)]
pub(super) struct Table([[u32; 8]; 8]);

impl Table {
    pub(super) fn count(&mut self, fault: Fault, flight: Flight) {
        self.0[fault as usize][flight as usize] += 1;
    }

    /// Every fault that can hit a flight has hit it.
    pub(super) fn assert_complete(&self) {
        for fault in Fault::ALL {
            for flight in Flight::ALL {
                let count = self.0[fault as usize][flight as usize];
                assert!(
                    count > 0 || !fault.can_hit(flight),
                    "no {flight:?} was {fault:?}:\n{self:#?}"
                );
            }
        }
    }

    pub(super) fn print(&self) {
        std::print!("{:>22}", "");
        for fault in Fault::ALL {
            std::print!("{:>12}", std::format!("{fault:?}"));
        }
        std::println!();
        for flight in Flight::ALL {
            std::print!("{:>22}", std::format!("{flight:?}"));
            for fault in Fault::ALL {
                std::print!("{:>12}", self.0[fault as usize][flight as usize]);
            }
            std::println!();
        }
    }
}

/// What the run as a whole came to.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) table: Table,
    pub(super) attempts: u32,
    /// Attempts that ended by silence, although nothing was altered.
    pub(super) timeouts: u32,
    /// Attempts that ended where octets were altered.
    pub(super) errors: u32,
    pub(super) datagrams: u32,
}

/// How bad the network of one conversation is: chances in a thousand.
#[derive(Debug, Clone)]
pub(super) struct Weather {
    pub(super) loss: u64,
    pub(super) duplication: u64,
    pub(super) delay: u64,
    pub(super) bit_flip: u64,
    pub(super) truncation: u64,
    pub(super) too_big: u64,
    pub(super) blocked: u64,
    pub(super) mtu_change: u64,
}

impl Weather {
    /// Now and then all is well, in one respect or in all.
    pub(super) fn draw(random: &mut Random) -> Self {
        let mut upto = |most: u64| match random.below(4) {
            0 => 0,
            _ => random.between(0, most),
        };
        Weather {
            loss: upto(300),
            duplication: upto(200),
            delay: upto(300),
            bit_flip: upto(60),
            truncation: upto(60),
            too_big: upto(120),
            blocked: upto(150),
            mtu_change: upto(200),
        }
    }

    /// What becomes of a datagram: the copies that arrive, each with its way's milliseconds.
    pub(super) fn carry(
        &self,
        random: &mut Random,
        datagram: &[u8],
        mut count: impl FnMut(Fault),
    ) -> Vec<(u64, Vec<u8>)> {
        let copies = if random.chance(self.loss) {
            count(Fault::Lost);
            0
        } else if random.chance(self.duplication) {
            count(Fault::Duplicated);
            2
        } else {
            1
        };
        let carry_one = |_| {
            let mut way = 20;
            if random.chance(self.delay) {
                way += random.between(1, 2_500);
            }
            let mut octets = datagram.to_vec();
            if random.chance(self.bit_flip) {
                count(Fault::BitFlipped);
                for _ in 0..random.between(1, 3) {
                    let bit = random.below(octets.len() as u64 * 8) as usize;
                    octets[bit / 8] ^= 1 << (bit % 8);
                }
            }
            if random.chance(self.truncation) {
                count(Fault::Truncated);
                octets.truncate(random.below(octets.len() as u64) as usize);
            }
            (way, octets)
        };
        (0..copies).map(carry_one).collect()
    }
}

/// One line for a datagram.
pub(super) fn describe(datagram: &[u8]) -> std::string::String {
    let described = records(datagram).into_iter().map(|record| {
        let (content_type, epoch, first) = shown(&record);
        let number = record[10];
        let length = record.len() - 13;
        match (content_type, epoch, first) {
            (22, 0, Some(msg_type)) => {
                std::format!("[{number}: message {msg_type}, {length}]")
            }
            _ => std::format!("[{epoch}/{number}: type {content_type}, {length}]"),
        }
    });
    described.collect::<Vec<_>>().join(" ")
}
