//! Instructions and stack of each operation.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

use core::arch::asm;
use core::hint::black_box;

use crate::board::{print, ticks_left};
use crate::crypto::{
    Aes128Ccm8, AgreementKey, EphemeralKey, Failure, HmacSha256, Mac, P256SigningKey,
    P256VerifyingKey, RecordKey, SigningKey, VerifyingKey,
};

/// Octets below the stack pointer that are painted.
const PAINTED: usize = 16 * 1024;
const PAINT: u8 = 0xa5;
const INSTRUCTIONS_PER_TICK: usize = 40;

pub fn print_all() -> Result<(), Failure> {
    let mut random = |octets: &mut [u8; 32]| {
        octets.fill(0x35);
        Ok(())
    };
    let (key, point) = measure("generate", || EphemeralKey::generate(&mut random))?;
    measure("agree", || key.agree(&point))?;
    let signer = P256SigningKey::import(&[0x53; 32])?;
    let signature = measure("sign", || signer.sign(&[7; 32], &[8; 32]))?;
    let public = signer.public()?;
    measure("verify", || P256VerifyingKey::verify(&public, &[7; 32], &signature))?;
    let record = Aes128Ccm8::import(&[1; 16]);
    let mut text = [2; 1024];
    let (short, _) = text.split_at_mut(64);
    measure("seal 64", || record.seal(&[3; 12], &[4; 13], short))?;
    measure("seal 1024", || record.seal(&[3; 12], &[4; 13], &mut text))?;
    let mac = HmacSha256::new(&[&[5; 16]]);
    measure("hmac 64", || Ok(black_box(mac.tag(&[&[6; 64]], &[]))))?;
    Ok(())
}

fn measure<T>(what: &str, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let bottom = paint();
    let before = ticks_left();
    let result = work();
    let ticks = before.wrapping_sub(ticks_left()) & 0x00ff_ffff;
    let stack = used(bottom);
    let instructions = ticks as usize * INSTRUCTIONS_PER_TICK;
    print("figure: ").print(what).print(": ");
    print("").number(instructions).print(" instructions, ");
    print("").number(stack).print(" octets of stack\n");
    result
}

/// Paints what is below the stack of the caller, but for what painting takes itself; where it
/// begins.
#[inline(never)]
fn paint() -> usize {
    let top = stack_pointer() - 64;
    let bottom = top - PAINTED;
    for address in bottom..top {
        // SAFETY: RAM that nothing else lies in, below the stack.
        unsafe { (address as *mut u8).write_volatile(PAINT) }
    }
    bottom
}

/// Octets from the stack pointer of here down to the lowest that was written to.
#[inline(never)]
fn used(bottom: usize) -> usize {
    let untouched = (bottom..bottom + PAINTED)
        // SAFETY: as in `paint`.
        .take_while(|address| unsafe { (*address as *const u8).read_volatile() } == PAINT)
        .count();
    stack_pointer() - bottom - untouched
}

fn stack_pointer() -> usize {
    let pointer;
    // SAFETY: it reads a register.
    unsafe { asm!("mov {}, sp", out(reg) pointer) };
    pointer
}
