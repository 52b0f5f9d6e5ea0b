//! The text of a command as reports may show it: short, without the values of variables and without credentials.

/// How many characters of a command a reader needs.
const MAX_CHARACTERS: usize = 120;

/// Parts of the names of options whose values are nobody's business.
const PRIVATE: &[&str] =
    &["token", "password", "passwd", "secret", "api-key", "apikey", "access-key", "auth", "credential"];

/// The words of a command as one text.
pub(super) fn command(words: &[&str]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut is_value = false;
    for word in words {
        parts.push(if is_value && !word.starts_with('-') { "…".to_owned() } else { redacted(word) });
        is_value = word.starts_with('-') && !word.contains('=') && is_private(word);
    }
    let text = parts.join(" ");
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => {
            let head = text.get(..end).unwrap_or("");
            let is_whole = |word: &&String| head.contains(word.as_str());
            let address = parts.iter().find(|word| is_address(word) && !is_whole(word));
            let address = address.map_or_else(String::new, |word| format!(" {word}"));
            format!("{}…{address}", head.trim_end())
        }
        None => text,
    }
}

/// The host that a long command talks to, which tends to stand behind what it sends.
fn is_address(word: &str) -> bool {
    let is_named = word.starts_with('$') && ["URL", "HOOK", "HOST"].iter().any(|part| word.contains(part));
    (word.contains("://") || is_named) && word.len() <= MAX_CHARACTERS
}

fn redacted(word: &str) -> String {
    if let Some((name, value)) = word.split_once('=') {
        let is_variable = !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if !value.is_empty() && !value.starts_with('$') && (is_variable || is_private(name)) {
            return format!("{name}=…");
        }
    }
    // The user and the password of an address.
    if let Some((scheme, rest)) = word.split_once("://") {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        if let Some((login, _)) = authority.rsplit_once('@') {
            let after = rest.get(login.len()..).unwrap_or("");
            return format!("{scheme}://…{after}");
        }
    }
    word.to_owned()
}

fn is_private(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PRIVATE.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn values_of_variables_and_credentials_are_left_out() {
        for (words, expected) in [
            (vec!["docker", "run", "-e", "DB_PASSWORD=abc", "x"], "docker run -e DB_PASSWORD=… x"),
            (vec!["psql", "postgres://me:pw@host/db"], "psql postgres://…@host/db"),
            (vec!["vercel", "deploy", "--token", "abc"], "vercel deploy --token …"),
            (vec!["vercel", "deploy", "--token=abc", "--prod"], "vercel deploy --token=… --prod"),
        ] {
            assert_eq!(command(&words), expected);
        }
    }

    #[test]
    fn what_is_no_value_stays() {
        let words = vec!["pytest", "--cov=src", "-k", "a=b", "--token=$TOKEN"];
        assert_eq!(command(&words), "pytest --cov=src -k a=b --token=$TOKEN");
    }

    #[test]
    fn long_commands_end_early() {
        assert_eq!(command(&["a".repeat(300).as_str()]).chars().count(), 121);
        let body = "x".repeat(120);
        assert!(command(&["curl", "-d", &body, "$SLACK_WEBHOOK_URL"]).ends_with("x… $SLACK_WEBHOOK_URL"));
    }
}
