//! The functions of templates, as far as what they give can be told from the chart alone.

use super::value::{UNKNOWN, Value, quoted};

/// The result of a function; `Unknown` where it is not known here.
pub(super) fn call(name: &str, arguments: &[Value]) -> Value {
    if let Some(value) = logic(name, arguments) {
        return value;
    }
    if let Some(value) = collections(name, arguments) {
        return value;
    }
    let texts: Vec<String> = arguments.iter().map(Value::text).collect();
    if texts.iter().any(|text| text == UNKNOWN) {
        return Value::Unknown;
    }
    text(name, arguments, &texts).unwrap_or(Value::Unknown)
}

fn logic(name: &str, arguments: &[Value]) -> Option<Value> {
    let last = arguments.last();
    Some(match (name, arguments) {
        ("default", [fallback, .., value]) => if value.is_true() { value } else { fallback }.clone(),
        ("default" | "required" | "toYaml" | "nindent", []) => Value::Unknown,
        ("required", [_, value]) => match value {
            Value::Nothing => Value::Unknown,
            value => value.clone(),
        },
        ("not", [value]) => match value {
            // Neither a condition nor its opposite is known to fail.
            Value::Unknown => Value::Unknown,
            value => Value::Flag(!value.is_true()),
        },
        ("empty", [value]) => Value::Flag(!value.is_true()),
        ("and", _) => arguments.iter().find(|value| !value.is_true()).or(last)?.clone(),
        ("or" | "coalesce", _) => arguments.iter().find(|value| value.is_true()).or(last)?.clone(),
        ("ternary", [yes, no, condition]) => if condition.is_true() { yes } else { no }.clone(),
        ("eq" | "ne" | "gt" | "lt" | "ge" | "le", [first, rest @ ..]) => compare(name, first, rest),
        ("fail" | "lookup" | "print", []) | ("fail" | "lookup", _) => Value::Nothing,
        ("semverCompare", _) => Value::Flag(true),
        ("kindIs" | "typeIs", [kind, value]) => Value::Flag(is_kind(&kind.text(), value)),
        ("hasKey", [map, key]) => Value::Flag(!matches!(map.get(&key.text()), Value::Nothing)),
        _ => return None,
    })
}

fn compare(name: &str, first: &Value, rest: &[Value]) -> Value {
    if matches!(first, Value::Unknown) || rest.iter().any(|value| matches!(value, Value::Unknown)) {
        return Value::Unknown;
    }
    let Some(second) = rest.first() else { return Value::Unknown };
    let numbers = first.number().zip(second.number());
    Value::Flag(match name {
        "eq" => rest.iter().any(|value| value.text() == first.text()),
        "ne" => second.text() != first.text(),
        "gt" => numbers.is_some_and(|(a, b)| a > b),
        "lt" => numbers.is_some_and(|(a, b)| a < b),
        "ge" => numbers.is_some_and(|(a, b)| a >= b),
        _ => numbers.is_some_and(|(a, b)| a <= b),
    })
}

fn is_kind(kind: &str, value: &Value) -> bool {
    let is_flag = |value: &Value| match value {
        Value::Flag(_) => true,
        Value::Node(node) => node.flag().is_some(),
        _ => false,
    };
    match kind {
        "map" => value.is_mapping(),
        "slice" => !value.is_mapping() && !value.entries().is_empty(),
        "bool" => is_flag(value),
        "invalid" => matches!(value, Value::Nothing),
        "string" => !value.is_mapping() && value.entries().is_empty() && !is_flag(value) && value.number().is_none(),
        _ => value.number().is_some(),
    }
}

fn collections(name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("dict", pairs) => {
            Value::Dict(pairs.chunks(2).filter_map(|pair| Some((pair.first()?.text(), pair.get(1)?.clone()))).collect())
        }
        ("list" | "tuple", items) => Value::List(items.to_vec()),
        ("get", [map, key]) => map.get(&key.text()),
        ("index", [value, keys @ ..]) => keys.iter().fold(value.clone(), |value, key| match key.number() {
            Some(number) if !value.is_mapping() => {
                let at = usize::try_from(number).unwrap_or(usize::MAX);
                value.entries().into_iter().nth(at).map_or(Value::Nothing, |(_, item)| item)
            }
            _ => value.get(&key.text()),
        }),
        ("dig", [keys @ .., fallback, map]) => {
            match keys.iter().fold(map.clone(), |value, key| value.get(&key.text())) {
                Value::Nothing => fallback.clone(),
                found => found,
            }
        }
        ("merge" | "mustMerge", _) => merged(arguments.iter().rev()),
        ("mergeOverwrite" | "mustMergeOverwrite", _) => merged(arguments.iter()),
        ("deepCopy" | "mustDeepCopy" | "fromYaml" | "fromJson", [value]) => match value {
            Value::Text(text) if name.starts_with("from") => crate::syntax::parse_yaml(text)
                .ok()
                .and_then(|documents| documents.into_iter().next())
                .map_or(Value::Nothing, Value::Node),
            value => value.clone(),
        },
        ("omit", [map, keys @ ..]) => {
            let names: Vec<String> = keys.iter().map(Value::text).collect();
            Value::Dict(pairs(map).into_iter().filter(|(key, _)| !names.contains(key)).collect())
        }
        ("pick", [map, keys @ ..]) => {
            let names: Vec<String> = keys.iter().map(Value::text).collect();
            Value::Dict(pairs(map).into_iter().filter(|(key, _)| names.contains(key)).collect())
        }
        ("set", [map, key, value]) => {
            let mut entries = pairs(map);
            entries.push((key.text(), value.clone()));
            Value::Dict(entries)
        }
        ("keys", [map]) => Value::List(pairs(map).into_iter().map(|(key, _)| Value::Text(key)).collect()),
        ("values", [map]) => Value::List(map.entries().into_iter().map(|(_, value)| value).collect()),
        ("concat", lists) => Value::List(lists.iter().flat_map(Value::entries).map(|(_, item)| item).collect()),
        ("append" | "prepend", [list, item]) => {
            let mut items: Vec<Value> = list.entries().into_iter().map(|(_, item)| item).collect();
            items.push(item.clone());
            Value::List(items)
        }
        ("first", [list]) => list.entries().into_iter().next().map_or(Value::Nothing, |(_, item)| item),
        ("last", [list]) => list.entries().into_iter().next_back().map_or(Value::Nothing, |(_, item)| item),
        ("len", [Value::Text(text)]) => Value::Number(i64::try_from(text.len()).unwrap_or(i64::MAX)),
        ("len", [value]) => Value::Number(i64::try_from(value.entries().len()).unwrap_or(i64::MAX)),
        ("has", [item, list]) => Value::Flag(list.entries().iter().any(|(_, own)| own.text() == item.text())),
        ("without" | "uniq" | "compact" | "sortAlpha" | "reverse", [list, ..]) => list.clone(),
        ("until", [count]) => Value::List((0..count.number()?.clamp(0, 100)).map(Value::Number).collect()),
        ("toYaml" | "toYamlPretty", [value]) => match value {
            Value::Unknown => Value::Unknown,
            value => Value::Text(value.yaml()),
        },
        _ => return None,
    })
}

fn pairs(map: &Value) -> Vec<(String, Value)> {
    map.entries().into_iter().map(|(key, value)| (key.text(), value)).collect()
}

/// Mappings over each other: later ones win.
fn merged<'v>(maps: impl Iterator<Item = &'v Value>) -> Value {
    Value::Dict(maps.flat_map(pairs).collect())
}

fn text(name: &str, arguments: &[Value], texts: &[String]) -> Option<Value> {
    let number = |at: usize| arguments.get(at).and_then(Value::number);
    let whole = |number: Option<i64>| usize::try_from(number.unwrap_or(0)).unwrap_or(0);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Some(match (name, texts.as_slice()) {
        ("quote", words) => Value::Text(words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")),
        ("squote", words) => {
            let quoted = words.iter().map(|word| format!("'{}'", word.replace('\'', "''")));
            Value::Text(quoted.collect::<Vec<_>>().join(" "))
        }
        ("toJson" | "toRawJson", [text]) => Value::Text((*text).to_owned()),
        ("nindent", [_, text]) => Value::Text(format!("\n{}", indented(text, whole(number(0))))),
        ("indent", [_, text]) => Value::Text(indented(text, whole(number(0)))),
        ("printf", [format, rest @ ..]) => Value::Text(printed(format, rest)),
        ("print", words) => Value::Text(words.concat()),
        ("lower", [text]) => Value::Text(text.to_lowercase()),
        ("upper", [text]) => Value::Text(text.to_uppercase()),
        ("trim", [text]) => Value::Text(text.trim().to_owned()),
        ("trunc", [_, text]) => Value::Text(text.chars().take(whole(number(0))).collect()),
        ("trimSuffix", [suffix, text]) => Value::Text(text.strip_suffix(suffix).unwrap_or(text).to_owned()),
        ("trimPrefix", [prefix, text]) => Value::Text(text.strip_prefix(prefix).unwrap_or(text).to_owned()),
        ("trimAll", [cut, text]) => Value::Text(text.trim_matches(|c| cut.contains(c)).to_owned()),
        ("replace", [from, to, text]) if !from.is_empty() => Value::Text(text.replace(from, to)),
        ("contains", [part, text]) => Value::Flag(text.contains(part)),
        ("hasPrefix", [part, text]) => Value::Flag(text.starts_with(part)),
        ("hasSuffix", [part, text]) => Value::Flag(text.ends_with(part)),
        ("join", [separator, _]) => {
            let items = arguments.get(1)?.entries().into_iter().map(|(_, item)| item.text());
            Value::Text(items.collect::<Vec<_>>().join(separator))
        }
        ("splitList", [separator, text]) if !separator.is_empty() => {
            Value::List(text.split(separator).map(|part| Value::Text(part.to_owned())).collect())
        }
        ("toString" | "b64enc" | "sha256sum" | "urlquery" | "kebabcase" | "snakecase", [text]) => {
            Value::Text((*text).to_owned())
        }
        ("int" | "int64" | "float64" | "toDecimal", [_]) => Value::Number(number(0).unwrap_or(0)),
        ("add" | "add1", _) => {
            let sum = (0..arguments.len()).filter_map(number).fold(0_i64, i64::saturating_add);
            Value::Number(sum.saturating_add(i64::from(name == "add1")))
        }
        ("sub", [_, _]) => Value::Number(number(0)?.saturating_sub(number(1)?)),
        ("mul", [_, _]) => Value::Number(number(0)?.saturating_mul(number(1)?)),
        ("div", [_, _]) => Value::Number(number(0)?.checked_div(number(1)?)?),
        _ => return None,
    })
}

fn indented(text: &str, width: usize) -> String {
    let space = " ".repeat(width.min(200));
    text.lines().map(|line| format!("{space}{line}")).collect::<Vec<_>>().join("\n")
}

fn printed(format: &str, words: &[&str]) -> String {
    let mut words = words.iter();
    let mut out = String::new();
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        match character {
            '%' => match characters.next() {
                Some('%') => out.push('%'),
                Some('q') => out.push_str(&quoted(words.next().unwrap_or(&""))),
                Some(_) => out.push_str(words.next().unwrap_or(&"")),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}
