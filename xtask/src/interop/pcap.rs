// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes what a relay saw as a capture file, so that no right to capture is needed.

use std::io;
use std::path::Path;

use super::relay::Datagram;

/// Link type: packets begin with their IP header.
const RAW_IP: u32 = 101;
pub const SERVER_PORT: u16 = 5684;
const CLIENT_PORT: u16 = 40000;

pub fn write(path: &Path, datagrams: &[Datagram]) -> io::Result<()> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 0x1_0000, RAW_IP] {
        file.extend(u32::to_le_bytes(word));
    }
    for datagram in datagrams {
        let packet = ip_packet(datagram);
        let length = u32::try_from(packet.len()).map_err(io::Error::other)?;
        let seconds = u32::try_from(datagram.at.as_secs()).map_err(io::Error::other)?;
        for word in [seconds, datagram.at.subsec_micros(), length, length] {
            file.extend(word.to_le_bytes());
        }
        file.extend(packet);
    }
    std::fs::write(path, file)
}

fn ip_packet(datagram: &Datagram) -> Vec<u8> {
    let (client, server) = ([10, 0, 0, 1], [10, 0, 0, 2]);
    let (from, to, from_port, to_port) = if datagram.from_client {
        (client, server, CLIENT_PORT, SERVER_PORT)
    } else {
        (server, client, SERVER_PORT, CLIENT_PORT)
    };
    let udp_length = u16::try_from(8 + datagram.octets.len()).unwrap_or(u16::MAX);
    let mut packet = vec![0x45, 0];
    packet.extend(udp_length.saturating_add(20).to_be_bytes());
    packet.extend([0, 0, 0x40, 0, 64, 17, 0, 0]);
    packet.extend(from);
    packet.extend(to);
    // The checksums stay 0: for UDP that means none, and tshark does not look at IP's.
    packet.extend(from_port.to_be_bytes());
    packet.extend(to_port.to_be_bytes());
    packet.extend(udp_length.to_be_bytes());
    packet.extend([0, 0]);
    packet.extend(&datagram.octets);
    packet
}
