use super::SwallowedErrors;
use crate::extract::code::testing;
use crate::facts::Data;

fn swallowed(path: &str, text: &str) -> Vec<String> {
    testing::facts(&SwallowedErrors, path, text)
        .into_iter()
        .map(|fact| match fact.data {
            Data::SwallowedError(error) => {
                format!("{} {}{}", fact.place.span.line, error.handler, if error.explained { " why" } else { "" })
            }
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn javascript_clauses_that_drop_the_error() {
    for text in [
        "try { f(); } catch {}",
        "try { f(); } catch (e) { }",
        "try { f(); } catch (_) { /* ignore */ }",
        "try { f(); } catch (e: unknown) {\n  // Do nothing.\n}",
    ] {
        assert_eq!(swallowed("a.ts", text), ["1 catch {}"], "{text}");
    }
    let text = "async function load() { try { return await f(); } catch (e) { return null; } }";
    assert_eq!(swallowed("a.js", text), ["1 catch { return null }"]);
    let text = "for (const x of y) { try { await f(x); } catch { continue; } }";
    assert_eq!(swallowed("a.js", text), ["1 catch { continue }"]);
}

#[test]
fn javascript_clauses_that_say_why_or_do_something() {
    let why = "try { f(); } catch {\n  // private mode forbids storage\n}";
    assert_eq!(swallowed("a.ts", why), ["1 catch {} why"]);
    for text in [
        "try { f(); } catch (e) { log(e); }",
        "try { f(); } catch (e) { return fallback; }",
        "try { require('optional'); } catch {}",
        "function isUrl(x) { try { new URL(x); return true; } catch { return false; } }",
        "async function exists(x) { try { await stat(x); return true; } catch { return false; } }",
        "async function body(r) { try { return await r.json(); } catch { return null; } }",
        "const s = 'try {} catch {}';",
        "// try {} catch {}\n",
    ] {
        assert_eq!(swallowed("a.ts", text), [""; 0], "{text}");
    }
}

#[test]
fn promises_whose_rejection_is_dropped() {
    for text in
        ["f().catch(() => {});", "f()\n.catch(() => {\n});", "void f().catch(noop);", "f().catch(function (e) {});"]
    {
        assert!(swallowed("a.ts", text).iter().all(|it| it.ends_with(".catch(() => {})")), "{text}");
        assert_eq!(swallowed("a.ts", text).len(), 1, "{text}");
    }
    assert_eq!(swallowed("a.ts", "await f().catch(() => null);"), ["1 .catch(() => null)"]);
    assert_eq!(swallowed("a.ts", "const x = await f().catch(() => null);\nx.run();"), ["1 .catch(() => null)"]);
    assert_eq!(
        swallowed("a.ts", "// the mail is sent again at night\nvoid f().catch(() => {});"),
        ["2 .catch(() => {}) why"]
    );
}

#[test]
fn promises_whose_result_is_tested_or_answered() {
    for text in [
        "const x = await f().catch(() => null);\nif (!x) { return; }",
        "const x = await f().catch(() => null);\nreturn x?.name;",
        "return f().catch(() => null);",
        "const body = await r.json().catch(() => ({}));",
        "f().catch((e) => log(e));",
        "f().catch(report);",
        "z.string().catch('');",
        "const s = z.string().optional().catch(() => undefined);",
    ] {
        assert_eq!(swallowed("a.ts", text), [""; 0], "{text}");
    }
}

#[test]
fn python_handlers_that_drop_the_error() {
    let text = "try:\n    f()\nexcept:\n    pass\ntry:\n    f()\nexcept Exception as e:\n    ...\nfor x in y:\n    try:\n        f(x)\n    except Exception:\n        continue\ntry:\n    f()\nexcept (OSError, ValueError):\n    pass  # ignore\n";
    assert_eq!(
        swallowed("a.py", text),
        [
            "3 except: pass",
            "7 except Exception: ...",
            "12 except Exception: continue",
            "16 except (OSError, ValueError): pass"
        ]
    );
}

#[test]
fn python_handlers_that_say_why_answer_or_probe() {
    assert_eq!(
        swallowed("a.py", "try:\n    f()\nexcept OSError:\n    # the socket is closed anyway\n    pass\n"),
        ["3 except OSError: pass why"]
    );
    assert_eq!(
        swallowed("a.py", "try:\n    f()\nexcept OSError:\n    pass  # the socket is closed anyway\n"),
        ["3 except OSError: pass why"]
    );
    for text in [
        "try:\n    import orjson\nexcept ImportError:\n    pass\n",
        "try:\n    import orjson\nexcept Exception:\n    pass\n",
        "try:\n    del cache[key]\nexcept KeyError:\n    pass\n",
        "try:\n    f()\nexcept asyncio.CancelledError:\n    pass\n",
        "try:\n    f()\nexcept ValueError:\n    return None\n",
        "try:\n    f()\nexcept Exception:\n    log.exception('f failed')\n",
        "s = 'except: pass'\n",
    ] {
        assert_eq!(swallowed("a.py", text), [""; 0], "{text}");
    }
}

#[test]
fn go_branches_that_are_empty() {
    let go = |body: &str| swallowed("a.go", &format!("package a\nfunc f() {{\n{body}\n}}\n"));
    assert_eq!(go("if err != nil {\n}"), ["3 if err != nil {}"]);
    assert_eq!(go("if err := g(); err != nil {\n// ignore\n}"), ["3 if err != nil {}"]);
    assert_eq!(go("if err != nil {\n// the peer is gone already\n}"), ["3 if err != nil {} why"]);
    for body in ["_ = g()", "if err != nil { return }", "if err != nil { log(err) }", "// if err != nil {}"] {
        assert_eq!(go(body), [""; 0], "{body}");
    }
}

#[test]
fn csharp_clauses_that_drop_the_error() {
    let csharp = |body: &str| swallowed("A.cs", &format!("class A {{ async Task F() {{ {body} }} }}"));
    assert_eq!(csharp("try { G(); } catch { }"), ["1 catch {}"]);
    assert_eq!(csharp("try { G(); } catch (Exception) { /* ignore */ }"), ["1 catch (Exception) {}"]);
    assert_eq!(csharp("try { await G(); } catch { return null; }"), ["1 catch { return null; }"]);
    assert_eq!(
        csharp("try { G(); } catch (IOException e) { // the file is gone already\n }"),
        ["1 catch (IOException) {} why"]
    );
    for body in [
        "try { await G(); } catch (OperationCanceledException) { }",
        "try { G(); } catch (Exception e) { log.Error(e); }",
        "try { int.Parse(x); } catch { return null; }",
        "var s = \"catch { }\";",
    ] {
        assert_eq!(csharp(body), [""; 0], "{body}");
    }
}

#[test]
fn ruby_clauses_that_drop_the_error() {
    assert_eq!(swallowed("a.rb", "begin\n  f\nrescue\nend\n"), ["3 rescue"]);
    assert_eq!(swallowed("a.rb", "begin\n  f\nrescue => e\n  # log.error \"f: #{e}\"\nend\n"), ["3 rescue"]);
    assert_eq!(swallowed("a.rb", "def g\n  f\nrescue StandardError\n  nil\nend\n"), ["3 rescue StandardError; nil"]);
    assert_eq!(
        swallowed("a.rb", "begin\n  f\nrescue Net::ReadTimeout\n  # the next run tries again\nend\ng\n"),
        ["3 rescue Net::ReadTimeout why"]
    );
    for text in [
        "begin\n  require 'x'\nrescue LoadError\nend\n",
        "begin\n  f\nrescue => e\n  log(e)\nend\n",
        "begin\n  f\nrescue ArgumentError\n  nil\nend\n",
        "rescue_from Oops do\nend\n",
    ] {
        assert_eq!(swallowed("a.rb", text), [""; 0], "{text}");
    }
}
