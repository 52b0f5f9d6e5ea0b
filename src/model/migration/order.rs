//! The order in which tools apply migrations: by the numbers that begin their names, then by the names.

/// What a name sorts by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OrderKey(Vec<u128>, String);

/// The key of a migration's name: `V1.10__x` follows `V1.9__x`.
pub(super) fn key(name: &str) -> OrderKey {
    let rest = name.strip_prefix(['V', 'v', 'B', 'm']).unwrap_or(name);
    let mut numbers = Vec::new();
    let mut rest = rest;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            break;
        }
        let (number, after) = rest.split_at_checked(digits).unwrap_or((rest, ""));
        numbers.push(number.parse().unwrap_or(u128::MAX));
        let Some(next) = after.strip_prefix(['.', '_', '-']) else { break };
        rest = next;
    }
    OrderKey(numbers, name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn numbers_sort_as_numbers() {
        for (earlier, later) in [
            ("V1.9__b", "V1.10__a"),
            ("2_b", "10_a"),
            ("0_init", "20240101000000_a"),
            ("2024_01_02_000000_a", "2024_01_10_000000_a"),
            ("0001_a", "0001_b"),
        ] {
            assert!(key(earlier) < key(later), "{earlier} {later}");
        }
    }
}
