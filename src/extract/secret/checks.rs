//! What an expression cannot say of a credential: checksums, encoded parts, what stands around it.

use serde::Deserialize;

use super::format::Captures;
use super::{connection, shape};
use crate::facts::Severity;

/// The day on which the ends of tokens were last looked at, 2026-11-01, in seconds since 1970.
const WRITTEN: f64 = 1_793_491_200.0;

/// How far around a value its file is asked what the value is.
const NEAR: usize = 4096;

/// A check of a matched value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Check {
    /// The last six characters are the CRC-32 of the characters before them, without the prefix, in base 62.
    #[serde(rename = "crc32-base62")]
    Crc32Base62,
    /// A password in a connection string or an address: judged by user, host and database.
    Connection,
    /// The body of a private key, and whether a passphrase protects it.
    PrivateKey,
    /// The private part of a key in JSON.
    PrivateJsonWebKey,
    /// Three parts, of which the first two are JSON.
    JsonWebToken,
    /// Base 64 of `user:password`.
    BasicCredentials,
    /// Base 64 of a private key.
    EncodedPrivateKey,
    /// A value that looks drawn at random.
    Random,
}

impl Check {
    /// Whether a generic judgement of the value (placeholder, entropy) comes first.
    pub(super) const fn is_of_plain_values(self) -> bool {
        matches!(self, Self::Crc32Base62 | Self::PrivateJsonWebKey | Self::Random)
    }

    /// How bad a matched value is; `None` where it is no credential.
    pub(super) fn judge(
        self,
        captures: &Captures<'_>,
        value: &str,
        text: &str,
        severity: Severity,
    ) -> Option<Severity> {
        let at = captures.name("secret").map_or(0, |found| found.start());
        match self {
            Self::Crc32Base62 => has_valid_checksum(value).then_some(severity),
            Self::Connection => connection::judge(captures, value, severity),
            Self::PrivateKey => private_key(value, captures.get(0).map_or("", |found| found.as_str()), severity),
            Self::PrivateJsonWebKey => {
                let near = text
                    .get(text.floor_char_boundary(at.saturating_sub(NEAR))..text.floor_char_boundary(at + NEAR))
                    .unwrap_or("");
                (near.contains("\"kty\"") || near.contains("\"Kty\"") || near.contains("\"crv\"")).then_some(severity)
            }
            Self::JsonWebToken if value.starts_with("ey") => json_web_token(value, severity),
            Self::JsonWebToken => json_web_token(&String::from_utf8_lossy(&decode(value)?), severity),
            Self::EncodedPrivateKey => encoded_private_key(value, severity),
            Self::Random => (shape::is_uuid(value) || shape::looks_random(value, 16)).then_some(severity),
            Self::BasicCredentials => {
                let decoded = decode_text(value)?;
                let (user, password) = decoded.split_once(':')?;
                connection::judge_password(user, password, "", "").map(|_| severity)
            }
        }
    }
}

fn has_valid_checksum(token: &str) -> bool {
    let Some((_, random)) = token.split_once('_') else { return false };
    let Some((body, checksum)) = random.len().checked_sub(6).and_then(|at| random.split_at_checked(at)) else {
        return false;
    };
    base62(crc32(body.as_bytes())) == checksum
}

/// CRC-32 as in Ethernet and ZIP.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}

/// Six digits in base 62: digits, capitals, small letters.
fn base62(mut number: u32) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut digits = [b'0'; 6];
    for place in digits.iter_mut().rev() {
        *place = DIGITS.get((number % 62) as usize).copied().unwrap_or(b'0');
        number /= 62;
    }
    digits.iter().map(|&digit| char::from(digit)).collect()
}

fn private_key(body: &str, whole: &str, severity: Severity) -> Option<Severity> {
    let is_encrypted = whole.contains("ENCRYPTED");
    let headers_end = body.rfind(": ").and_then(|at| body.get(at..)?.find('\n').map(|line| at + line)).unwrap_or(0);
    let encoded: String = body.get(headers_end..)?.replace("\\n", "").replace("\\r", "").split_whitespace().collect();
    let is_real = encoded.len() >= 64 && !encoded.contains("...") && shape::entropy(&encoded) > 4.0;
    is_real.then_some(if is_encrypted { Severity::Low } else { severity })
}

/// A whole key in base 64, or the start of one: lines are often cut.
fn encoded_private_key(value: &str, severity: Severity) -> Option<Severity> {
    let whole = value.get(..value.len() - value.len() % 4)?;
    let bytes = decode(whole)?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.strip_prefix("-----BEGIN ")?.split_once("PRIVATE KEY-----")?;
    let is_real = body.len() >= 64 && shape::entropy(value) > 4.0;
    is_real.then_some(if head.contains("ENCRYPTED") { Severity::Low } else { severity })
}

fn json_web_token(token: &str, severity: Severity) -> Option<Severity> {
    let mut parts = token.split('.');
    let header = json(parts.next()?)?;
    let payload = json(parts.next()?)?;
    header.get("alg").and_then(serde_json::Value::as_str).filter(|algorithm| *algorithm != "none")?;
    let text_of = |key: &str| payload.get(key).and_then(serde_json::Value::as_str).unwrap_or("");
    // The token that introductions to the format show, and the keys of every local Supabase stack.
    let host_of = |key| text_of(key).rsplit("://").next().and_then(|rest| rest.split('/').next()).unwrap_or("");
    if ["iss", "aud"].into_iter().any(|key| connection::is_example_host(host_of(key))) {
        return None;
    }
    if text_of("sub") == "1234567890" || text_of("name") == "John Doe" || text_of("iss") == "supabase-demo" {
        return None;
    }
    Some(match text_of("role") {
        _ if is_over(&payload) || !names_somebody(&payload) => Severity::Info,
        "anon" => Severity::Info,
        "service_role" => Severity::Critical,
        _ => severity,
    })
}

/// Whether a token had ended before this version of the program was written. A later day would make findings depend on
/// the day of the scan.
fn is_over(payload: &serde_json::Map<String, serde_json::Value>) -> bool {
    payload.get("exp").and_then(serde_json::Value::as_f64).is_some_and(|end| end < WRITTEN)
}

/// Whether a payload says for whom or for what a token is. Without, it is a signed message that anybody may read.
fn names_somebody(payload: &serde_json::Map<String, serde_json::Value>) -> bool {
    payload.keys().any(|key| {
        let key = key.to_ascii_lowercase();
        let is_claim =
            ["sub", "iss", "aud", "exp", "iat", "nbf", "jti", "azp", "sid", "id", "uid"].contains(&key.as_str());
        is_claim
            || ["scope", "role", "user", "client", "account", "tenant", "email", "name", "key", "token", "perm", "auth"]
                .iter()
                .any(|word| key.contains(word))
    })
}

fn json(encoded: &str) -> Option<serde_json::Map<String, serde_json::Value>> {
    serde_json::from_slice(&decode(encoded)?).ok()
}

/// The text that base 64 encodes, where it is printable.
pub(super) fn decode_text(encoded: &str) -> Option<String> {
    let text = String::from_utf8(decode(encoded)?).ok()?;
    text.chars().all(|c| !c.is_control() || c == '\n').then_some(text)
}

/// The bytes that base 64, in either alphabet, with or without padding, encodes.
fn decode(encoded: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(encoded.len() * 3 / 4);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for byte in encoded.trim_end_matches('=').bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        buffer = (buffer << 6) | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits & 0xFF) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_ethernet() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(base62(61), "00000z");
    }

    #[test]
    fn base_64_is_decoded_in_both_alphabets() {
        assert_eq!(decode_text("YTpi").as_deref(), Some("a:b"));
        assert_eq!(decode("-_8"), Some(vec![0xFB, 0xFF]));
        assert_eq!(decode("a b"), None);
    }

    #[test]
    fn a_key_with_an_elided_body_is_none() {
        let body = format!("\nMII...{}\n", "q7Zp0Xk2Rv9LmT4bW1".repeat(4));
        assert_eq!(private_key(&body, "", Severity::Critical), None);
    }

    #[test]
    fn a_passphrase_lowers_a_private_key() {
        let body = format!(
            "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{}\n",
            "q7Zp0Xk2Rv9LmT4bW1aGhJnS5cVdEyQ".repeat(3)
        );
        assert_eq!(private_key(&body, &body, Severity::Critical), Some(Severity::Low));
    }
}
