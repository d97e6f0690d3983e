//! A hello taken to pieces, and put together with other extensions.

use std::vec::Vec;

use crate::connection::tests::craft::octets;

/// A hello: what stands in front of the extensions, and they.
#[derive(Clone)]
pub(super) struct Hello {
    pub(super) front: Vec<u8>,
    pub(super) extensions: Vec<(u16, Vec<u8>)>,
}

impl Hello {
    pub(super) fn parse(body: &[u8], is_client: bool) -> Self {
        let mut at = 34;
        let skip = |width: usize, at: &mut usize| {
            let length = body[*at..*at + width]
                .iter()
                .fold(0, |sum, octet| sum << 8 | usize::from(*octet));
            *at += width + length;
        };
        skip(1, &mut at);
        if is_client {
            skip(1, &mut at);
            skip(2, &mut at);
            skip(1, &mut at);
        } else {
            at += 3;
        }
        let (front, mut rest) = body.split_at(at);
        let mut extensions = Vec::new();
        rest = &rest[2..];
        while let [a, b, high, low, following @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let number = u16::from_be_bytes([*a, *b]);
            extensions.push((number, following[..length].to_vec()));
            rest = &following[length..];
        }
        Hello {
            front: front.to_vec(),
            extensions,
        }
    }

    pub(super) fn body(&self) -> Vec<u8> {
        let list = octets(|sink| {
            for (number, content) in &self.extensions {
                sink.u16(*number);
                sink.vector16(content);
            }
        });
        let mut body = self.front.clone();
        body.extend(octets(|sink| sink.vector16(&list)));
        body
    }

    pub(super) fn without(&self, number: u16) -> Self {
        let mut hello = self.clone();
        hello.extensions.retain(|(it, _)| *it != number);
        hello
    }

    /// This extension with that content, and in its own place if it has one.
    pub(super) fn with(&self, number: u16, content: &[u8]) -> Self {
        let mut hello = self.clone();
        match hello.extensions.iter_mut().find(|(it, _)| *it == number) {
            Some(found) => found.1 = content.to_vec(),
            None => hello.extensions.push((number, content.to_vec())),
        }
        hello
    }

    pub(super) fn content(&self, number: u16) -> Option<&[u8]> {
        let found = self.extensions.iter().find(|(it, _)| *it == number);
        found.map(|(_, content)| &content[..])
    }
}
