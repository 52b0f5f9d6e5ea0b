"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const PAGE = 100;
  const SEVERITIES = ["critical", "high", "medium", "low", "info"];

  /* Texts of the repository become text nodes only, never markup. */
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  /* What stands between backticks is code. */
  const rich = (element, text) => {
    const parts = text.split("`");
    parts.forEach((part, index) => {
      const isCode = index % 2 === 1 && index + 1 < parts.length && part.trim() !== "";
      if (isCode) element.append(make("code", "", part));
      else element.append((index % 2 === 1 ? "`" : "") + part + (index % 2 === 1 && index + 1 < parts.length ? "`" : ""));
    });
    return element;
  };
  const say = (text) => { byId("said").textContent = text; };

  const findings = data.findings.map(([rule, path, line, message, severity, component, counts, excerpt]) => ({
    rule: data.rules[rule], path, line, message, severity: SEVERITIES[severity],
    component: component < 0 ? null : data.components[component], counts: counts === 1, excerpt,
  }));
  for (const finding of findings) {
    finding.text = `${finding.message}\n${finding.path}\n${finding.rule.id}\n${finding.rule.title}`.toLowerCase();
  }

  const controls = { text: byId("filter-text"), severity: byId("filter-severity"), category: byId("filter-category"), component: byId("filter-component") };
  const offer = (select, values) => {
    for (const [value, label, count] of values) {
      const option = make("option", "", `${label} (${count.toLocaleString("en")})`);
      option.value = value;
      select.append(option);
    }
  };
  const count = (is) => findings.reduce((sum, finding) => sum + (is(finding) ? 1 : 0), 0);
  const present = (values) => values.filter(([, , number]) => number > 0);
  offer(controls.severity, present(SEVERITIES.map((name) => [name, name, count((own) => own.severity === name)])));
  offer(controls.category, present(data.categories.map(([id, title]) => [id, title, count((own) => own.rule.category === id)])));
  offer(controls.component, present(data.components.map((path, index) => [String(index), path || "(the root)", count((own) => own.component === path)])));
  if (count((own) => !own.counts) > 0) {
    offer(controls.severity, [["everything", "also what costs nothing", findings.length]]);
  }

  let matching = [];
  let shown = 0;

  const show = () => {
    const list = byId("list");
    const part = document.createDocumentFragment();
    for (const finding of matching.slice(shown, shown + PAGE)) part.append(item(finding));
    list.append(part);
    shown = Math.min(shown + PAGE, matching.length);
    byId("more").hidden = shown >= matching.length;
    byId("shown").textContent = matching.length === 0 ? "No finding matches." :
      `${matching.length.toLocaleString("en")} of ${findings.length.toLocaleString("en")} findings; ${shown.toLocaleString("en")} shown.`;
  };

  const item = (finding) => {
    const row = make("li");
    const line = make("div", "line");
    line.append(make("span", `chip ${finding.severity}`, finding.severity), rich(make("span", "message"), finding.message));
    const about = make("div", "line about");
    const place = finding.path ? finding.path + (finding.line > 0 ? `:${finding.line}` : "") : "";
    if (place) about.append(make("code", "path", place));
    about.append(rich(make("span"), finding.rule.title), make("span", "", finding.rule.id));
    if (finding.component) about.append(make("span", "", finding.component));
    if (!finding.counts) about.append(make("span", "", "costs nothing"));
    if (place) about.append(copyButton(() => place, "Copy the place"));
    row.append(line, about);
    if (finding.excerpt) {
      const [first, lines] = finding.excerpt;
      const pre = make("pre", "excerpt");
      pre.tabIndex = 0;
      lines.forEach((text, index) => {
        const span = make("span", first + index === finding.line ? "meant" : "", text || " ");
        span.dataset.line = String(first + index);
        pre.append(span);
      });
      row.append(pre);
    }
    return row;
  };

  const filter = () => {
    const words = controls.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severity = controls.severity.value;
    const category = controls.category.value;
    const component = controls.component.value === "" ? undefined : data.components[Number(controls.component.value)];
    matching = findings.filter((own) =>
      (severity === "everything" || (severity === "" ? own.counts : own.severity === severity)) &&
      (category === "" || own.rule.category === category) &&
      (component === undefined || own.component === component) &&
      words.every((word) => own.text.includes(word)));
    shown = 0;
    byId("list").replaceChildren();
    show();
  };

  let pending = 0;
  controls.text.addEventListener("input", () => { clearTimeout(pending); pending = setTimeout(filter, 120); });
  for (const select of [controls.severity, controls.category, controls.component]) select.addEventListener("change", filter);
  const reset = () => { for (const control of Object.values(controls)) control.value = ""; };
  byId("filter-reset").addEventListener("click", () => { reset(); filter(); controls.text.focus(); });
  byId("more").addEventListener("click", () => {
    const before = byId("list").children.length;
    show();
    const next = byId("list").children[before];
    if (next) { next.tabIndex = -1; next.focus({ preventScroll: true }); }
  });

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", "visually-hidden", text);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say("Copied.");
  };
  const wire = (button, text) => {
    button.addEventListener("click", async () => {
      await copy(text());
      const label = button.textContent;
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = label; }, 1200);
    });
  };
  function copyButton(text, label) {
    const button = make("button", "quiet copy", "Copy");
    button.type = "button";
    button.setAttribute("aria-label", label);
    wire(button, text);
    return button;
  }
  for (const button of document.querySelectorAll("main .copy[hidden]")) {
    button.hidden = false;
    wire(button, () => button.dataset.copy ?? button.closest("figure").querySelector("pre").textContent);
  }
  for (const button of document.querySelectorAll(".show-rule")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      reset();
      controls.text.value = button.dataset.rule;
      filter();
      byId("findings").scrollIntoView();
      controls.text.focus({ preventScroll: true });
    });
  }

  /* A link to a folded part unfolds it. */
  const unfold = () => {
    const target = location.hash.length > 1 ? byId(decodeURIComponent(location.hash.slice(1))) : null;
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();

  const theme = byId("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
  const label = () => { theme.textContent = isDark() ? "Light" : "Dark"; theme.setAttribute("aria-pressed", String(isDark())); };
  theme.addEventListener("click", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; label(); });
  dark.addEventListener("change", label);
  label();
  theme.hidden = false;

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of folded) details.open = false; });

  byId("explorer").hidden = false;
  filter();
})();
