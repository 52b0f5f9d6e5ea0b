//! Google Cloud Build: steps of builder images. What starts a build is set in the cloud, not in the file.

use super::{environment, give, job, runs, shell, triggers, uses};
use crate::facts::{Pipeline, Step, TriggerKind};
use crate::syntax::data::Node;

pub(super) fn read(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    let Some((root, (key, list))) = documents.first().and_then(|root| Some((root, root.entry("steps")?))) else {
        return false;
    };
    pipeline.triggers = triggers(&[TriggerKind::Push], key.span);
    let mut steps: Vec<Step> = list.items().iter().filter_map(step).collect();
    if let Some((key, images)) = root.entry("images") {
        steps.extend(images.texts().into_iter().map(|image| runs(&format!("docker push {image}"), key.span)));
    }
    if let Some((key, _)) = root.entry("artifacts") {
        steps.push(uses("cloud-build/artifacts", Vec::new(), key.span));
    }
    give(&mut steps, &environment(root.get("substitutions")));
    pipeline.jobs = vec![job("build", key.span, steps)];
    true
}

fn step(body: &Node) -> Option<Step> {
    let image = body.get("name").and_then(Node::text)?;
    let mut step = match body.get("script") {
        Some(script) => shell(script)?,
        None => runs(&command(body, image), body.span),
    };
    body.get("dir").and_then(Node::text).unwrap_or_default().clone_into(&mut step.folder);
    step.may_fail = body.get("allowFailure").and_then(Node::flag) == Some(true);
    Some(step)
}

/// The entry point and its arguments. Builders are called after the program that they start.
fn command(body: &Node, image: &str) -> String {
    let builder = image.rsplit('/').next().and_then(|name| name.split([':', '@']).next()).unwrap_or(image);
    let program = match body.get("entrypoint").and_then(Node::text).unwrap_or(builder) {
        "cloud-sdk" => "gcloud",
        "git-submodules" => "git",
        name => name,
    };
    let arguments = body.get("args").map_or_else(Vec::new, Node::texts);
    let is_shell = matches!(program.rsplit('/').next(), Some("bash" | "sh"));
    if let (true, [.., text]) =
        (is_shell && arguments.first().is_some_and(|first| first.ends_with('c')), &arguments[..])
    {
        return (*text).to_owned();
    }
    let quoted = arguments.iter().map(|word| {
        let is_plain = !word.contains([' ', '\n', '"']);
        if is_plain { (*word).to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
    });
    std::iter::once(program.to_owned()).chain(quoted).collect::<Vec<_>>().join(" ")
}
