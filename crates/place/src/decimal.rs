//! Decimal text to whole lattice units, exactly.

use crate::error::CoordinateFault;

/// Digits after the point that the lattice keeps.
const LATTICE_DIGITS: i64 = 7;

/// A value this large is out of range on any axis; larger ones are not told apart.
const CEILING: i64 = 100_000_000_000_000_000;

/// Beyond this an exponent moves every digit out of sight.
const EXPONENT_CEILING: i64 = 1_000_000_000_000;

/// Reads decimal text (`37.5`, `-.5`, `3.75e1`) as a number of 1e-7, rounded half to even.
///
/// No binary fraction is involved, so 0.00000005 is exactly a half and rounds to even. Values
/// beyond any coordinate come back as some value beyond any coordinate.
pub(crate) fn parse_e7(text: &str) -> Result<i64, CoordinateFault> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Err(CoordinateFault::Empty);
    }
    let (negative, unsigned) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction, exponent) = split(unsigned).ok_or_else(|| name_fault(unsigned))?;
    let point = (whole.len() as i64).saturating_add(exponent).saturating_add(LATTICE_DIGITS);
    let magnitude = round_at(whole, fraction, point);
    Ok(if negative { -magnitude } else { magnitude })
}

/// The digits before the point, those after it, and the exponent.
fn split(text: &str) -> Option<(&[u8], &[u8], i64)> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], parse_exponent(&text.as_bytes()[at + 1..])?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let some = !(whole.is_empty() && fraction.is_empty());
    (some && digits(whole) && digits(fraction)).then_some((
        whole.as_bytes(),
        fraction.as_bytes(),
        exponent,
    ))
}

fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = 0_i64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = (value * 10 + i64::from(digit - b'0')).min(EXPONENT_CEILING);
    }
    Some(if negative { -value } else { value })
}

/// The whole number made of the first `point` digits, rounded by those that follow.
fn round_at(whole: &[u8], fraction: &[u8], point: i64) -> i64 {
    let mut value = 0_i64;
    let mut next_digit = 0;
    let mut more = false;
    let mut place = 0_i64;
    for digit in whole.iter().chain(fraction).map(|digit| i64::from(digit - b'0')) {
        if place < point {
            value = (value * 10 + digit).min(CEILING);
        } else if place == point {
            next_digit = digit;
        } else {
            more |= digit != 0;
        }
        place += 1;
    }
    while value != 0 && value < CEILING && place < point {
        value = (value * 10).min(CEILING);
        place += 1;
    }
    let up = next_digit > 5 || (next_digit == 5 && (more || value % 2 == 1));
    value + i64::from(up)
}

fn name_fault(unsigned: &str) -> CoordinateFault {
    let is = |name: &str| unsigned.eq_ignore_ascii_case(name);
    if is("nan") || is("inf") || is("infinity") {
        CoordinateFault::NotFinite
    } else if unsigned.contains(',') && split(&unsigned.replacen(',', ".", 1)).is_some() {
        CoordinateFault::Comma
    } else {
        CoordinateFault::NotDecimal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_decimals_exactly() {
        for (text, expected) in [
            ("0", 0),
            ("-0.0", 0),
            ("37", 370_000_000),
            ("37.5", 375_000_000),
            ("+.5", 5_000_000),
            ("5.", 50_000_000),
            (" 48.1234567 ", 481_234_567),
            ("3.75e1", 375_000_000),
            ("375E-1", 375_000_000),
            ("0.00000005", 0),
            ("0.00000015", 2),
            ("0.00000025", 2),
            ("0.000000250000000000000000000000000001", 3),
            ("0.00000004999999999999999999999999", 0),
            ("1e-7", 1),
            ("5e-8", 0),
            ("6e-8", 1),
            ("9e-9", 0),
            ("9e-999999999999999999999", 0),
            ("000000000000000000000000000000001", 10_000_000),
            ("-179.99999995", -1_800_000_000),
        ] {
            assert_eq!(parse_e7(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn enormous_values_stay_enormous() {
        for text in ["1e99", "1e999999999999999999999", &"9".repeat(100_000)] {
            assert!(parse_e7(text).unwrap() >= CEILING, "{}", &text[..4]);
        }
        assert_eq!(parse_e7("0e999999999999"), Ok(0));
    }

    #[test]
    fn names_what_is_wrong() {
        for (text, fault) in [
            ("", CoordinateFault::Empty),
            ("  ", CoordinateFault::Empty),
            ("NaN", CoordinateFault::NotFinite),
            ("-inf", CoordinateFault::NotFinite),
            ("Infinity", CoordinateFault::NotFinite),
            ("48,5", CoordinateFault::Comma),
            ("48°30'", CoordinateFault::NotDecimal),
            (".", CoordinateFault::NotDecimal),
            ("-", CoordinateFault::NotDecimal),
            ("1e", CoordinateFault::NotDecimal),
            ("1e+", CoordinateFault::NotDecimal),
            ("1.2.3", CoordinateFault::NotDecimal),
            ("0x10", CoordinateFault::NotDecimal),
            ("--1", CoordinateFault::NotDecimal),
            ("٣٧", CoordinateFault::NotDecimal),
        ] {
            assert_eq!(parse_e7(text), Err(fault), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".*") {
            let _ = parse_e7(&text);
        }

        #[test]
        fn seven_decimals_are_kept(value in -1_800_000_000_i64..=1_800_000_000) {
            let sign = if value < 0 { "-" } else { "" };
            let text = format!("{sign}{}.{:07}", value.abs() / 10_000_000, value.abs() % 10_000_000);
            prop_assert_eq!(parse_e7(&text), Ok(value));
            // What a binary fraction of the same text would give.
            let float = text.parse::<f64>().unwrap() * 1e7;
            prop_assert_eq!(float.round() as i64, value);
        }

        #[test]
        fn an_exponent_moves_the_point(value in 0_i64..1_000_000_000, shift in 0_usize..20) {
            let plain = format!("{value}e-8");
            let moved = format!("{value}{}e-{}", "0".repeat(shift), 8 + shift);
            prop_assert_eq!(parse_e7(&plain), parse_e7(&moved));
        }
    }
}
