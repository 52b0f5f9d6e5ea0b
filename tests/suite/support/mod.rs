//! What the tests share.

pub(crate) mod fakes;
pub(crate) mod fixtures;
pub(crate) mod miniature;
pub(crate) mod sample;
pub(crate) mod schemas;
pub(crate) mod trees;
