//! Expressions between the braces of a template: pipelines of functions over fields, variables and literals.

/// How deep parentheses may nest.
const DEPTH: usize = 32;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// `.Values.image.tag`, from the current value; without parts the value itself.
    Field(Vec<String>),
    /// `$name.field`; the name is `""` for `$`.
    Variable(String, Vec<String>),
    Text(String),
    Number(i64),
    Flag(bool),
    Nothing,
    /// A function with its arguments; the last of a pipeline is the first argument's successor.
    Call(String, Vec<Expression>),
    /// `(…).field`
    Of(Box<Expression>, Vec<String>),
}

/// A word of an expression.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    /// `.field` right after a closing parenthesis.
    Tail(String),
    Pipe,
}

/// Parses a pipeline. `None` where it is not understood.
pub(super) fn parse(text: &str) -> Option<Expression> {
    let tokens = tokens(text)?;
    let mut at = 0;
    let found = pipeline(&tokens, &mut at, 0)?;
    (at == tokens.len()).then_some(found)
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '"' => string(rest)?,
            '`' => {
                let inner = rest.get(1..)?;
                let end = inner.find('`')?;
                (Token::Text(inner.get(..end)?.to_owned()), end + 2)
            }
            '(' => (Token::Open, 1),
            ')' => {
                tokens.push(Token::Close);
                rest = rest.get(1..)?;
                if rest.starts_with('.') {
                    let end = rest.find(is_end).unwrap_or(rest.len());
                    tokens.push(Token::Tail(rest.get(1..end)?.to_owned()));
                    rest = rest.get(end..)?;
                }
                rest = rest.trim_start();
                continue;
            }
            '|' => (Token::Pipe, 1),
            ',' => {
                rest = rest.get(1..)?.trim_start();
                continue;
            }
            _ => {
                let end = rest.find(is_end).unwrap_or(rest.len());
                if end == 0 {
                    return None;
                }
                (Token::Word(rest.get(..end)?.to_owned()), end)
            }
        };
        tokens.push(token);
        rest = rest.get(length..)?.trim_start();
    }
    Some(tokens)
}

fn is_end(character: char) -> bool {
    character.is_whitespace() || matches!(character, '(' | ')' | '|' | '"' | '`' | ',')
}

/// A text in double quotes, and how many bytes it takes.
fn string(rest: &str) -> Option<(Token, usize)> {
    let mut out = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((Token::Text(out), at + 1)),
            '\\' => match characters.next()?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                other => out.push(other),
            },
            other => out.push(other),
        }
    }
    None
}

/// Commands joined by bars: the result of one is the last argument of the next. The depth bounds the recursion.
fn pipeline(tokens: &[Token], at: &mut usize, depth: usize) -> Option<Expression> {
    let mut found = command(tokens, at, depth)?;
    while tokens.get(*at) == Some(&Token::Pipe) {
        *at += 1;
        found = match command(tokens, at, depth)? {
            Expression::Call(name, mut arguments) => {
                arguments.push(found);
                Expression::Call(name, arguments)
            }
            _ => return None,
        };
    }
    Some(found)
}

fn command(tokens: &[Token], at: &mut usize, depth: usize) -> Option<Expression> {
    let first = operand(tokens, at, depth)?;
    let mut arguments = Vec::new();
    while !matches!(tokens.get(*at), None | Some(Token::Pipe | Token::Close)) {
        arguments.push(operand(tokens, at, depth)?);
    }
    match first {
        Expression::Call(name, _) => Some(Expression::Call(name, arguments)),
        // `.Capabilities.APIVersions.Has "…"` asks the cluster.
        Expression::Field(_) | Expression::Variable(..) if !arguments.is_empty() => {
            Some(Expression::Call("method".to_owned(), arguments))
        }
        other if arguments.is_empty() => Some(other),
        _ => None,
    }
}

fn operand(tokens: &[Token], at: &mut usize, depth: usize) -> Option<Expression> {
    let token = tokens.get(*at)?;
    *at += 1;
    match token {
        Token::Text(text) => Some(Expression::Text(text.clone())),
        Token::Word(word) => Some(self::word(word)),
        Token::Open if depth < DEPTH => {
            let inner = pipeline(tokens, at, depth + 1)?;
            (tokens.get(*at) == Some(&Token::Close)).then_some(())?;
            *at += 1;
            match tokens.get(*at) {
                Some(Token::Tail(tail)) => {
                    *at += 1;
                    Some(Expression::Of(Box::new(inner), parts(tail)))
                }
                // What stands in parentheses is a value, not the name of a function.
                _ => Some(Expression::Of(Box::new(inner), Vec::new())),
            }
        }
        _ => None,
    }
}

fn parts(path: &str) -> Vec<String> {
    path.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn word(word: &str) -> Expression {
    if let Some(path) = word.strip_prefix('.') {
        return Expression::Field(parts(path));
    }
    if let Some(rest) = word.strip_prefix('$') {
        let (name, path) = rest.split_once('.').unwrap_or((rest, ""));
        return Expression::Variable(name.to_owned(), parts(path));
    }
    if let Ok(number) = word.parse() {
        return Expression::Number(number);
    }
    match word {
        "true" => Expression::Flag(true),
        "false" => Expression::Flag(false),
        "nil" => Expression::Nothing,
        name => Expression::Call(name.to_owned(), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipelines_pass_their_value_on_as_the_last_argument() {
        let field = Expression::Field(vec!["Values".to_owned(), "tag".to_owned()]);
        let default = Expression::Call("default".to_owned(), vec![Expression::Text("a|b".to_owned()), field]);
        assert_eq!(
            parse(".Values.tag | default \"a|b\" | quote"),
            Some(Expression::Call("quote".to_owned(), vec![default]))
        );
    }

    #[test]
    fn parentheses_hold_values() {
        let inner = Expression::Call("dict".to_owned(), vec![Expression::Text("a".to_owned()), Expression::Number(1)]);
        assert_eq!(parse("(dict \"a\" 1).a"), Some(Expression::Of(Box::new(inner), vec!["a".to_owned()])));
        assert_eq!(parse("(a"), None);
        assert_eq!(parse(&"(".repeat(1000)), None);
    }
}
