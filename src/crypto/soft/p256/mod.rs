//! P-256 over the arithmetic of the crate `p256`: scalars, points, and ECDH.
//!
//! Of that crate only arithmetic is used, for its keys, encodings and signatures bring panics in:
//! `Scalar` and `ProjectivePoint`, whose operations take the same time for all values, and
//! `FieldElement`. A multiplication leaves copies of the scalar's digits on the stack, which from
//! here cannot be wiped; every value that lies here is.

mod ecdsa;
#[cfg(test)]
mod vectors;

use p256::elliptic_curve::ff::{Field, PrimeField};
use p256::elliptic_curve::point::{AffineCoordinates, DecompressPoint};
use p256::{AffinePoint, FieldElement, ProjectivePoint, Scalar};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub(crate) use ecdsa::{P256SigningKey, P256VerifyingKey};

use crate::crypto::{AgreementKey, DRAWS, Failure, Point, Random, SCALAR_LENGTH, SharedSecret};
use crate::wire::UNCOMPRESSED;

#[derive(ZeroizeOnDrop)]
pub(crate) struct EphemeralKey(Scalar);

impl AgreementKey for EphemeralKey {
    fn generate(random: &mut Random<'_>) -> Result<(Self, Point), Failure> {
        #[cfg(test)]
        tests::count(|operations| &mut operations.generate);
        let mut octets = Zeroizing::new([0; SCALAR_LENGTH]);
        for _ in 0..DRAWS {
            random(&mut octets)?;
            if let Some(scalar) = scalar(&octets) {
                let key = Self(scalar);
                let point = encode(&generator_times(&key.0))?;
                return Ok((key, point));
            }
        }
        Err(Failure)
    }

    fn agree(&self, peer: &Point) -> Result<SharedSecret, Failure> {
        #[cfg(test)]
        tests::count(|operations| &mut operations.agree);
        let scalar = &self.0;
        let mut product = (decode(peer)? * scalar).to_affine();
        let mut x = product.x();
        let secret = SharedSecret(x.into());
        x.zeroize();
        // The curve's order is prime: only a multiple of it would lead to infinity.
        let infinity = product.is_identity();
        product.zeroize();
        if infinity.into() {
            return Err(Failure);
        }
        Ok(secret)
    }
}

/// The scalar that the octets are, unless it is 0 or not less than the order.
fn scalar(octets: &[u8; SCALAR_LENGTH]) -> Option<Scalar> {
    let scalar = Option::<Scalar>::from(Scalar::from_repr((*octets).into()))?;
    (!bool::from(scalar.is_zero())).then_some(scalar)
}

fn generator_times(scalar: &Scalar) -> ProjectivePoint {
    ProjectivePoint::GENERATOR * scalar
}

/// The coefficient b of the curve, 5ac635d8 aa3a93e7 b3ebbd55 769886bc 651d06b0 cc53b0f6 3bce3c3e
/// 27d2604b (SEC 2 section 2.4.2).
const B: FieldElement = {
    let shift = FieldElement::from_u64(1 << 32).square();
    FieldElement::from_u64(0x5ac6_35d8_aa3a_93e7)
        .multiply(&shift)
        .add(&FieldElement::from_u64(0xb3eb_bd55_7698_86bc))
        .multiply(&shift)
        .add(&FieldElement::from_u64(0x651d_06b0_cc53_b0f6))
        .multiply(&shift)
        .add(&FieldElement::from_u64(0x3bce_3c3e_27d2_604b))
};

/// x^3 - 3x + b, which is y^2 at a point of the curve.
fn y_squared(x: &FieldElement) -> FieldElement {
    let three = FieldElement::from_u64(3);
    x.square().sub(&three).multiply(x).add(&B)
}

/// RFC 8422 section 5.11: "A receiving party MUST check that the x and y parameters from the
/// peer's public value satisfy the curve equation, y^2 = x^3 + ax + b mod p."
///
/// The point at infinity has no uncompressed form, and a coordinate of p or more is no field
/// element.
fn decode(octets: &Point) -> Result<ProjectivePoint, Failure> {
    let Some((&[UNCOMPRESSED], coordinates)) = octets.split_first_chunk() else {
        return Err(Failure);
    };
    let ([x_octets, y_octets], []) = coordinates.as_chunks() else {
        return Err(Failure);
    };
    let x = Option::from(FieldElement::from_bytes(x_octets.into()));
    let y = Option::from(FieldElement::from_bytes(y_octets.into()));
    let x: FieldElement = x.ok_or(Failure)?;
    let y: FieldElement = y.ok_or(Failure)?;
    if y.square() != y_squared(&x) {
        return Err(Failure);
    }
    // A point cannot be made of both coordinates without a path to a panic. The two roots differ
    // in parity: the one found is y.
    let point = Option::from(AffinePoint::decompress(x_octets.into(), y.is_odd()));
    point.map(|point: AffinePoint| point.into()).ok_or(Failure)
}

/// The uncompressed form; there is none of the point at infinity.
fn encode(point: &ProjectivePoint) -> Result<Point, Failure> {
    let point = point.to_affine();
    let x_octets = point.x();
    // Nor can both coordinates be read: y is found again as the root of its parity.
    let x = FieldElement::from_bytes(&x_octets);
    let root = x.and_then(|x| y_squared(&x).sqrt());
    let root = Option::<FieldElement>::from(root).ok_or(Failure)?;
    if point.is_identity().into() {
        return Err(Failure);
    }
    let odd: bool = (root.is_odd() ^ point.y_is_odd()).into();
    let y = if odd { root.neg() } else { root };

    let mut octets = [UNCOMPRESSED; _];
    let (_, coordinates) = octets.split_first_chunk_mut::<1>().ok_or(Failure)?;
    let from = x_octets.into_iter().chain(y.to_bytes());
    for (to, from) in coordinates.iter_mut().zip(from) {
        *to = from;
    }
    Ok(octets)
}

#[cfg(test)]
pub(crate) mod tests;
