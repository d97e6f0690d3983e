//! Floor 5: a store of sessions in an array of the application, for servers that have no other.

use zeroize::Zeroize;

use crate::session::{SESSION_LIFETIME_MS, SESSION_MAX, Session};
use crate::time::Instant;

/// Room for one session.
pub(crate) struct Entry {
    /// When it was put there; `None` for an entry without a session.
    put: Option<Instant>,
    length: u16,
    octets: [u8; SESSION_MAX],
}

impl Entry {
    pub(crate) const fn empty() -> Self {
        Entry {
            put: None,
            length: 0,
            octets: [0; SESSION_MAX],
        }
    }

    fn session(&self) -> &[u8] {
        self.octets
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }

    fn has_id(&self, id: &[u8]) -> bool {
        self.put.is_some() && Session::id_of(self.session()) == Some(id)
    }

    fn clear(&mut self) {
        self.octets.zeroize();
        self.length = 0;
        self.put = None;
    }
}

/// Keeps a session, in place of the oldest if there is no room. Sessions that are too old go.
pub(crate) fn put(entries: &mut [Entry], id: &[u8], session: &[u8], now: Instant) {
    remove(entries, id);
    remove_old(entries, now);
    let age = |entry: &Entry| entry.put.map_or(u32::MAX, |put| now.since(put));
    let Some(place) = entries.iter_mut().max_by_key(|entry| age(entry)) else {
        return;
    };
    let Some(room) = place.octets.get_mut(..session.len()) else {
        return;
    };
    for (to, from) in room.iter_mut().zip(session) {
        *to = *from;
    }
    place.length = session.len() as u16;
    place.put = Some(now);
}

/// Writes the session of that id to the front of `out`; how many octets it has.
pub(crate) fn get(entries: &mut [Entry], id: &[u8], out: &mut [u8], now: Instant) -> Option<usize> {
    remove_old(entries, now);
    let entry = entries.iter().find(|entry| entry.has_id(id))?;
    let session = entry.session();
    let room = out.get_mut(..session.len())?;
    for (to, from) in room.iter_mut().zip(session) {
        *to = *from;
    }
    Some(session.len())
}

/// Forgets a session.
pub(crate) fn remove(entries: &mut [Entry], id: &[u8]) {
    for entry in entries.iter_mut().filter(|entry| entry.has_id(id)) {
        entry.clear();
    }
}

fn remove_old(entries: &mut [Entry], now: Instant) {
    for entry in entries {
        if entry
            .put
            .is_some_and(|put| now.since(put) >= SESSION_LIFETIME_MS)
        {
            entry.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Role;
    use crate::suite::tests::SUITE;
    extern crate std;
    use std::vec::Vec;

    fn session(id: u8) -> Vec<u8> {
        let session = Session {
            role: Role::Server,
            suite: SUITE,
            max_fragment_length: None,
            asked_fragment_length: None,
            id: &[id; 16],
            master_secret: &[id; 48],
            binding: [0; 32],
            peer: crate::credential::peer::PeerKind::Psk,
            identity: b"device1",
            not_after: None,
            made_ms: 0,
        };
        let mut out = [0; SESSION_MAX];
        let length = session.write(&mut out).unwrap();
        out[..length].to_vec()
    }

    struct Cache {
        entries: Vec<Entry>,
    }

    impl Cache {
        fn new(count: usize) -> Self {
            Cache {
                entries: (0..count).map(|_| Entry::empty()).collect(),
            }
        }

        fn put(&mut self, id: u8, now: u32) {
            put(&mut self.entries, &[id; 16], &session(id), Instant(now));
        }

        fn has(&mut self, id: u8, now: u32) -> bool {
            let mut out = [0; SESSION_MAX];
            let found = get(&mut self.entries, &[id; 16], &mut out, Instant(now));
            found.is_some_and(|length| out[..length] == session(id))
        }
    }

    #[test]
    fn the_oldest_makes_room() {
        let mut cache = Cache::new(2);
        let start = u32::MAX - 5;
        assert!(!cache.has(1, start));
        cache.put(1, start);
        cache.put(2, start.wrapping_add(10));
        assert!(cache.has(1, 20) && cache.has(2, 20));
        cache.put(3, 20);
        assert!(!cache.has(1, 30) && cache.has(2, 30) && cache.has(3, 30));
    }

    #[test]
    fn a_session_stands_there_once_and_can_be_removed() {
        let mut cache = Cache::new(2);
        cache.put(1, 0);
        cache.put(2, 1);
        cache.put(2, 2);
        assert!(cache.has(1, 3) && cache.has(2, 3));
        remove(&mut cache.entries, &[2; 16]);
        assert!(cache.has(1, 3) && !cache.has(2, 3));
        assert!(
            cache
                .entries
                .iter()
                .all(|entry| entry.put.is_some() || entry.octets == [0; SESSION_MAX])
        );
    }

    /// RFC 5246 F.1.4: "An upper limit of 24 hours".
    #[test]
    fn old_sessions_go() {
        let mut cache = Cache::new(2);
        cache.put(1, 0);
        assert!(cache.has(1, SESSION_LIFETIME_MS - 1));
        assert!(!cache.has(1, SESSION_LIFETIME_MS));
        assert!(!cache.has(1, 1), "it is gone for good");
    }

    #[test]
    fn nothing_fits_an_empty_cache_or_a_short_buffer() {
        let mut cache = Cache::new(0);
        cache.put(1, 0);
        assert!(!cache.has(1, 0));
        let mut cache = Cache::new(1);
        cache.put(1, 0);
        assert_eq!(
            get(&mut cache.entries, &[1; 16], &mut [0; 50], Instant(0)),
            None
        );
        put(
            &mut cache.entries,
            &[9; 16],
            &[0; SESSION_MAX + 1],
            Instant(0),
        );
        assert!(!cache.has(9, 0));
    }
}
