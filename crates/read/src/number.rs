//! Numbers in text, read exactly.

use crate::csv::{Column, Record};
use crate::row::{Fault, quoted};
use servanda_entry::limits::INTEGER_MAX;
use servanda_entry::{Disc, Place};
use servanda_place::{Axis, PlaceError, Point};

/// A whole number from 0 up. `12.0` and `1,200` are refused: which was meant is not ours to say.
pub(crate) fn whole(column: &str, text: &str) -> Result<u64, Fault> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let n = if digits { text.parse::<u64>().ok() } else { None };
    n.filter(|n| *n <= INTEGER_MAX.unsigned_abs()).ok_or_else(|| {
        Fault::at(column, format!("{} is not a whole number from 0 to {INTEGER_MAX}", quoted(text)))
    })
}

/// A decimal number from 0 up as a whole number of thousandths (`digits` 3), millionths (6), ….
/// What lies behind is cut off; none when it is no such number or above 10^15.
pub(crate) fn scaled(text: &str, digits: usize) -> Option<u64> {
    const MAX: u64 = 1_000_000_000_000_000;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0_u64;
    let kept = fraction.bytes().chain(std::iter::repeat(b'0')).take(digits);
    for byte in whole.bytes().chain(kept) {
        if !byte.is_ascii_digit() || value > MAX {
            return None;
        }
        value = value * 10 + u64::from(byte - b'0');
    }
    fraction.bytes().all(|b| b.is_ascii_digit()).then_some(value)
}

/// The point that two columns state.
pub(crate) fn point(
    record: &Record<'_, '_>,
    lon: Column<'_>,
    lat: Column<'_>,
) -> Result<Point, Fault> {
    Point::parse(record.text(lon), record.text(lat)).map_err(|error| {
        let column = match &error {
            PlaceError::Coordinate { axis: Axis::Latitude, .. } => lat.name,
            _ => lon.name,
        };
        Fault::at(column, error.to_string())
    })
}

/// A disc round a point.
pub(crate) fn disc(point: Point, radius_mm: u64) -> Place {
    Place::Disc(Disc { lat_e7: point.lat_e7, lon_e7: point.lon_e7, radius_mm })
}

/// Half the diagonal of a rectangle, in millimetres, rounded to the nearest.
pub(crate) fn half_diagonal_mm(width_mm: u64, height_mm: u64) -> u64 {
    let square = u128::from(width_mm).pow(2) + u128::from(height_mm).pow(2);
    // The floor of a root plus one, halved, is the root's half rounded to the nearest.
    u64::try_from(square.isqrt().saturating_add(1) / 2).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_nominal_viirs_pixel_has_a_radius_of_265_m() {
        assert_eq!(half_diagonal_mm(375_000, 375_000), 265_165);
        assert_eq!(half_diagonal_mm(300, 400), 250);
    }

    #[test]
    fn decimals_are_read_exactly() {
        for (text, value) in [
            ("0.51", Some(510_000)),
            ("0.5199999999", Some(519_999)),
            (".5", Some(500_000)),
            ("2", Some(2_000_000)),
            ("2.", Some(2_000_000)),
            ("", None),
            (".", None),
            ("-1", None),
            ("1e3", None),
            ("NaN", None),
            ("0.5x", None),
            ("0.5000000x", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(scaled(text, 6), value, "{text}");
        }
    }

    #[test]
    fn whole_numbers_are_digits_only() {
        assert_eq!(whole("n", "0"), Ok(0));
        for text in ["", "-1", "+1", "1.0", "1 000", "1e3", "NaN", "9007199254740992", "٣"] {
            assert!(whole("n", text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn half_a_diagonal_is_the_nearest_whole_number(
            a in 0_u64..10_000_000,
            b in 0_u64..10_000_000,
        ) {
            let radius = u128::from(half_diagonal_mm(a, b));
            let square = u128::from(a).pow(2) + u128::from(b).pow(2);
            // radius - 1/2 <= sqrt(square)/2 < radius + 1/2
            prop_assert!((2 * radius).saturating_sub(1).pow(2) <= square);
            prop_assert!(square < (2 * radius + 1).pow(2));
        }
    }
}
