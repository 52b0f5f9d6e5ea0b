//! Access to the fields of facts by name, as rules name them.

/// The value of one field of a fact.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// A word or a text.
    Text(&'a str),
    /// A yes or no.
    Flag(bool),
    /// A count.
    Number(u64),
    /// Several words; a condition holds when it holds for one of them.
    Words(Vec<&'a str>),
}

/// A fact type whose fields rules can put conditions on.
pub trait Attributes {
    /// The names of the fields, as rules write them.
    const FIELDS: &'static [&'static str];

    /// The value of a field; `None` for an unknown name or a value that is absent.
    fn value(&self, field: &str) -> Option<Value<'_>>;
}
