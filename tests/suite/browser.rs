//! The HTML report in a real browser, driven over the debugging pipe: filters, copy buttons, hostile texts, many findings.
//! Without a browser the tests say so and pass. `SCREENSHOTS=folder` keeps what they saw.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use auditor::report::{Format, Style, render};
use auditor::score::Assessment;
use serde_json::{Value, json};

use crate::formats::crowded;
use crate::support::sample;

/// A browser with one page.
struct Browser {
    process: Child,
    commands: File,
    answers: BufReader<File>,
    session: Value,
    next: u64,
    _folder: tempfile::TempDir,
}

/// The first browser that the machine has.
fn executable() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
fn skip() {
    eprintln!("skipped: no Chromium or Chrome on this machine");
}

impl Browser {
    /// Opens a report; `None` where there is no browser.
    fn open(assessment: &Assessment) -> Option<Self> {
        let Some(executable) = executable().filter(|_| cfg!(unix)) else {
            skip();
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("report.html");
        fs::write(&page, render(assessment, Format::Html, &Style::default()).unwrap()).unwrap();
        let [commands, answers] = ["commands", "answers"].map(|name| folder.path().join(name));
        assert!(Command::new("mkfifo").args([&commands, &answers]).status().unwrap().success());
        // The browser reads commands from descriptor 3 and answers on 4, which a shell can give it.
        let process = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<\"$COMMANDS\" 4>\"$ANSWERS\""])
            .arg(executable)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .arg("about:blank")
            .env("COMMANDS", &commands)
            .env("ANSWERS", &answers)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let commands = OpenOptions::new().write(true).open(&commands).unwrap();
        let answers = BufReader::new(File::open(&answers).unwrap());
        let mut browser = Self { process, commands, answers, session: Value::Null, next: 0, _folder: folder };
        let target = browser.call("Target.createTarget", &json!({ "url": format!("file://{}", page.display()) }));
        let attached =
            browser.call("Target.attachToTarget", &json!({ "targetId": target["targetId"], "flatten": true }));
        browser.session = attached["sessionId"].clone();
        // The page is new, and its script runs when all of it has come.
        let is_ready = "document.readyState === 'complete' && document.getElementById('explorer')?.hidden === false";
        for _ in 0..200 {
            if browser.evaluate(is_ready) == true {
                return Some(browser);
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("the report's script did not run");
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.next += 1;
        let mut command = json!({ "id": self.next, "method": method, "params": parameters });
        if !self.session.is_null() {
            command["sessionId"] = self.session.clone();
        }
        self.commands.write_all(command.to_string().as_bytes()).unwrap();
        self.commands.write_all(&[0]).unwrap();
        loop {
            let mut message = Vec::new();
            self.answers.read_until(0, &mut message).unwrap();
            message.pop();
            let mut answer: Value = serde_json::from_slice(&message).unwrap();
            if answer["id"] == self.next {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].take();
            }
        }
    }

    /// The value of an expression in the page.
    fn evaluate(&mut self, expression: &str) -> Value {
        let parameters = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.call("Runtime.evaluate", &parameters);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].take()
    }

    fn choose(&mut self, select: &str, value: &str) {
        self.evaluate(&format!(
            "{{ const own = document.getElementById('{select}'); own.value = '{value}'; own.dispatchEvent(new Event('change')); }}"
        ));
    }

    fn status(&mut self) -> String {
        self.evaluate("document.getElementById('shown').textContent").as_str().unwrap().to_owned()
    }

    /// Looks at a screenshot: how bright it is, from 0 to 255, and how many colours are in it. Another page of the browser
    /// reads its pixels, since the report's own allows no image.
    fn look(&mut self, name: &str) -> (f64, u64) {
        let shot = self.call("Page.captureScreenshot", &json!({ "format": "png" }));
        let shot = shot["data"].as_str().unwrap();
        if let Some(folder) = std::env::var_os("SCREENSHOTS") {
            fs::create_dir_all(&folder).unwrap();
            fs::write(Path::new(&folder).join(format!("{name}.base64")), shot).unwrap();
        }
        let report = self.session.take();
        let target = self.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let attached = self.call("Target.attachToTarget", &json!({ "targetId": target["targetId"], "flatten": true }));
        self.session = attached["sessionId"].clone();
        let seen = self.evaluate(&format!(
            "new Promise((done, failed) => {{ const image = new Image(); image.onerror = failed; image.onload = () => {{ \
             const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d'); canvas.drawImage(image, 0, 0); \
             const pixels = new Uint32Array(canvas.getImageData(0, 0, image.width, image.height).data.buffer); \
             let sum = 0; for (const own of pixels) sum += (own & 255) + (own >> 8 & 255) + (own >> 16 & 255); \
             done([sum / pixels.length / 3, new Set(pixels).size]); }}; image.src = 'data:image/png;base64,{shot}'; }})"
        ));
        self.session = report;
        (seen[0].as_f64().unwrap(), seen[1].as_u64().unwrap())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn filters_narrow_what_is_shown_and_reset_widens_it() {
    let Some(mut browser) = Browser::open(&sample::assessment()) else { return };
    assert_eq!(browser.status(), "14 of 15 findings; 14 shown.");
    browser.choose("filter-severity", "critical");
    assert_eq!(browser.status(), "1 of 15 findings; 1 shown.");
    browser.choose("filter-severity", "everything");
    assert_eq!(browser.status(), "15 of 15 findings; 15 shown.");
    browser.choose("filter-severity", "");
    browser.choose("filter-category", "observability");
    assert_eq!(browser.status(), "9 of 15 findings; 9 shown.");
    browser.evaluate(
        "new Promise((done) => { const own = document.getElementById('filter-text'); own.value = 'USER.ts'; \
         own.dispatchEvent(new Event('input')); setTimeout(done, 400); })",
    );
    assert_eq!(browser.status(), "1 of 15 findings; 1 shown.");
    browser.choose("filter-component", "0");
    assert_eq!(browser.status(), "1 of 15 findings; 1 shown.");
    browser.evaluate("document.getElementById('findings').scrollIntoView({ behavior: 'instant' })");
    assert!(browser.look("filtered").1 > 50);
    browser.evaluate("document.getElementById('filter-reset').click()");
    assert_eq!(browser.status(), "14 of 15 findings; 14 shown.");
    browser.evaluate("document.querySelector('[data-rule=\"ci/pipeline\"]').click()");
    assert_eq!(browser.status(), "1 of 15 findings; 1 shown.");
}

#[test]
fn light_dark_and_print_are_drawn_as_such() {
    let Some(mut browser) = Browser::open(&sample::assessment()) else { return };
    for (scheme, media, is_bright) in [("light", "", true), ("dark", "", false), ("dark", "print", true)] {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        browser.call("Emulation.setEmulatedMedia", &json!({ "media": media, "features": features }));
        let (brightness, colours) = browser.look(if media.is_empty() { scheme } else { media });
        assert_eq!(brightness > 200.0, is_bright, "{scheme} {media}: {brightness}");
        assert!(brightness > 10.0 && colours > 50, "{scheme} {media}: {brightness}, {colours} colours");
        let has_filters = browser.evaluate("document.querySelector('.filters').checkVisibility()");
        assert_eq!(has_filters, media.is_empty(), "{scheme} {media}");
    }
}

#[test]
fn hostile_texts_stay_texts() {
    let Some(mut browser) = Browser::open(&sample::assessment()) else { return };
    browser.evaluate("(() => { globalThis.alerted = 0; globalThis.alert = () => { globalThis.alerted += 1; }; })()");
    let scripts = browser.evaluate("document.querySelectorAll('script').length");
    assert_eq!(scripts, 2, "the data and our own script");
    let text = browser.evaluate("document.body.innerText.includes('<script>alert(1)</script>')");
    assert_eq!(text, true, "what the tree says is shown as it is");
    let links =
        browser.evaluate("[...document.links].filter((own) => !own.getAttribute('href').startsWith('#')).length");
    assert_eq!(links, 0, "nothing leads out of the page");
}

#[test]
fn parts_are_reached_by_keyboard_and_named_for_readers() {
    let Some(mut browser) = Browser::open(&sample::assessment()) else { return };
    let unnamed = browser.evaluate(
        "[...document.querySelectorAll('button, input, select, a, summary')].filter((own) => !own.hidden && \
         !(own.textContent.trim() || own.getAttribute('aria-label') || own.labels?.length)).length",
    );
    assert_eq!(unnamed, 0);
    let order = browser.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((own) => Number(own.tagName[1]))");
    let levels: Vec<i64> = order.as_array().unwrap().iter().filter_map(Value::as_i64).collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] - pair[0] <= 1), "no level is skipped: {levels:?}");
    let ids = browser.evaluate(
        "(() => { const ids = [...document.querySelectorAll('[id]')].map((own) => own.id); \
         return ids.length - new Set(ids).size + [...document.links].filter((own) => own.hash && \
         !document.getElementById(own.hash.slice(1))).length; })()",
    );
    assert_eq!(ids, 0, "ids are unique, and links lead somewhere");
    browser.call(
        "Input.dispatchKeyEvent",
        &json!({ "type": "keyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9 }),
    );
    assert_eq!(browser.evaluate("document.activeElement.className"), "skip");
}

#[test]
fn twenty_thousand_findings_are_usable() {
    let Some(mut browser) = Browser::open(&crowded(20_000)) else { return };
    assert_eq!(browser.status(), "20,012 of 20,013 findings; 100 shown.");
    let milliseconds = browser.evaluate(
        "(() => { const began = performance.now(); const own = document.getElementById('filter-severity'); \
         own.value = 'high'; own.dispatchEvent(new Event('change')); return performance.now() - began; })()",
    );
    assert!(milliseconds.as_f64().unwrap() < 1000.0, "{milliseconds} ms");
    assert_eq!(browser.status(), "1,001 of 20,013 findings; 100 shown.");
    browser.evaluate("document.getElementById('more').click()");
    assert_eq!(browser.status(), "1,001 of 20,013 findings; 200 shown.");
    assert!(browser.evaluate("document.querySelectorAll('*').length").as_u64().unwrap() < 10_000);
}
