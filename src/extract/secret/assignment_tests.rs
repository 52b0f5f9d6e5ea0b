//! Which values are credentials.

use super::*;

#[test]
fn hashes_addresses_and_encoded_words_are_no_credentials() {
    for value in [
        "https://acme.io/q7Zp0Xk2Rv9LmT4bW1",
        "sha256-q7Zp0Xk2Rv9LmT4bW1aGhJnS5cVdEyQ",
        "eyJVc2VySUQiOiJkZWZhdWx0VXNlciJ9",
    ] {
        assert!(!is_credential(value), "{value}");
    }
    assert!(is_credential(&["q7Zp0Xk2Rv", "9LmT4bW1aG"].concat()));
}

#[test]
fn the_expression_compiles() {
    assert!(ASSIGNED.is_match(r#" = "q7Zp0Xk2Rv9LmT""#));
    assert!(!ASSIGNED.is_match(r#" == "q7Zp0Xk2Rv9LmT""#));
}
