use super::*;

/// A template rendered with values; `#n` behind each line is the line of the template.
fn rendered(text: &str, values: &str) -> Vec<String> {
    let template = template::parse(text).unwrap();
    let values = parse_yaml(values).unwrap().into_iter().next().map_or(Value::Nothing, Value::Node);
    let root = Value::Dict(vec![("Values".to_owned(), values), ("Capabilities".to_owned(), Value::Unknown)]);
    let output = Renderer { defines: &template.defines, root }.file(&template.body);
    assert_eq!(output.text.split('\n').count(), output.lines.len(), "{output:?}");
    let lines = output.text.split('\n').zip(&output.lines);
    lines.filter(|(text, _)| !text.trim().is_empty()).map(|(text, line)| format!("{text} #{line}")).collect()
}

#[test]
fn plain_values_and_defaults_are_filled_in() {
    let text = "replicas: {{ .Values.replicaCount }}\nimage: \"{{ .Values.image.name }}:{{ .Values.image.tag | default \"1.0\" }}\"\n";
    assert_eq!(
        rendered(text, "replicaCount: 2\nimage: {name: shop, tag: \"\"}\n"),
        ["replicas: 2 #1", "image: \"shop:1.0\" #2"]
    );
}

#[test]
fn blocks_of_values_follow_their_key() {
    let text = "spec:\n  resources:\n    {{- toYaml .Values.resources | nindent 4 }}\n  {{- with .Values.probe }}\n  livenessProbe:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}\n";
    assert_eq!(
        rendered(text, "resources:\n  limits: {memory: 1Gi}\nprobe: {}\n"),
        ["spec: #1", "  resources: #2", "    \"limits\": {\"memory\": 1Gi} #3"]
    );
}

#[test]
fn conditions_take_one_branch() {
    let text = "{{- if not .Values.autoscaling.enabled }}\nreplicas: 1\n{{- else if eq .Values.mode \"x\" }}\nmode: x\n{{- else }}\nmode: other\n{{- end }}\n";
    assert_eq!(rendered(text, "autoscaling: {enabled: false}\n"), ["replicas: 1 #2"]);
    assert_eq!(rendered(text, "autoscaling: {enabled: true}\nmode: x\n"), ["mode: x #4"]);
    assert_eq!(rendered(text, "autoscaling: {enabled: true}\nmode: y\n"), ["mode: other #6"]);
}

#[test]
fn named_templates_ranges_and_variables() {
    let text = "{{- define \"x.labels\" -}}\napp: {{ .name }}\n{{- end }}\n{{- $root := . }}\n{{- range $name, $it := .Values.workers }}\n- name: {{ $name }}\n  {{- include \"x.labels\" (dict \"name\" $it.app) | nindent 2 }}\n  top: {{ $root.Values.top }}\n{{- end }}\n";
    assert_eq!(rendered(text, "top: 1\nworkers:\n  a: {app: b}\n"), ["- name: a #6", "  app: b #7", "  top: 1 #8"]);
}

#[test]
fn what_the_chart_does_not_tell_is_unknown() {
    assert_eq!(rendered("a: {{ include \"lib.name\" . }}\n", "{}"), ["a: __unknown__ #1"]);
    assert_eq!(rendered("a: {{ .Files.Get \"x\" | quote }}\n", "{}"), ["a: __unknown__ #1"]);
    let text = "{{- if .Capabilities.APIVersions.Has \"x\" }}\na: 1\n{{- end }}\n";
    assert_eq!(rendered(text, "{}"), ["a: 1 #2"]);
}

#[test]
fn values_of_a_library_are_handed_through() {
    let text = "p: {{- include \"common.tplvalues.render\" (dict \"value\" .Values.p \"context\" $) | nindent 2 }}\n";
    assert_eq!(rendered(text, "p: {a: 1}\n"), ["p: #1", "  \"a\": 1 #1"]);
}

#[test]
fn comments_and_braces_in_strings_end_nothing() {
    let text = "{{/* {{ if */}}\na: {{ printf \"%s}}\" \"x\" | quote }}\n";
    assert_eq!(rendered(text, "{}"), ["a: \"x}}\" #2"]);
}

#[test]
fn blocks_that_do_not_fit_are_refused() {
    assert!(template::parse("{{ if .a }}").is_none());
    assert!(template::parse("{{ end }}").is_none());
    assert!(template::parse(&"{{ if .a }}".repeat(1000)).is_none());
}

#[test]
fn a_template_that_includes_itself_ends() {
    let text = "{{- define \"a\" }}x{{ include \"a\" . }}{{ end }}\na: {{ include \"a\" . | trunc 3 }}\n";
    assert_eq!(rendered(text, "{}").len(), 1);
}

#[test]
fn unknown_blocks_have_the_form_of_what_stands_around_them() {
    let text = "labels:\n  {{- include \"other.labels\" . | nindent 2 }}\nenv:\n  - name: A\n  {{- include \"other.env\" . | nindent 2 }}\nname: {{ include \"other.name\" . }}\n";
    assert_eq!(
        rendered(text, "a: 1\n"),
        [
            "labels: #1",
            "  __unknown__: __unknown__ #2",
            "env: #3",
            "  - name: A #4",
            "  - __unknown__ #5",
            "name: __unknown__ #6"
        ]
    );
}
