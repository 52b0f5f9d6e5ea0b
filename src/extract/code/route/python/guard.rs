//! What lets nobody in who is not signed in.

use crate::extract::code::route::handler;

/// As for other languages, but a session in Python is mostly the database's.
pub(super) fn is_guard(name: &str) -> bool {
    handler::is_guard(&name.replace("session", "").replace("Session", ""))
}

/// Whether parameters hold a dependency that wants somebody signed in: `Depends(get_current_user)`, `CurrentUser`.
pub(super) fn depends_on_guard(parameters: &str) -> bool {
    let injected = ["Depends(", "Security("];
    injected
        .iter()
        .any(|call| parameters.split(call).skip(1).any(|rest| is_guard(rest.split([')', ',']).next().unwrap_or(""))))
        || parameters.contains(": CurrentUser")
}
