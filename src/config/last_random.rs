//! The memory of the last Random, by which a source is found out that gives the same twice.

use core::sync::atomic::{AtomicU32, Ordering};

use crate::wire::RANDOM_LENGTH;

/// The front of the last Random that was made with a configuration; zeros before the first.
///
/// The only thing in a configuration that changes in use, by connections in any number of threads.
/// Words are loaded and stored one by one, since the smallest processors (ARMv6-M) can do no more
/// than that in one piece. Threads may get in each other's way: a repetition is then noticed one
/// Random later, or not at all if they draw at the same instant; and that words of two Randoms fit a
/// third by chance is as improbable as that two are equal.
#[derive(Debug, Default)]
pub(crate) struct LastRandom([AtomicU32; 2]);

impl LastRandom {
    /// Whether this Random begins as the last one did, which chance does once in 2^64 times. It
    /// takes its place.
    pub(crate) fn is_repeated_by(&self, random: &[u8; RANDOM_LENGTH]) -> bool {
        let (words, _) = random.as_chunks::<4>();
        let mut is_repeated = true;
        for (last, word) in self.0.iter().zip(words) {
            let word = u32::from_ne_bytes(*word);
            is_repeated &= last.load(Ordering::Relaxed) == word;
            last.store(word, Ordering::Relaxed);
        }
        is_repeated
    }
}

impl Clone for LastRandom {
    fn clone(&self) -> Self {
        let words = self.0.each_ref();
        LastRandom(words.map(|word| AtomicU32::new(word.load(Ordering::Relaxed))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_twice_in_a_row_is_noticed() {
        let last = LastRandom::default();
        assert!(!last.is_repeated_by(&[1; 32]));
        assert!(last.is_repeated_by(&[1; 32]));
        assert!(!last.is_repeated_by(&[2; 32]));
        assert!(!last.is_repeated_by(&[1; 32]));
        let copy = last.clone();
        assert!(copy.is_repeated_by(&[1; 32]));
        // One half alone is not enough.
        let mut half = [1; 32];
        half[4] = 9;
        assert!(!last.is_repeated_by(&half));
        half[0] = 9;
        assert!(!last.is_repeated_by(&half));
    }
}
