//! Rates as decimal text, from integers only.

/// `count` for each `unit` of `of`, with one decimal, rounded half away from zero; none when
/// there was nothing to divide by.
///
/// A count for each hour watched is `rate(count, seconds, 3600)`.
pub(crate) fn rate(count: u64, of: u64, unit: u64) -> Option<String> {
    if of == 0 {
        return None;
    }
    let tenths =
        (u128::from(count) * u128::from(unit) * 20 + u128::from(of)) / (u128::from(of) * 2);
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_rounded_half_away_from_zero() {
        assert_eq!(rate(1, 3600, 3600).as_deref(), Some("1.0"));
        assert_eq!(rate(1, 20, 1).as_deref(), Some("0.1"));
        assert_eq!(rate(49, 1000, 1).as_deref(), Some("0.0"));
        assert_eq!(rate(5, 0, 1), None);
        assert_eq!(rate(u64::MAX, u64::MAX, 1).as_deref(), Some("1.0"));
    }
}
