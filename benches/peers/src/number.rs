//! Numbers as tables show them.

use crate::timing::Summary;

/// A number with three digits that count, as far as its size allows.
#[must_use]
pub fn rounded(number: f64) -> String {
    match number {
        ..0.1 => format!("{number:.4}"),
        ..10.0 => format!("{number:.2}"),
        ..100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// A median with the smallest and the largest value behind it.
#[must_use]
pub fn with_range(summary: &Summary) -> String {
    let Summary { median, minimum, maximum } = summary;
    format!("{} ({}–{})", rounded(*median), rounded(*minimum), rounded(*maximum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_count() {
        assert_eq!(
            [0.01234, 1.234, 12.34, 1234.0].map(rounded),
            ["0.0123", "1.23", "12.3", "1234"]
        );
        let summary = Summary { median: 2.0, minimum: 0.5, maximum: 30.0 };
        assert_eq!(with_range(&summary), "2.00 (0.50–30.0)");
    }
}
